#pragma once

#include "ui/jobs/JobQueue.h"

namespace drdm {

/// The jobs that an earlier run left. Those that were not done wait again if it ended in good order and are paused if
/// it did not. Only what was not done, or failed, comes back. A damaged file counts as none and is set aside.
std::vector<QueuedJob> readJobFile(const QString& file);

/// Atomic; a disk that is full costs only the memory of the queue, so failures are ignored.
void writeJobFile(const QString& file, const std::vector<QueuedJob>& jobs, bool orderly);

}  // namespace drdm
