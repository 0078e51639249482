#pragma once

#include <torch/types.h>

#include <cstdint>
#include <map>
#include <string>

// LibTorch shows here: for the files of core/experiments alone.
namespace drdm {

/// A plain 2-D U-Net (Ronneberger et al. 2015, arXiv 1505.04597) with the optimiser that trains it: on every level two
/// 3 × 3 convolutions, each with instance normalisation (or a bias) and a rectifier; halved by the maximum of 2 × 2,
/// doubled linearly; Adam.
class PlainUnet {
public:
    struct Shape {
        std::string kind;  ///< of the state's file: "drdm-segmentation-1"
        std::int64_t in = 1, out = 2;
        int width = 16, levels = 4;  ///< channels at full resolution, resolutions
        std::int64_t side = 128;
        std::uint64_t seed = 1;  ///< of the first weights
        std::string device = "auto";
        double lastWeights = 1;  ///< factor on the first weights of the last layer
        bool normalised = true;  ///< false where the size of what comes out matters: a bias instead
    };

    /// \throws Error: sizes that do not fit each other, device
    explicit PlainUnet(Shape shape);

    /// N × in × side × side → N × out × side × side
    [[nodiscard]] at::Tensor operator()(at::Tensor x) const;
    /// One step of Adam down the gradient of this loss; returns its value.
    double descend(const at::Tensor& loss, double rate);

    [[nodiscard]] long long step() const { return m_step; }
    [[nodiscard]] const at::Device& device() const { return m_device; }
    [[nodiscard]] const Shape& shape() const { return m_shape; }
    [[nodiscard]] long long parameterCount() const;

    /// Weights and optimiser as .safetensors; appears complete. \throws Error
    void write(const std::string& path) const;
    /// \throws Error if the file is not of this kind and shape
    void read(const std::string& path);

private:
    using Tensors = std::map<std::string, at::Tensor>;
    [[nodiscard]] at::Tensor block(at::Tensor x, const std::string& name) const;

    Shape m_shape;
    at::Device m_device;
    Tensors m_weights, m_first, m_second;
    long long m_step = 0;
};

/// "auto", "cpu" or a graphics card's name. \throws Error if there is no such device
at::Device experimentDevice(const std::string& name);

}  // namespace drdm
