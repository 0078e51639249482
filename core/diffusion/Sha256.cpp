#include "diffusion/Sha256.h"

#include "diffusion/Checkpoint.h"
#include "errors/Error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <vector>

namespace drdm {

namespace {

/// The constants are the fractional parts of the cube roots of the first 64 primes.
const std::array<std::uint32_t, 64>& constants() {
    static const auto table = [] {
        std::array<std::uint32_t, 64> k{};
        std::size_t count = 0;
        for (unsigned n = 2; count < k.size(); ++n) {
            bool prime = true;
            for (unsigned d = 2; d * d <= n; ++d) {
                prime = prime && n % d != 0;
            }
            if (prime) {
                const long double root = std::cbrt(static_cast<long double>(n));
                k[count++] = static_cast<std::uint32_t>((root - std::floor(root)) * 4294967296.0L);
            }
        }
        return k;
    }();
    return table;
}

}  // namespace

void Sha256::block(const unsigned char* data) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = static_cast<std::uint32_t>(data[4 * i]) << 24 | static_cast<std::uint32_t>(data[4 * i + 1]) << 16 |
               static_cast<std::uint32_t>(data[4 * i + 2]) << 8 | static_cast<std::uint32_t>(data[4 * i + 3]);
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const auto a = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3);
        const auto b = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
        w[i] = w[i - 16] + a + w[i - 7] + b;
    }
    auto s = m_state;
    for (std::size_t i = 0; i < 64; ++i) {
        const auto e = std::rotr(s[4], 6) ^ std::rotr(s[4], 11) ^ std::rotr(s[4], 25);
        const auto one = s[7] + e + ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants()[i] + w[i];
        const auto a = std::rotr(s[0], 2) ^ std::rotr(s[0], 13) ^ std::rotr(s[0], 22);
        const auto two = a + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        s = {one + two, s[0], s[1], s[2], s[3] + one, s[4], s[5], s[6]};
    }
    for (std::size_t i = 0; i < 8; ++i) {
        m_state[i] += s[i];
    }
}

void Sha256::add(const char* data, std::size_t size) {
    m_length += size;
    while (size > 0) {
        const auto part = std::min(size, m_pending.size() - m_pendingSize);
        std::memcpy(m_pending.data() + m_pendingSize, data, part);
        m_pendingSize += part;
        data += part;
        size -= part;
        if (m_pendingSize == m_pending.size()) {
            block(m_pending.data());
            m_pendingSize = 0;
        }
    }
}

std::string Sha256::hex() {
    const auto bits = m_length * 8;
    const char one = static_cast<char>(0x80);
    add(&one, 1);
    const char zero = 0;
    while (m_pendingSize != 56) {
        add(&zero, 1);
    }
    for (int shift = 56; shift >= 0; shift -= 8) {
        const char byte = static_cast<char>(bits >> shift);
        add(&byte, 1);
    }
    std::string text;
    for (const auto word : m_state) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            text += "0123456789abcdef"[(word >> shift) & 15U];
        }
    }
    return text;
}

std::string sha256OfFile(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
        throw Error("cannot read '" + path + "'");
    }
    Sha256 sum;
    std::vector<char> buffer(1 << 16);
    while (stream) {
        stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
        sum.add(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    }
    return sum.hex();
}

}  // namespace drdm
