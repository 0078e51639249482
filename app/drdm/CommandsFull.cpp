#include "Commands.h"

namespace drdm {

std::vector<Command> commands() {
    return {infoCommand(),       phantomCommand(), sampleCommand(),
            applyCommand(),      projectCommand(), evaluateCommand(),
            trainCommand(),      augmentCommand(), synthesizePairsCommand(),
            experimentCommand(), modelCommand(),   packCommand(),
            networkCommand(),    benchCommand()};
}

}  // namespace drdm
