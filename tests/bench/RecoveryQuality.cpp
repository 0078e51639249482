// How close to real images does recovery bring a deformed one? (Not a test: figures for tests/bench/results.)
//
// Measure: an image is described by its histogram of gradient orientations (8 directions in 6 × 6 cells, as HOG, Dalal
// and Triggs 2005): where which edges run, whatever the grey values. Its distance to the nearest real image of ANOTHER
// subject says how unlike anything real it is. A recovered image has moved less than the diffused one that it came
// from, which alone brings it closer; so the fair comparison is a random deformation of the SAME mean displacement
// without recovery.

#include "bench/GradientFeatures.h"
#include "tasks/Sample.h"
#include "tasks/Train.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <vector>

using namespace drdm;

namespace {

using bench::Features;

std::string subject(const std::string& name) {
    return name.substr(0, name.find_first_of("_ "));
}

struct Real {
    std::string subject;
    Features features;
};

double nearest(const Features& f, const std::string& own, const std::vector<Real>& reals) {
    double best = 1e9;
    for (const auto& real : reals) {
        if (real.subject != own) {
            double sum = 0;
            for (std::size_t i = 0; i < f.size(); ++i) {
                sum += (f[i] - real.features[i]) * (f[i] - real.features[i]);
            }
            best = std::min(best, std::sqrt(sum));
        }
    }
    return best;
}

struct Sums {
    double diffused = 0, recovered = 0, control = 0, real = 0, meanRecovered = 0, meanControl = 0, guard = 0, moved = 0;
};

int run(const std::string& model, const std::string& pack, int level, std::size_t every) {
    const auto all = readPack(pack);
    std::vector<Real> reals;
    reals.reserve(all.size());
    for (const auto& item : all) {
        reals.push_back({subject(item.name), bench::gradientFeatures(toImage(item))});
    }
    Sums s;
    int count = 0;
    int better = 0;
    for (std::size_t i = 0; i < all.size(); i += every) {
        SampleRequest request;
        request.image = toImage(all[i]);
        request.settings.model = model;
        request.settings.process.clear();
        request.settings.level = level;
        request.settings.seed = i + 1;
        request.settings.device = "cpu";
        const auto t = sample(request, {}).front();
        const auto last = t.stepCount() - 1;
        const auto wanted = t.step(last).statistics.mean_percent;
        // The same noise, grown just as far as the recovered field has moved.
        std::size_t control = 0;
        while (control + 1 < t.diffusionStepCount() && t.step(control).statistics.mean_percent < wanted) {
            ++control;
        }
        const auto own = subject(all[i].name);
        const auto distance = [&](std::size_t step) {
            return nearest(bench::gradientFeatures(t.warpedImage(step)), own, reals);
        };
        const double recovered = distance(last);
        const double equal = distance(control);
        s.real += nearest(reals[i].features, own, reals);
        s.diffused += distance(t.diffusionStepCount() - 1);
        s.recovered += recovered;
        s.control += equal;
        s.meanRecovered += wanted;
        s.meanControl += t.step(control).statistics.mean_percent;
        s.guard += t.guardRemovedShare();
        better += recovered < equal ? 1 : 0;
        ++count;
    }
    const double n = count;
    std::printf("level %d, %d images: distance to the nearest real image of another subject\n", level, count);
    std::printf("  real %.4f | recovered %.4f | random of equal displacement %.4f | diffused %.4f\n", s.real / n,
                s.recovered / n, s.control / n, s.diffused / n);
    std::printf(
        "  mean displacement %%: recovered %.2f, random %.2f; recovered closer than random in %d of %d; guard took "
        "%.4f\n",
        s.meanRecovered / n, s.meanControl / n, better, count, s.guard / n);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fprintf(stderr, "usage: recovery_quality MODEL PACK LEVEL EVERY\n");
        return 2;
    }
    try {
        return run(argv[1], argv[2], std::atoi(argv[3]), static_cast<std::size_t>(std::max(1, std::atoi(argv[4]))));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "recovery_quality: %s\n", error.what());
        return 1;
    }
}
