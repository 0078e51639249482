#include "tasks/SampleMemory.h"

#include <algorithm>

namespace drdm {

namespace {

constexpr std::uint64_t bytes = sizeof(float);

// Values that one step of the network keeps per block of the image and channel at full resolution. 2-D on the
// processor: the buffers of PlaneNetwork, (7 + 2) + (14 + 4) / 4 + (28 + 8) / 16 + 20 / 64. 3-D: those of PlaneStep.
// On a card: what LibTorch holds at once in the last stage, with its workspace.
constexpr double planeValues = 9 + 18.0 / 4 + 36.0 / 16 + 20.0 / 64;
constexpr double volumeValues = 100;
constexpr double cardValues = 12;
// What CUDA and cuDNN take for themselves before the first number is computed.
constexpr std::uint64_t cardBase = 600ULL << 20U;

std::uint64_t power(std::int64_t side, int dims) {
    const auto n = static_cast<std::uint64_t>(side);
    return dims == 3 ? n * n * n : n * n;
}

}  // namespace

SampleMemory sampleMemory(const ModelInfo& model, const Geometry& series, std::int64_t phases,
                          const SampleSettings& settings, int count, bool allSlices, bool keepSteps, bool onCard) {
    const auto dims = static_cast<std::uint64_t>(model.dims);
    const auto nodes = power(model.gridSide, model.dims);
    const auto blocks = static_cast<double>(nodes / power(model.patch, model.dims));
    const auto all = static_cast<std::uint64_t>(series.voxelCount());
    const auto slice = static_cast<std::uint64_t>(series.size[0] * series.size[1]);
    const bool stacked = allSlices && model.dims == 2 && series.size[2] > 1;
    const auto voxels = model.dims == 2 ? slice : all;
    const auto variations = static_cast<std::uint64_t>(std::max(1, count));

    SampleMemory memory;
    memory.onCard = onCard;
    // On the processor the weights lie twice: as read, and as the kernels want them.
    memory.weights = static_cast<std::uint64_t>(model.parameterCount) * bytes * (onCard ? 1 : 2);
    const double values = onCard ? cardValues : model.dims == 2 ? planeValues : volumeValues;
    memory.network = static_cast<std::uint64_t>(values * model.width * blocks) * bytes +
                     (2 + 3 * dims) * nodes * bytes + (onCard ? cardBase : 0);
    // A slice over all phases is a copy; a volume is the series itself. Twice on the model's grid: array and tensor.
    memory.image = (model.dims == 2 ? slice * static_cast<std::uint64_t>(phases) : 0) * bytes + 2 * nodes * bytes;
    // A proposed step, the field before and after, and the guard's own; the same on the image's grid.
    memory.work = 6 * dims * nodes * bytes + 3 * dims * voxels * bytes;
    if (stacked) {
        // The slices' fields, the stacked one, and the repair's.
        memory.work += (2 + 3 * 3) * all * bytes;
        memory.kept = variations * 3 * all * bytes;
        return memory;
    }
    const auto start = settings.start == "full" ? Start::Full : Start::Level;
    const int recovery = recoveryRange(settings.level, start, settings.stride, settings.stop, model.steps).count();
    const auto steps = static_cast<std::uint64_t>(keepSteps ? settings.level + recovery : 1);
    memory.kept = variations * steps * dims * nodes * bytes;
    return memory;
}

}  // namespace drdm
