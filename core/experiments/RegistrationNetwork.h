#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace drdm {

/// A plain 2-D U-Net (PlainUnet.h) that takes a moving and a fixed slice and gives the displacement field that brings
/// the first onto the second.
struct RegistrationNetworkSettings {
    int width = 16;           ///< channels at full resolution, twice as many on each level below
    int levels = 4;           ///< resolutions
    std::int64_t side = 128;  ///< of the square slices, a multiple of 2^(levels − 1)
    std::uint64_t seed = 1;   ///< of the first weights
    std::string device = "auto";
};

/// Two square slices, x fastest, grey values about 0…1, and the field u with fixed(x) = moving(x + u(x)): 2 × side ×
/// side, voxels, rows first, as in DisplacementField. Real pairs have none.
struct SlicePair {
    std::vector<float> moving, fixed, field;
};

/// Thread-compatible: one user at a time. All steps are a function of settings and batches (up to the rounding of
/// LibTorch's convolutions with another number of threads, see Devices.h).
class RegistrationNetwork {
public:
    /// \throws Error: settings that do not fit each other, device
    explicit RegistrationNetwork(const RegistrationNetworkSettings& settings);
    RegistrationNetwork(RegistrationNetwork&&) noexcept;
    RegistrationNetwork& operator=(RegistrationNetwork&&) noexcept;
    ~RegistrationNetwork();

    /// One step towards the true fields: the loss is the mean endpoint error in voxels. Returns it. \throws Error if a
    /// slice is of another size or a field is missing
    double train(const std::vector<const SlicePair*>& batch, double rate);

    /// One step without true fields: the loss is 1 − local correlation (squared, windows of 9 × 9; Balakrishnan et al.
    /// 2019, doi 10.1109/TMI.2019.2897538) of the moved with the fixed slice, plus `smoothness` times the mean squared
    /// difference of neighbouring displacements. Returns it. \throws Error as above
    double tune(const std::vector<const SlicePair*>& batch, double rate, double smoothness);

    [[nodiscard]] long long step() const;  ///< how many have been taken, of both kinds

    /// The field, as in SlicePair. \throws Error
    [[nodiscard]] std::vector<float> field(const std::vector<float>& moving, const std::vector<float>& fixed) const;

    [[nodiscard]] long long parameterCount() const;
    /// The whole state, weights and optimiser, as .safetensors; appears complete. \throws Error
    void write(const std::string& path) const;
    /// Goes on from there. \throws Error if the file does not fit the settings
    void read(const std::string& path);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// True if `device` stands for the processor here. \throws Error if there is no such device
bool isProcessor(const std::string& device);

}  // namespace drdm
