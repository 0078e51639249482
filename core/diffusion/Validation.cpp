#include "diffusion/Validation.h"

#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Losses.h"
#include "diffusion/ModelInternals.h"
#include "errors/Error.h"

#include <torch/torch.h>

#include <algorithm>

namespace drdm {

std::vector<LevelFit> fitPerLevel(const DeformationModel& model, const std::vector<std::vector<float>>& images,
                                  const std::vector<int>& levels, std::uint64_t seed, const JobContext& context,
                                  std::optional<Process> process) {
    const auto& info = model.info();
    auto& internals = model.internals();
    const torch::NoGradGuard guard;
    const Process taken = process.value_or(info.process);
    const bool released = taken == Process::Released;
    const auto padding = released ? field::Padding::Zeros : field::Padding::Border;
    const std::vector<std::int64_t> size(static_cast<std::size_t>(info.dims), info.gridSide);
    std::vector<std::int64_t> shape{1, 1};
    shape.insert(shape.end(), size.begin(), size.end());
    std::vector<LevelFit> fit;
    for (const int t : levels) {
        if (t < 1 || t >= info.steps) {
            throw Error("level " + std::to_string(t) + " is outside 1…" + std::to_string(info.steps - 1));
        }
        LevelFit sum{t, 0, 0};
        for (std::size_t i = 0; i < images.size(); ++i) {
            context.throwIfCancelled();
            const ForwardProcess forward(taken == info.process ? drawNoise(taken, info.dims, seed + i, info.schedule)
                                                               : drawNoise(taken, info.dims, seed + i),
                                         size);
            auto image = at::empty(shape, at::kFloat);
            std::copy(images[i].begin(), images[i].end(), image.data_ptr<float>());
            const auto warped = field::warp(image, forward.deformation(t), padding, released && info.dims == 2);
            const auto label = forward.label(t);
            const auto step =
                field::warp(internals.step(warped.to(internals.device), t), label, field::Padding::Border);
            sum.cosine += loss::angle(step, label).item<double>() / static_cast<double>(images.size());
            sum.detail += loss::detail(step, label).item<double>() / static_cast<double>(images.size());
        }
        fit.push_back(sum);
        context.progress(static_cast<double>(fit.size()) / static_cast<double>(levels.size()),
                         "level " + std::to_string(t));
    }
    return fit;
}

double meanCosine(const std::vector<LevelFit>& fit) {
    double sum = 0;
    for (const auto& level : fit) {
        sum += level.cosine;
    }
    return sum / static_cast<double>(std::max<std::size_t>(fit.size(), 1));
}

}  // namespace drdm
