#include "ui/MoviePlan.h"

#include <algorithm>
#include <cmath>

namespace drdm {

std::vector<MovieShot> movieShots(const std::vector<StepKind>& kinds, const MovieChoice& choice) {
    std::vector<int> steps;
    for (int i = 0; i < static_cast<int>(kinds.size()); ++i) {
        const StepKind kind = kinds[static_cast<std::size_t>(i)];
        const bool taken = choice.steps == MovieChoice::Steps::All ||
                           (choice.steps == MovieChoice::Steps::Diffusion && kind == StepKind::Diffusion) ||
                           (choice.steps == MovieChoice::Steps::Recovery && kind == StepKind::Recovery) ||
                           (choice.steps == MovieChoice::Steps::Range && i >= choice.first && i <= choice.last);
        if (taken) {
            steps.push_back(i);
        }
    }
    std::vector<MovieShot> shots;
    const auto every = static_cast<std::size_t>(std::max(1, choice.every));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (i % every == 0 || i + 1 == steps.size()) {
            shots.push_back({steps[i], 1});
        }
    }
    if (shots.empty()) {
        return shots;
    }
    shots.back().repeats += static_cast<int>(std::lround(choice.hold_s * choice.framesPerSecond));
    if (choice.pingPong) {
        for (std::size_t i = shots.size() - 1; i-- > 1;) {
            shots.push_back(shots[i]);
        }
    }
    return shots;
}

int frameCount(const std::vector<MovieShot>& shots) {
    int count = 0;
    for (const MovieShot& shot : shots) {
        count += shot.repeats;
    }
    return count;
}

}  // namespace drdm
