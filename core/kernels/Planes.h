#pragma once

#include <cstddef>
#include <memory>

namespace drdm::kernels {

/// Channels of one image, each a plane with a margin of zeros around it, so that a convolution never asks where the
/// edge is. Rows begin on 64-byte boundaries; reading up to 64 floats past the end of a row stays inside the memory.
class Planes {
public:
    static constexpr int margin = 3;  ///< rows above and below, and at least as many columns left and right

    /// All zeros. `channels` is a capacity: operations say how many they use.
    Planes(int channels, int height, int width);

    [[nodiscard]] int channels() const { return m_channels; }
    [[nodiscard]] int height() const { return m_height; }
    [[nodiscard]] int width() const { return m_width; }
    [[nodiscard]] std::ptrdiff_t rowStride() const { return m_rowStride; }      ///< in floats
    [[nodiscard]] std::ptrdiff_t planeStride() const { return m_planeStride; }  ///< in floats

    /// Column 0 of a row. Only the `width()` floats from there may be written: the margin must stay 0.
    [[nodiscard]] float* row(int channel, int y) { return m_data.get() + place(channel, y); }
    [[nodiscard]] const float* row(int channel, int y) const { return m_data.get() + place(channel, y); }

private:
    [[nodiscard]] std::ptrdiff_t place(int channel, int y) const {
        return channel * m_planeStride + (y + margin) * m_rowStride + alignment;
    }
    static constexpr int alignment = 16;  ///< floats in 64 bytes; the columns between two rows

    struct Free {
        void operator()(float* memory) const;
    };
    int m_channels;
    int m_height;
    int m_width;
    std::ptrdiff_t m_rowStride;
    std::ptrdiff_t m_planeStride;
    std::unique_ptr<float[], Free> m_data;
};

}  // namespace drdm::kernels
