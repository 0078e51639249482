#include "diffusion/Losses.h"

#include "diffusion/Field.h"

#include <torch/torch.h>

namespace drdm::loss {

at::Tensor releasedDistance(const at::Tensor& p, const at::Tensor& label) {
    const auto error = (100 * (p + label)).square().sum(1);
    const auto size = (100 * label).square().sum(1);
    return (error / (size + 1e-3)).mean();
}

at::Tensor scaledDistance(const at::Tensor& p, const at::Tensor& label, const at::Tensor& s) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(p.dim()), 1);
    shape[0] = s.size(0);
    return ((p + label) / s.view(shape)).square().mean();
}

at::Tensor detail(const at::Tensor& p, const at::Tensor& label) {
    const auto energy = [](const at::Tensor& x) {
        at::Tensor sum;
        for (std::int64_t axis = 2; axis < x.dim(); ++axis) {
            const auto n = x.size(axis);
            const auto part = (x.slice(axis, 1, n) - x.slice(axis, 0, n - 1)).square().flatten(1).mean(1);
            sum = sum.defined() ? sum + part : part;
        }
        return sum;
    };
    return (energy(p + label) / (energy(label) + 1e-24)).mean();
}

at::Tensor angle(const at::Tensor& p, const at::Tensor& label, bool keepBatch) {
    const auto dot = (p * label).sum(1);
    const auto lengths = (p.square().sum(1) * label.square().sum(1) + 1e-24).sqrt();
    const auto cosine = dot / lengths;
    return keepBatch ? cosine.flatten(1).mean(1) : cosine.mean();
}

at::Tensor smoothness(const at::Tensor& u) {
    at::Tensor sum;
    for (std::int64_t axis = 2; axis < u.dim(); ++axis) {
        const auto n = u.size(axis);
        const auto part = at::relu((u.slice(axis, 1, n) - u.slice(axis, 0, n - 1)).abs() - 1e-4).mean();
        sum = sum.defined() ? sum + part : part;
    }
    return sum / static_cast<double>(u.dim() - 2);
}

at::Tensor folding(const at::Tensor& u) {
    return at::relu(-field::jacobianDeterminant(u)).mean();
}

}  // namespace drdm::loss
