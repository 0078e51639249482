#pragma once

#include <cstddef>
#include <memory>

namespace drdm::kernels {

/// The sides of an image in voxels: y, x and, of a volume, z.
struct Extent {
    int height = 0;
    int width = 0;
    int depth = 0;  ///< 0: an image
    bool operator==(const Extent&) const = default;
    /// Every side over 2^level.
    [[nodiscard]] Extent halved(int level) const { return {height >> level, width >> level, depth >> level}; }
};

/// Channels of one image or volume, each with a margin of zeros around it, so that a convolution never asks where the
/// edge is. The slices of a volume lie one below the other, with a margin between two. Rows begin on 64-byte
/// boundaries; reading up to 64 floats past the end of a row stays inside the memory.
class Planes {
public:
    /// Rows above and below, at least as many columns left and right, and slices before and behind.
    static constexpr int margin = 3;

    /// All zeros. `channels` is a capacity: operations say how many they use.
    Planes(int channels, const Extent& extent);
    Planes(int channels, int height, int width) : Planes(channels, Extent{height, width}) {}

    [[nodiscard]] int channels() const { return m_channels; }
    [[nodiscard]] const Extent& extent() const { return m_extent; }
    [[nodiscard]] int height() const { return m_extent.height; }
    [[nodiscard]] int width() const { return m_extent.width; }
    [[nodiscard]] bool volume() const { return m_extent.depth > 0; }
    /// Of all slices together: row z · height + y is row y of slice z.
    [[nodiscard]] int rows() const { return m_extent.height * (volume() ? m_extent.depth : 1); }
    [[nodiscard]] std::ptrdiff_t rowStride() const { return m_rowStride; }      ///< in floats
    [[nodiscard]] std::ptrdiff_t planeStride() const { return m_planeStride; }  ///< in floats
    /// From a row to the same one of the next slice, in rows as they lie in memory.
    [[nodiscard]] int sliceRows() const { return m_extent.height + margin; }

    /// Column 0 of a row (of `rows()`). Only the `width()` floats from there may be written: the margin must stay 0.
    [[nodiscard]] float* row(int channel, int y) { return m_data.get() + place(channel, y); }
    [[nodiscard]] const float* row(int channel, int y) const { return m_data.get() + place(channel, y); }

private:
    [[nodiscard]] std::ptrdiff_t place(int channel, int y) const {
        const int slice = y / m_extent.height;
        const int inMemory = (slice + (volume() ? margin : 0)) * sliceRows() + y - slice * m_extent.height + margin;
        return channel * m_planeStride + inMemory * m_rowStride + alignment;
    }
    static constexpr int alignment = 16;  ///< floats in 64 bytes; the columns between two rows

    struct Free {
        void operator()(float* memory) const;
    };
    int m_channels;
    Extent m_extent;
    std::ptrdiff_t m_rowStride;
    std::ptrdiff_t m_planeStride;
    std::unique_ptr<float[], Free> m_data;
};

}  // namespace drdm::kernels
