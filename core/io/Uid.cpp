#include "io/Uid.h"

#include <algorithm>
#include <random>

namespace drdm {

std::string uidFromBits(std::uint64_t high, std::uint64_t low) {
    high = (high & ~0xF000ULL) | 0x4000ULL;                        // version 4
    low = (low & ~0xC000000000000000ULL) | 0x8000000000000000ULL;  // RFC 4122 variant
    std::uint32_t words[4] = {static_cast<std::uint32_t>(high >> 32U), static_cast<std::uint32_t>(high),
                              static_cast<std::uint32_t>(low >> 32U), static_cast<std::uint32_t>(low)};
    // 128 bits to decimal by repeated long division.
    std::string digits;
    while (words[0] != 0 || words[1] != 0 || words[2] != 0 || words[3] != 0) {
        std::uint64_t remainder = 0;
        for (std::uint32_t& word : words) {
            const std::uint64_t value = (remainder << 32U) | word;
            word = static_cast<std::uint32_t>(value / 10);
            remainder = value % 10;
        }
        digits.push_back(static_cast<char>('0' + remainder));
    }
    std::reverse(digits.begin(), digits.end());
    return "2.25." + digits;
}

std::string newUid() {
    thread_local std::random_device device;
    const auto bits = [] { return (static_cast<std::uint64_t>(device()) << 32U) | device(); };
    const std::uint64_t high = bits();
    return uidFromBits(high, bits());
}

}  // namespace drdm
