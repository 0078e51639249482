#include "diffusion/TrainingBatch.h"

#include "diffusion/EachSample.h"
#include "diffusion/Field.h"
#include "diffusion/ForwardProcess.h"
#include "diffusion/Random.h"

#include <torch/torch.h>

#include <cmath>
#include <exception>
#include <numbers>
#include <numeric>

namespace drdm {

namespace {

/// Number `n` of an endless sequence of random permutations of `count` images (Fisher–Yates, one seed an epoch).
class DataOrder {
public:
    DataOrder(std::uint64_t seed, std::size_t count) : m_seed(seed), m_order(count) {}

    std::size_t at(std::uint64_t n) {
        const auto epoch = n / m_order.size();
        if (epoch != m_epoch) {
            m_epoch = epoch;
            std::iota(m_order.begin(), m_order.end(), std::size_t{0});
            Random random(m_seed, 1'000'000 + epoch);
            for (auto i = m_order.size(); i > 1; --i) {
                std::swap(m_order[i - 1], m_order[random.below(i)]);
            }
        }
        return m_order[n % m_order.size()];
    }

private:
    std::uint64_t m_seed;
    std::vector<std::size_t> m_order;
    std::uint64_t m_epoch = ~std::uint64_t{0};
};

at::Tensor imageTensor(const std::vector<float>& values, const std::vector<std::int64_t>& size) {
    std::vector<std::int64_t> shape{1, 1};
    shape.insert(shape.end(), size.begin(), size.end());
    auto x = at::empty(shape, at::kFloat);
    std::copy(values.begin(), values.end(), x.data_ptr<float>());
    return x;
}

/// A random similarity A (turned in one plane, scaled, shifted), in fractions of the side about the centre. Returns
/// A(x + u(x)) − x, so that deformation and augmentation are one interpolation. Small on purpose: what A does cannot be
/// told from the coarsest scale of the random field, so a large one would teach the network to leave that scale alone.
at::Tensor withRandomAffine(const at::Tensor& u, double strength, Random& random) {
    const auto dims = u.size(1);
    const double angle = strength * random.uniform(-0.15, 0.15);
    const double scale = std::exp(strength * random.uniform(-0.15, 0.1));
    const double c = std::cos(angle) * scale;
    const double s = std::sin(angle) * scale;
    std::vector<at::Tensor> position;
    for (std::int64_t axis = 0; axis < dims; ++axis) {
        const auto n = u.size(axis + 2);
        std::vector<std::int64_t> shape(static_cast<std::size_t>(dims) + 1, 1);
        shape[static_cast<std::size_t>(axis) + 1] = n;
        const auto index = (at::arange(n, u.options()).view(shape) + 0.5) / static_cast<double>(n) - 0.5;
        position.push_back(index + u.select(1, axis));
    }
    std::vector<at::Tensor> mapped = position;
    const auto rows = static_cast<std::size_t>(dims - 2);
    const auto columns = rows + 1;
    mapped[rows] = position[rows] * c - position[columns] * s;
    mapped[columns] = position[rows] * s + position[columns] * c;
    if (dims == 3) {
        mapped[0] = position[0] * scale;
    }
    std::vector<at::Tensor> displacement;
    for (std::size_t axis = 0; axis < mapped.size(); ++axis) {
        displacement.push_back(mapped[axis] + strength * random.uniform(-0.03, 0.03) -
                               (position[axis] - u.select(1, static_cast<std::int64_t>(axis))));
    }
    return at::stack(displacement, 1);
}

/// Gamma, contrast, brightness and a little noise.
at::Tensor withRandomIntensity(const at::Tensor& image, Random& random) {
    auto x = image.clamp(0, 1).pow(std::exp(random.uniform(-0.3, 0.3)));
    x = x * random.uniform(0.75, 1.15) + random.uniform(-0.05, 0.1);
    const double sigma = random.uniform(0.0, 0.03);
    auto noise = at::empty(x.sizes(), at::kFloat);
    std::generate_n(noise.data_ptr<float>(), noise.numel(), [&] { return static_cast<float>(random.normal()); });
    return (x + noise * sigma).clamp(0, 1.2);
}

}  // namespace

TrainingBatch drawBatch(const std::vector<std::vector<float>>& images, const TrainerSettings& settings,
                        const BatchPlace& place) {
    const auto& info = settings.info;
    const std::vector<std::int64_t> size(static_cast<std::size_t>(info.dims), info.gridSide);
    const auto batch = static_cast<std::size_t>(settings.batch);
    DataOrder order(settings.seed, images.size());
    std::vector<at::Tensor> inputs(batch);
    std::vector<at::Tensor> labels(batch);
    std::vector<std::int64_t> levels(batch);
    std::vector<float> scales(batch);
    std::vector<std::size_t> chosen(batch);
    const auto firstNumber = (static_cast<std::uint64_t>(place.step) * static_cast<std::uint64_t>(place.size) +
                              static_cast<std::uint64_t>(place.rank)) *
                             batch;
    for (std::size_t b = 0; b < batch; ++b) {
        chosen[b] = order.at(firstNumber + b);
    }
    const auto draw = [&](std::size_t b) {
        Random random(settings.seed, 2 * (firstNumber + b) + 1);
        const auto span = static_cast<std::uint64_t>(info.steps - settings.minimumLevel);
        const int t = settings.minimumLevel + static_cast<int>(random.below(span));
        const ForwardProcess forward(drawNoise(info.process, info.dims, random.bits(), info.schedule), size);
        const auto u = forward.deformation(t);
        const auto image = imageTensor(images[chosen[b]], size);
        inputs[b] = field::warp(image, settings.augment ? withRandomAffine(u, settings.augmentStrength, random) : u,
                                field::Padding::Border);
        if (settings.augment) {
            inputs[b] = withRandomIntensity(inputs[b], random);
        }
        labels[b] = forward.label(t);
        levels[b] = t;
        scales[b] = static_cast<float>(info.labelScale[static_cast<std::size_t>(t)]);
    };
    std::exception_ptr failure;
    eachSample(static_cast<std::int64_t>(batch), [&](std::int64_t b) {
        try {
            const torch::NoGradGuard guard;  // per thread
            draw(static_cast<std::size_t>(b));
        } catch (...) {
#pragma omp critical
            failure = std::current_exception();
        }
    });
    if (failure) {
        std::rethrow_exception(failure);
    }
    return {at::cat(inputs), at::tensor(levels), at::cat(labels), at::tensor(scales)};
}

}  // namespace drdm
