#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace drdm {

/// An error that a user can act on. The text says what failed, where (file, slice, key) and what to do about it. While
/// an error travels upwards each level may add a line of context in front: "while reading slice 12 of …: <text>".
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& what) : std::runtime_error(what) {}

    /// Adds a line of context in front of an earlier error.
    Error(const std::exception& previous, const std::string& context)
        : std::runtime_error(context + ": " + previous.what()) {}
};

/// Thrown where work was cancelled by the user. Deliberately no `Error`: nobody reports it as a failure.
class Cancelled : public std::exception {
public:
    [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

/// Runs `work`; an `Error` thrown inside leaves with `context` in front of its text.
template <typename Work>
auto withContext(const std::string& context, Work&& work) -> decltype(std::forward<Work>(work)()) {
    try {
        return std::forward<Work>(work)();
    } catch (const Error& error) {
        throw Error(error, context);
    }
}

}  // namespace drdm
