#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace drdm {

/// SHA-256 (FIPS 180-4), for naming model files in every output.
class Sha256 {
public:
    void add(const char* data, std::size_t size);
    [[nodiscard]] std::string hex();  ///< ends the sum

private:
    void block(const unsigned char* data);
    std::array<std::uint32_t, 8> m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<unsigned char, 64> m_pending{};
    std::size_t m_pendingSize = 0;
    std::uint64_t m_length = 0;
};

}  // namespace drdm
