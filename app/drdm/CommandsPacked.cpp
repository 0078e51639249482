#include "Commands.h"

namespace drdm {

std::vector<Command> commands() {
    return {sampleCommand(), evaluateCommand(), trainCommand(), modelCommand(), benchCommand()};
}

}  // namespace drdm
