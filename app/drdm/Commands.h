#pragma once

#include "Arguments.h"
#include "Console.h"

#include <string>
#include <vector>

namespace drdm {

struct Command {
    std::string name;
    std::string usage;    ///< what follows the name: "INPUT --out DIR [options]"
    std::string summary;  ///< one line
    std::string details;  ///< more, for `drdm help NAME`
    std::vector<Option> options;
    void (*run)(const Arguments&, Console&) = nullptr;
};

/// The commands of this build, in the order of the help. Every one also has --json and --help.
std::vector<Command> commands();

/// \throws UsageError naming the nearest command.
Command commandNamed(const std::string& name);

Command applyCommand();
Command augmentCommand();
Command benchCommand();
Command evaluateCommand();
Command experimentCommand();
Command infoCommand();
Command modelCommand();
Command networkCommand();
Command packCommand();
Command phantomCommand();
Command projectCommand();
Command sampleCommand();
Command synthesizePairsCommand();
Command trainCommand();

/// The whole command line, for provenance.
const std::string& commandLine();
void setCommandLine(int count, char** words);

}  // namespace drdm
