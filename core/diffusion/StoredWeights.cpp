#include "diffusion/StoredWeights.h"

#include "errors/Error.h"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace drdm {

namespace {

constexpr const char* scaleSuffix = ".scale";
constexpr std::int64_t fewestInBytes = 1024;
constexpr std::size_t mostAxes = 8;

/// Shape that lets one number for each place on the first axis meet the whole tensor.
std::vector<std::int64_t> firstAxisOnly(const at::Tensor& weight) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(weight.dim()), 1);
    shape[0] = weight.size(0);
    return shape;
}

bool isScale(const std::string& name) {
    const std::string_view ending(scaleSuffix);
    return name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

RawTensor raw(const char* type, const at::Tensor& tensor) {
    RawTensor result{type, tensor.sizes().vec(), std::vector<char>(tensor.nbytes())};
    std::memcpy(result.bytes.data(), tensor.data_ptr(), result.bytes.size());
    return result;
}

at::Tensor tensorOf(const RawTensor& raw, at::ScalarType type) {
    auto tensor = at::empty(raw.shape, type);
    std::memcpy(tensor.data_ptr(), raw.bytes.data(), raw.bytes.size());
    return tensor.to(at::kFloat);
}

at::Tensor fromBytes(const SafeTensors& file, const std::string& name, const RawTensor& bytes) {
    const auto scaleName = name + scaleSuffix;
    if (bytes.shape.empty() || !file.contains(scaleName)) {
        throw Error("its tensor '" + name + "' is kept in bytes, but its scale '" + scaleName + "' is missing");
    }
    const auto& scale = file.at(scaleName);
    if (scale.type != "F32" || scale.shape != std::vector<std::int64_t>{bytes.shape.front()}) {
        throw Error("the scale of its tensor '" + name + "' is of another shape than the tensor's first axis");
    }
    const auto factors = tensorOf(scale, at::kFloat);
    if (!factors.isfinite().all().item<bool>()) {
        throw Error("the scale of its tensor '" + name + "' holds a number that is not finite");
    }
    const auto weight = tensorOf(bytes, at::kChar);
    return weight * factors.view(firstAxisOnly(weight));
}

}  // namespace

void storeWeight(SafeTensors& file, const std::string& name, const at::Tensor& weight, WeightPrecision precision) {
    const auto plain = weight.detach().to(at::kCPU).to(at::kFloat).contiguous();
    if (precision == WeightPrecision::Single) {
        file.tensors.emplace_back(name, raw("F32", plain));
    } else if (precision == WeightPrecision::Half || plain.dim() < 2 || plain.numel() < fewestInBytes) {
        file.tensors.emplace_back(name, raw("F16", plain.to(at::kHalf)));
    } else {
        const auto scale = (std::get<0>(plain.flatten(1).abs().max(1)) / 127).clamp_min(1e-30);
        const auto bytes = (plain / scale.view(firstAxisOnly(plain))).round().to(at::kChar).contiguous();
        file.tensors.emplace_back(name, raw("I8", bytes));
        file.tensors.emplace_back(name + scaleSuffix, raw("F32", scale.contiguous()));
    }
}

std::map<std::string, at::Tensor> storedWeights(const SafeTensors& file) {
    std::map<std::string, at::Tensor> weights;
    for (const auto& [name, stored] : file.tensors) {
        // No network has such a tensor, and LibTorch has its own words for them.
        if (stored.bytes.empty() || stored.shape.size() > mostAxes) {
            throw Error("its tensor '" + name + "' holds nothing or has more than " + std::to_string(mostAxes) +
                        " axes; it is damaged or not a model");
        }
        if (stored.type == "I8") {
            weights[name] = fromBytes(file, name, stored);
        } else if (stored.type == "F16") {
            weights[name] = tensorOf(stored, at::kHalf);
        } else if (!isScale(name)) {
            if (stored.type != "F32") {
                throw Error("its tensor '" + name + "' holds numbers of type " + stored.type + ", not F32, F16 or I8");
            }
            weights[name] = tensorOf(stored, at::kFloat);
        }
    }
    return weights;
}

}  // namespace drdm
