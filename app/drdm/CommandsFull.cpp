#include "Commands.h"

namespace drdm {

std::vector<Command> commands() {
    return {infoCommand(),  phantomCommand(), sampleCommand(), applyCommand(), evaluateCommand(),
            trainCommand(), modelCommand(),   packCommand(),   benchCommand()};
}

}  // namespace drdm
