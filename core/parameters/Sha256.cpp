#include "parameters/Sha256.h"

#include "errors/Error.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <vector>

namespace drdm {

namespace {

/// First 32 bits of the fractional parts of the cube roots of the first 64 primes: computed, so no table to mistype.
std::array<std::uint32_t, 64> makeConstants() {
    std::array<std::uint32_t, 64> constants{};
    std::size_t count = 0;
    for (unsigned n = 2; count < constants.size(); ++n) {
        bool prime = true;
        for (unsigned d = 2; d * d <= n; ++d) {
            prime = prime && n % d != 0;
        }
        if (prime) {
            const double root = std::cbrt(static_cast<double>(n));  // 49 fractional bits at least: 32 are sure
            constants[count++] = static_cast<std::uint32_t>(std::floor(std::ldexp(root - std::floor(root), 32)));
        }
    }
    return constants;
}

}  // namespace

void Sha256::block(const std::uint8_t* bytes) {
    static const std::array<std::uint32_t, 64> constants = makeConstants();
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = (static_cast<std::uint32_t>(bytes[4 * i]) << 24U) |
               (static_cast<std::uint32_t>(bytes[4 * i + 1]) << 16U) |
               (static_cast<std::uint32_t>(bytes[4 * i + 2]) << 8U) | bytes[4 * i + 3];
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const std::uint32_t s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3U);
        const std::uint32_t s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10U);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = m_state;
    for (std::size_t i = 0; i < 64; ++i) {
        const std::uint32_t s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const std::uint32_t t1 = h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i];
        const std::uint32_t s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const std::uint32_t t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> added{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) {
        m_state[i] += added[i];
    }
}

void Sha256::add(const void* bytes, std::size_t count) {
    const auto* next = static_cast<const std::uint8_t*>(bytes);
    m_total += count;
    while (count > 0) {
        if (m_restSize == 0 && count >= 64) {
            block(next);
            next += 64;
            count -= 64;
            continue;
        }
        const std::size_t part = std::min(count, 64 - m_restSize);
        std::memcpy(m_rest.data() + m_restSize, next, part);
        m_restSize += part;
        next += part;
        count -= part;
        if (m_restSize == 64) {
            block(m_rest.data());
            m_restSize = 0;
        }
    }
}

std::string Sha256::digest() {
    const std::uint64_t bits = m_total * 8;
    const std::uint8_t one = 0x80;
    const std::uint8_t zero = 0;
    add(&one, 1);
    while (m_restSize != 56) {
        add(&zero, 1);
    }
    std::array<std::uint8_t, 8> length{};
    for (std::size_t i = 0; i < 8; ++i) {
        length[i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
    }
    add(length.data(), 8);
    std::string text;
    for (const std::uint32_t word : m_state) {
        for (int shift = 28; shift >= 0; shift -= 4) {
            text.push_back("0123456789abcdef"[(word >> static_cast<unsigned>(shift)) & 15U]);
        }
    }
    return text;
}

std::string sha256OfFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Error("cannot open " + path + "; check that it exists and may be read");
    }
    Sha256 sum;
    std::vector<char> piece(1U << 20U);
    while (file) {
        file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        sum.add(piece.data(), static_cast<std::size_t>(file.gcount()));
    }
    return sum.digest();
}

}  // namespace drdm
