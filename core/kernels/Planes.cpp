#include "kernels/Planes.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace drdm::kernels {

void Planes::Free::operator()(float* memory) const {
    std::free(memory);
}

Planes::Planes(int channels, const Extent& extent)
    : m_channels(channels),
      m_extent(extent),
      m_rowStride((extent.width + 2 * alignment - 1) / alignment * alignment),
      m_planeStride(((volume() ? extent.depth + 2 * margin : 1) * sliceRows() + margin) * m_rowStride + alignment) {
    constexpr std::ptrdiff_t slack = 64;
    const auto bytes = static_cast<std::size_t>(channels * m_planeStride + slack) * sizeof(float);
    m_data.reset(static_cast<float*>(std::aligned_alloc(alignment * sizeof(float), bytes)));
    if (!m_data) {
        throw std::bad_alloc();
    }
    std::memset(m_data.get(), 0, bytes);
}

}  // namespace drdm::kernels
