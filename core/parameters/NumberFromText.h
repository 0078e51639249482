#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace drdm {

/// The number that the whole of `text` is, in C notation and independent of the locale; nothing if `text` is empty,
/// goes on after the number, or does not fit `Number`.
template <typename Number>
std::optional<Number> numberFromText(std::string_view text) {
    Number number{};
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, number);
    return error == std::errc() && end == last ? std::optional(number) : std::nullopt;
}

}  // namespace drdm
