#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace drdm {

/// SHA-256 (FIPS 180-4), fed in pieces.
class Sha256 {
public:
    void add(const void* bytes, std::size_t count);
    /// 64 hexadecimal digits. Call once, at the end.
    std::string digest();

private:
    void block(const std::uint8_t* bytes);

    std::array<std::uint32_t, 8> m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> m_rest{};
    std::size_t m_restSize = 0;
    std::uint64_t m_total = 0;
};

/// SHA-256 of a file. \throws Error if it cannot be read.
std::string sha256OfFile(const std::string& path);

}  // namespace drdm
