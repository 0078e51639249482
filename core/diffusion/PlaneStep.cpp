#include "diffusion/PlaneStep.h"

#include "diffusion/EachSample.h"
#include "diffusion/PlaneTraining.h"

#include <torch/torch.h>

#include <mutex>

namespace drdm {

using PassPointer = std::shared_ptr<PlaneTraining::Pass>;

/// Passes that no operation uses at the moment.
class PlaneStep::Buffers {
public:
    std::vector<PassPointer> take(const PlaneTraining& network, std::size_t count, const kernels::Extent& sides) {
        const std::lock_guard lock(m_mutex);
        if (sides != m_sides) {
            m_free.clear();
            m_sides = sides;
        }
        while (m_free.size() < count) {
            m_free.push_back(network.makePass(sides));
        }
        std::vector<PassPointer> taken(m_free.end() - static_cast<std::ptrdiff_t>(count), m_free.end());
        m_free.resize(m_free.size() - count);
        return taken;
    }
    void give(const std::vector<PassPointer>& passes, const kernels::Extent& sides) {
        const std::lock_guard lock(m_mutex);
        if (sides == m_sides) {
            m_free.insert(m_free.end(), passes.begin(), passes.end());
        }
    }

private:
    std::mutex m_mutex;
    std::vector<PassPointer> m_free;
    kernels::Extent m_sides;
};

namespace {

constexpr std::size_t timeCount = PlaneTraining::timeNames.size();

std::span<float> values(const at::Tensor& x) {
    return {x.data_ptr<float>(), static_cast<std::size_t>(x.numel())};
}

/// What sample `n` has of a contiguous batch.
std::span<float> valuesOf(const at::Tensor& batch, std::int64_t n) {
    const auto size = static_cast<std::size_t>(batch.numel() / batch.size(0));
    return values(batch).subspan(static_cast<std::size_t>(n) * size, size);
}

kernels::Extent extentOf(const at::Tensor& image) {
    const auto side = [&image](std::int64_t fromEnd) { return static_cast<int>(image.size(image.dim() - fromEnd)); };
    return {side(2), side(1), image.dim() == 5 ? side(3) : 0};
}

/// The network of one step with one pass per sample.
struct Recorded : torch::CustomClassHolder {
    Recorded(const plane::Weights& weights, std::shared_ptr<PlaneStep::Buffers> lender, std::int64_t count,
             const kernels::Extent& extent)
        : network(weights),
          buffers(std::move(lender)),
          passes(buffers->take(network, static_cast<std::size_t>(count), extent)),
          sides(extent) {}
    ~Recorded() override { buffers->give(passes, sides); }
    Recorded(const Recorded&) = delete;
    Recorded& operator=(const Recorded&) = delete;

    PlaneTraining network;
    std::shared_ptr<PlaneStep::Buffers> buffers;
    std::vector<PassPointer> passes;
    kernels::Extent sides;
    std::int64_t channels = 1;       ///< of the image
    std::vector<std::string> names;  ///< of the weights, in the order of the operation's inputs
    std::vector<at::Tensor> times;

    template <typename Array>
    [[nodiscard]] Array timesOf(const std::vector<at::Tensor>& all, std::int64_t n) const {
        Array array;
        for (std::size_t i = 0; i < timeCount; ++i) {
            array[i] = valuesOf(all[i], n);
        }
        return array;
    }
};

class Operation : public torch::autograd::Function<Operation> {
public:
    /// inputs: the image, the time embeddings, the weights.
    static at::Tensor forward(torch::autograd::AutogradContext* context, at::TensorList inputs,
                              const std::vector<std::string>& names,
                              const std::shared_ptr<PlaneStep::Buffers>& buffers) {
        const auto image = inputs[0].contiguous();
        std::map<std::string, at::Tensor> plain;
        for (std::size_t i = 0; i < names.size(); ++i) {
            plain[names[i]] = inputs[1 + timeCount + i].contiguous();
        }
        const auto count = image.size(0);
        auto record = c10::make_intrusive<Recorded>(
            [&plain](const std::string& name) { return values(plain.at(name)); }, buffers, count, extentOf(image));
        record->names = names;
        record->channels = image.size(1);
        for (std::size_t i = 0; i < timeCount; ++i) {
            record->times.push_back(inputs[1 + i].contiguous());
        }
        auto outSize = image.sizes().vec();
        outSize[1] = image.dim() - 2;
        auto out = at::empty(outSize, image.options());
        eachSample(count, [&](std::int64_t n) {
            record->network.forward(*record->passes[static_cast<std::size_t>(n)], valuesOf(image, n),
                                    record->timesOf<PlaneTraining::Times>(record->times, n), valuesOf(out, n));
        });
        context->saved_data["record"] = c10::IValue::make_capsule(record);
        return out;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   const torch::autograd::variable_list& gradients) {
        const auto capsule = context->saved_data["record"].toCapsule();
        const auto& record = static_cast<const Recorded&>(*capsule);
        const auto gradient = gradients.front().contiguous();
        const auto count = gradient.size(0);
        auto imageSize = gradient.sizes().vec();
        imageSize[1] = record.channels;
        auto image = at::empty(imageSize, gradient.options());
        std::vector<at::Tensor> times;
        for (const auto& time : record.times) {
            times.push_back(at::empty_like(time));
        }
        std::vector<PlaneTraining::Gradients> weights(static_cast<std::size_t>(count));
        eachSample(count, [&](std::int64_t n) {
            const auto i = static_cast<std::size_t>(n);
            record.network.backward(*record.passes[i], valuesOf(gradient, n),
                                    record.timesOf<PlaneTraining::Times>(record.times, n), weights[i],
                                    record.timesOf<PlaneTraining::TimeGradients>(times, n), valuesOf(image, n));
        });
        torch::autograd::variable_list result{image};
        result.insert(result.end(), times.begin(), times.end());
        for (const auto& name : record.names) {
            auto sum = at::zeros({static_cast<std::int64_t>(weights.front().at(name).size())}, gradient.options());
            for (auto& sample : weights) {  // in the order of the samples
                auto& part = sample.at(name);
                sum.add_(at::from_blob(part.data(), sum.sizes()));
            }
            result.push_back(sum);
        }
        result.emplace_back();
        result.emplace_back();
        return result;
    }
};

}  // namespace

PlaneStep::PlaneStep() : m_buffers(std::make_shared<Buffers>()) {}

at::Tensor PlaneStep::operator()(const at::Tensor& image, const std::vector<at::Tensor>& times,
                                 const std::map<std::string, at::Tensor>& weights) const {
    std::vector<at::Tensor> inputs{image};
    inputs.insert(inputs.end(), times.begin(), times.end());
    std::vector<std::string> names;
    for (const auto& [name, tensor] : weights) {
        if (!name.starts_with("te") && name != "time_embed.weight") {
            names.push_back(name);
            inputs.push_back(tensor.flatten());
        }
    }
    return Operation::apply(at::TensorList(inputs), names, m_buffers);
}

}  // namespace drdm
