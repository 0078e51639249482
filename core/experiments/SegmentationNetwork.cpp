#include "experiments/SegmentationNetwork.h"

#include "diffusion/ModelInternals.h"
#include "errors/Error.h"
#include "experiments/PlainUnet.h"

#include <torch/torch.h>

namespace drdm {
namespace {

namespace F = torch::nn::functional;

PlainUnet::Shape shapeOf(const SegmentationNetworkSettings& settings) {
    if (settings.classes < 2 || settings.classes > 255) {
        throw Error("a segmentation network with " + std::to_string(settings.classes) +
                    " classes cannot be made; give 2 to 255");
    }
    return {"drdm-segmentation-1", 1, settings.classes, settings.width, settings.levels, settings.side, settings.seed,
            settings.device};
}

}  // namespace

struct SegmentationNetwork::Private {
    SegmentationNetworkSettings settings;
    PlainUnet network;
};

SegmentationNetwork::SegmentationNetwork(const SegmentationNetworkSettings& settings)
    : d(new Private{settings, PlainUnet(shapeOf(settings))}) {}

SegmentationNetwork::SegmentationNetwork(SegmentationNetwork&&) noexcept = default;
SegmentationNetwork& SegmentationNetwork::operator=(SegmentationNetwork&&) noexcept = default;
SegmentationNetwork::~SegmentationNetwork() = default;

double SegmentationNetwork::train(const std::vector<const LabelledSlice*>& batch, double rate) {
    useThreads();
    const std::int64_t side = d->settings.side;
    const auto count = static_cast<std::int64_t>(batch.size());
    at::Tensor images = torch::empty({count, 1, side, side});
    at::Tensor classes = torch::empty({count, side, side}, at::kLong);
    for (std::int64_t i = 0; i < count; ++i) {
        const LabelledSlice& slice = *batch[static_cast<std::size_t>(i)];
        if (static_cast<std::int64_t>(slice.image.size()) != side * side ||
            slice.classes.size() != slice.image.size()) {
            throw Error("a training slice has " + std::to_string(slice.image.size()) + " pixels and " +
                        std::to_string(slice.classes.size()) + " labels; the network takes " +
                        std::to_string(side * side) + " of each");
        }
        std::copy(slice.image.begin(), slice.image.end(), images.data_ptr<float>() + i * side * side);
        auto* target = classes.data_ptr<std::int64_t>() + i * side * side;
        for (std::size_t k = 0; k < slice.classes.size(); ++k) {
            if (slice.classes[k] >= d->settings.classes) {
                throw Error("a training slice holds class " + std::to_string(slice.classes[k]) +
                            ", the network knows 0 to " + std::to_string(d->settings.classes - 1));
            }
            target[k] = slice.classes[k];
        }
    }
    images = images.to(d->network.device());
    classes = classes.to(d->network.device());

    const at::Tensor logits = d->network(images);
    const at::Tensor chances = logits.softmax(1);
    const at::Tensor truth = at::one_hot(classes, d->settings.classes).permute({0, 3, 1, 2}).to(at::kFloat);
    const auto structures = at::indexing::Slice(1, at::indexing::None);
    const at::Tensor shared = (chances * truth).sum({0, 2, 3}).index({structures});
    const at::Tensor total = (chances + truth).sum({0, 2, 3}).index({structures});
    const at::Tensor dice = ((2 * shared + 1) / (total + 1)).mean();
    const at::Tensor loss = F::cross_entropy(logits, classes) + 1 - dice;
    return d->network.descend(loss, rate);
}

long long SegmentationNetwork::step() const {
    return d->network.step();
}

std::vector<float> SegmentationNetwork::probabilities(const std::vector<float>& image) const {
    const std::int64_t side = d->settings.side;
    if (static_cast<std::int64_t>(image.size()) != side * side) {
        throw Error("a slice of " + std::to_string(image.size()) + " pixels does not fit the network's " +
                    std::to_string(side * side));
    }
    useThreads();
    const torch::NoGradGuard guard;
    at::Tensor x = torch::empty({1, 1, side, side});
    std::copy(image.begin(), image.end(), x.data_ptr<float>());
    const at::Tensor chances = d->network(x.to(d->network.device())).softmax(1).to(at::kCPU).contiguous();
    const auto* values = chances.data_ptr<float>();
    return {values, values + chances.numel()};
}

long long SegmentationNetwork::parameterCount() const {
    return d->network.parameterCount();
}

void SegmentationNetwork::write(const std::string& path) const {
    d->network.write(path);
}

void SegmentationNetwork::read(const std::string& path) {
    d->network.read(path);
}

}  // namespace drdm
