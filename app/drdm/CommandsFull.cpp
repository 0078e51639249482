#include "Commands.h"

namespace drdm {

std::vector<Command> commands() {
    return {infoCommand(),     phantomCommand(), sampleCommand(),  applyCommand(),           projectCommand(),
            evaluateCommand(), trainCommand(),   augmentCommand(), synthesizePairsCommand(), modelCommand(),
            packCommand(),     networkCommand(), benchCommand()};
}

}  // namespace drdm
