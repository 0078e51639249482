#include "Commands.h"

namespace drdm {
namespace {

std::string& storedCommandLine() {
    static std::string line;
    return line;
}

}  // namespace

Command commandNamed(const std::string& name) {
    std::vector<std::string> known;
    for (Command& command : commands()) {
        if (command.name == name) {
            command.options.push_back({"json", "", "Print one JSON object on standard output.", switchOnly});
            command.options.push_back({"help", "", "Show this help.", switchOnly});
            return command;
        }
        known.push_back(command.name);
    }
    const std::string near = nearest(name, known);
    throw UsageError("unknown command " + name + (near.empty() ? "" : "; did you mean " + near + "?"));
}

const std::string& commandLine() {
    return storedCommandLine();
}

void setCommandLine(int count, char** words) {
    std::string& line = storedCommandLine();
    line = "drdm";
    for (int i = 1; i < count; ++i) {
        const std::string word = words[i];
        const bool plain = !word.empty() && word.find_first_of(" \t'\"\\$&;|<>()*?") == std::string::npos;
        line += plain ? " " + word : " '" + word + "'";
    }
}

}  // namespace drdm
