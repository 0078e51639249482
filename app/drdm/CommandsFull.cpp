#include "Commands.h"

namespace drdm {

std::vector<Command> commands() {
    return {infoCommand(),  phantomCommand(), sampleCommand(), applyCommand(),   projectCommand(), evaluateCommand(),
            trainCommand(), modelCommand(),   packCommand(),   networkCommand(), benchCommand()};
}

}  // namespace drdm
