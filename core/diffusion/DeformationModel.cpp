#include "diffusion/Checkpoint.h"
#include "diffusion/ModelInternals.h"
#include "errors/Error.h"

#include <torch/torch.h>

#include <algorithm>

namespace drdm {

at::Device deviceFromName(const std::string& name) {
    const bool cuda = torch::cuda::is_available();
    if (name == "auto" || name.empty()) {
        return cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    }
    if (name == "cpu") {
        return at::kCPU;
    }
    if (name.rfind("cuda", 0) == 0) {
        if (!cuda) {
            throw Error("device '" + name +
                        "' was asked for, but this program finds no CUDA device; use 'cpu' or 'auto'");
        }
        const bool plain = name == "cuda";
        const bool numbered = name.size() > 5 && name.size() < 8 && name[4] == ':' &&
                              std::all_of(name.begin() + 5, name.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (plain || numbered) {
            const int index = plain ? 0 : std::stoi(name.substr(5));
            if (index < static_cast<int>(torch::cuda::device_count())) {
                return {at::kCUDA, static_cast<c10::DeviceIndex>(index)};
            }
            throw Error("there is no device '" + name + "'; there are " + std::to_string(torch::cuda::device_count()) +
                        " CUDA devices");
        }
    }
    throw Error("'" + name + "' is not a device; use 'auto', 'cpu' or 'cuda:N'");
}

PlaneNetwork planeNetwork(const Network& network) {
    std::map<std::string, at::Tensor> plain;
    for (const auto& [name, tensor] : network.tensors()) {
        plain[name] = tensor.to(at::kCPU, at::kFloat).contiguous();
    }
    return PlaneNetwork([&plain](const std::string& name) {
        const auto& tensor = plain.at(name);
        return std::span<const float>(tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel()));
    });
}

at::Tensor DeformationModel::Private::step(const at::Tensor& warped, int t) {
    const auto scale = info.labelScale[static_cast<std::size_t>(t)];
    if (plane) {
        const auto image = warped.contiguous();
        const auto height = image.size(2);
        const auto width = image.size(3);
        auto increment = at::empty({1, 2, height, width}, at::kFloat);
        const auto values = [](const at::Tensor& x) {
            return std::span<float>(x.data_ptr<float>(), static_cast<std::size_t>(x.numel()));
        };
        plane->step(values(image), static_cast<int>(height), static_cast<int>(width), t, info.recursion,
                    static_cast<float>(scale), values(increment));
        return increment;
    }
    const auto time = at::full({1}, t, at::TensorOptions().dtype(at::kLong).device(device));
    return network.step(warped, time, info.recursion, at::full({1}, scale, warped.options())).to(at::kCPU);
}

DeformationModel::DeformationModel(std::unique_ptr<Private> internals) : d(std::move(internals)) {}
DeformationModel::DeformationModel(DeformationModel&&) noexcept = default;
DeformationModel& DeformationModel::operator=(DeformationModel&&) noexcept = default;
DeformationModel::~DeformationModel() = default;

DeformationModel DeformationModel::load(const std::string& path, const std::string& device) {
    useThreads();
    const auto target = deviceFromName(device);
    auto checkpoint = readCheckpoint(path);
    checkpoint.network.to(target);
    auto internals =
        std::make_unique<Private>(Private{checkpoint.info, std::move(checkpoint.network), target, std::nullopt});
    if (internals->info.dims == 2 && target.is_cpu()) {
        internals->plane.emplace(planeNetwork(internals->network));
    } else if (target.is_cpu()) {
        internals->network.usePlanes();
    }
    return DeformationModel(std::move(internals));
}

const ModelInfo& DeformationModel::info() const {
    return d->info;
}
std::string DeformationModel::device() const {
    return d->device.str();
}

void convertModel(const std::string& from, const std::string& to, WeightPrecision precision) {
    writeCheckpoint(readCheckpoint(from), to, precision);
}

}  // namespace drdm
