#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace drdm {

/// A plain 2-D U-Net (PlainUnet.h) that tells labels apart.
struct SegmentationNetworkSettings {
    int classes = 2;          ///< with the background
    int width = 16;           ///< channels at full resolution, twice as many on each level below
    int levels = 4;           ///< resolutions
    std::int64_t side = 128;  ///< of the square slices, a multiple of 2^(levels − 1)
    std::uint64_t seed = 1;   ///< of the first weights
    std::string device = "auto";
};

/// A square slice, x fastest, grey values about 0…1, and the class of every pixel.
struct LabelledSlice {
    std::vector<float> image;
    std::vector<std::uint8_t> classes;
};

/// Thread-compatible: one user at a time. All steps are a function of settings and batches (up to the rounding of
/// LibTorch's convolutions with another number of threads, see Devices.h).
class SegmentationNetwork {
public:
    /// \throws Error: settings that do not fit each other, device
    explicit SegmentationNetwork(const SegmentationNetworkSettings& settings);
    SegmentationNetwork(SegmentationNetwork&&) noexcept;
    SegmentationNetwork& operator=(SegmentationNetwork&&) noexcept;
    ~SegmentationNetwork();

    /// One step of Adam on cross-entropy plus 1 − soft Dice (mean over the classes but the background); returns the
    /// loss. \throws Error if a slice is of another size or names a class that is none
    double train(const std::vector<const LabelledSlice*>& batch, double rate);
    [[nodiscard]] long long step() const;  ///< how many have been taken

    /// The probability of every class at every pixel: classes × side × side, x fastest.
    [[nodiscard]] std::vector<float> probabilities(const std::vector<float>& image) const;

    [[nodiscard]] long long parameterCount() const;

    /// The whole state, weights and optimiser, as .safetensors; appears complete. \throws Error
    void write(const std::string& path) const;
    /// Goes on from there. \throws Error if the file does not fit the settings
    void read(const std::string& path);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
