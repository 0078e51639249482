#pragma once

namespace drdm {

/// The calling thread, and those started from it, take what processor time others leave. Where the system has no
/// priorities per thread nothing happens.
void stepBehind();

}  // namespace drdm
