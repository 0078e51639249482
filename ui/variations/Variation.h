#pragma once

#include "tasks/Trajectory.h"

#include <QImage>
#include <QString>

#include <cstdint>
#include <string>

namespace drdm {

/// One variation as the window keeps it.
struct Variation {
    int number = 0;      ///< the window's own; never used twice in a session
    int job = 0;         ///< the job that makes or made it; 0: it came from a file
    std::string series;  ///< UID of the series it was made of
    Trajectory trajectory;
    std::uint64_t seed = 0;
    int expectedDiffusion = 0, expectedRecovery = 0;  ///< how many steps there will be
    bool running = false;
    bool starred = false;
    QString note;
    QImage preview;          ///< of the last step; may be null
    bool previewed = false;  ///< a preview of the last step is there or on its way

    [[nodiscard]] bool finished() const { return !running && trajectory.stepCount() > 0; }
};

}  // namespace drdm
