#pragma once

#include "diffusion/Recovery.h"

#include <vector>

namespace drdm {

/// Which steps a film shows, and for how long.
struct MovieChoice {
    enum class Steps { All, Diffusion, Recovery, Range };
    Steps steps = Steps::All;
    int first = 0, last = 0;  ///< of a range, from 0, both included
    int every = 1;            ///< every how many-th; the last one is always shown
    bool pingPong = false;    ///< and back again, without showing the ends twice
    double framesPerSecond = 10;
    double hold_s = 0;  ///< how much longer the last step (before the way back) stands
};

/// One picture of a film.
struct MovieShot {
    int step = 0;
    int repeats = 1;  ///< frames
    bool operator==(const MovieShot&) const = default;
};

/// Empty if no step fits the choice.
std::vector<MovieShot> movieShots(const std::vector<StepKind>& kinds, const MovieChoice& choice);
int frameCount(const std::vector<MovieShot>& shots);

}  // namespace drdm
