#include "experiments/RegistrationNetwork.h"

#include "diffusion/ModelInternals.h"
#include "errors/Error.h"
#include "experiments/PlainUnet.h"

#include <torch/torch.h>

namespace drdm {
namespace {

constexpr std::int64_t window = 9;

/// images N × 1 × side × side moved by u N × 2 × side × side (voxels, rows first); the border is repeated.
at::Tensor moved(const at::Tensor& images, const at::Tensor& u) {
    const std::int64_t side = images.size(2);
    const at::Tensor line = torch::arange(side, images.options());
    const double last = static_cast<double>(side - 1);
    const at::Tensor x = (u.select(1, 1) + line.view({1, 1, side})) * (2 / last) - 1;
    const at::Tensor y = (u.select(1, 0) + line.view({1, side, 1})) * (2 / last) - 1;
    return at::grid_sampler(images, at::stack({x, y}, 3), 0, 1, true);
}

at::Tensor localMean(const at::Tensor& x) {
    return at::avg_pool2d(x, {window, window}, {1, 1}, {window / 2, window / 2}, false, false);
}

/// Squared correlation in windows, mean over all.
at::Tensor localCorrelation(const at::Tensor& a, const at::Tensor& b) {
    const at::Tensor meanA = localMean(a);
    const at::Tensor meanB = localMean(b);
    const at::Tensor shared = localMean(a * b) - meanA * meanB;
    const at::Tensor spreadA = (localMean(a * a) - meanA * meanA).clamp_min(0);
    const at::Tensor spreadB = (localMean(b * b) - meanB * meanB).clamp_min(0);
    return (shared * shared / (spreadA * spreadB + 1e-5)).mean();
}

at::Tensor roughness(const at::Tensor& u) {
    return 0.5 * (u.diff(1, 2).square().mean() + u.diff(1, 3).square().mean());
}

}  // namespace

struct RegistrationNetwork::Private {
    PlainUnet network;

    [[nodiscard]] std::int64_t side() const { return network.shape().side; }

    /// Of all pairs of a batch: N × channels × side × side on the device.
    [[nodiscard]] at::Tensor stack(const std::vector<const SlicePair*>& batch, std::vector<float> SlicePair::*part,
                                   std::int64_t channels) const {
        const std::int64_t numbers = channels * side() * side();
        at::Tensor values = torch::empty({static_cast<std::int64_t>(batch.size()), channels, side(), side()});
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const std::vector<float>& from = batch[i]->*part;
            if (static_cast<std::int64_t>(from.size()) != numbers) {
                throw Error("a pair of slices has " + std::to_string(from.size()) + " values where the network takes " +
                            std::to_string(numbers));
            }
            std::copy(from.begin(), from.end(), values.data_ptr<float>() + static_cast<std::ptrdiff_t>(i) * numbers);
        }
        return values.to(network.device());
    }
};

RegistrationNetwork::RegistrationNetwork(const RegistrationNetworkSettings& settings)
    : d(new Private{PlainUnet({"drdm-registration-2", 2, 2, settings.width, settings.levels, settings.side,
                               settings.seed, settings.device, 0.01, false})}) {}

RegistrationNetwork::RegistrationNetwork(RegistrationNetwork&&) noexcept = default;
RegistrationNetwork& RegistrationNetwork::operator=(RegistrationNetwork&&) noexcept = default;
RegistrationNetwork::~RegistrationNetwork() = default;

double RegistrationNetwork::train(const std::vector<const SlicePair*>& batch, double rate) {
    useThreads();
    const at::Tensor moving = d->stack(batch, &SlicePair::moving, 1);
    const at::Tensor fixed = d->stack(batch, &SlicePair::fixed, 1);
    const at::Tensor truth = d->stack(batch, &SlicePair::field, 2);
    const at::Tensor u = d->network(at::cat({moving, fixed}, 1));
    return d->network.descend(((u - truth).square().sum(1) + 1e-6).sqrt().mean(), rate);
}

double RegistrationNetwork::tune(const std::vector<const SlicePair*>& batch, double rate, double smoothness) {
    useThreads();
    const at::Tensor moving = d->stack(batch, &SlicePair::moving, 1);
    const at::Tensor fixed = d->stack(batch, &SlicePair::fixed, 1);
    const at::Tensor u = d->network(at::cat({moving, fixed}, 1));
    return d->network.descend(1 - localCorrelation(moved(moving, u), fixed) + smoothness * roughness(u), rate);
}

long long RegistrationNetwork::step() const {
    return d->network.step();
}

std::vector<float> RegistrationNetwork::field(const std::vector<float>& moving, const std::vector<float>& fixed) const {
    useThreads();
    const torch::NoGradGuard guard;
    const SlicePair pair{moving, fixed, {}};
    const at::Tensor both =
        at::cat({d->stack({&pair}, &SlicePair::moving, 1), d->stack({&pair}, &SlicePair::fixed, 1)}, 1);
    const at::Tensor u = d->network(both).to(at::kCPU).contiguous();
    const auto* values = u.data_ptr<float>();
    return {values, values + u.numel()};
}

long long RegistrationNetwork::parameterCount() const {
    return d->network.parameterCount();
}

void RegistrationNetwork::write(const std::string& path) const {
    d->network.write(path);
}

void RegistrationNetwork::read(const std::string& path) {
    d->network.read(path);
}

bool isProcessor(const std::string& device) {
    return experimentDevice(device).is_cpu();
}

}  // namespace drdm
