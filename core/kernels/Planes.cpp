#include "kernels/Planes.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace drdm::kernels {

void Planes::Free::operator()(float* memory) const {
    std::free(memory);
}

Planes::Planes(int channels, int height, int width)
    : m_channels(channels),
      m_height(height),
      m_width(width),
      m_rowStride((width + 2 * alignment - 1) / alignment * alignment),
      m_planeStride((height + 2 * margin) * m_rowStride + alignment) {
    constexpr std::ptrdiff_t slack = 64;
    const auto bytes = static_cast<std::size_t>(channels * m_planeStride + slack) * sizeof(float);
    m_data.reset(static_cast<float*>(std::aligned_alloc(alignment * sizeof(float), bytes)));
    if (!m_data) {
        throw std::bad_alloc();
    }
    std::memset(m_data.get(), 0, bytes);
}

}  // namespace drdm::kernels
