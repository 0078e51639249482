#include "tasks/DataSetNames.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

namespace drdm::names {
namespace {

constexpr std::array labelEndings{"_label", "_labels", "_seg", "_dseg", "_mask", "_gt"};

bool digit(char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Where "phaseN" begins at the end of a stem, and N; npos if it does not end so.
std::size_t phaseBegin(const std::string& stem, std::size_t& number) {
    std::size_t at = stem.size();
    while (at > 0 && digit(stem[at - 1])) {
        --at;
    }
    number = at;
    constexpr std::size_t word = 5;
    const bool found =
        at < stem.size() && stem.size() - at < 10 && at >= word && stem.compare(at - word, word, "phase") == 0;
    return found ? at - word : std::string::npos;
}

void cut(std::string& text, const std::string& ending) {
    if (text.ends_with(ending)) {
        text.resize(text.size() - ending.size());
    }
}

std::string withoutPhase(std::string text) {
    std::size_t number = 0;
    const std::size_t at = phaseBegin(text, number);
    if (at != std::string::npos) {
        text.resize(at);
        cut(text, "_");
        cut(text, "-");
    }
    return text;
}

}  // namespace

std::string stem(const std::string& path) {
    const std::string name = std::filesystem::path(path).filename().string();
    return name.substr(0, name.find(".nii"));
}

bool saysLabels(const std::string& stem) {
    const std::string name = withoutPhase(stem);
    return name.starts_with("label") || name.find("_label") != std::string::npos || name == "mask" || name == "seg" ||
           std::any_of(labelEndings.begin(), labelEndings.end(), [&name](const char* e) { return name.ends_with(e); });
}

std::string withoutChannel(const std::string& stem) {
    const std::size_t at = stem.rfind('_');
    const bool channel = at != std::string::npos && at > 0 && stem.size() - at == 5 &&
                         std::all_of(stem.begin() + static_cast<std::ptrdiff_t>(at) + 1, stem.end(), digit);
    return channel ? stem.substr(0, at) : stem;
}

std::string key(const std::string& stem) {
    std::string text = withoutPhase(withoutChannel(stem));
    for (const char* ending : labelEndings) {
        cut(text, ending);
    }
    for (const char* beginning : {"labels", "label"}) {
        if (text.starts_with(beginning)) {
            text.erase(0, std::string(beginning).size());
            text.erase(0, text.starts_with("_") ? 1 : 0);
        }
    }
    return text;
}

std::optional<std::int64_t> phase(const std::string& stem) {
    std::size_t number = 0;
    if (phaseBegin(stem, number) == std::string::npos) {
        return {};
    }
    return std::stoll(stem.substr(number));
}

std::string subject(const std::string& stem) {
    std::string text = key(stem);
    cut(text, "_ED");
    cut(text, "_ES");
    return text;
}

std::string plain(const std::string& text) {
    std::string result = text;
    for (char& c : result) {
        const auto u = static_cast<unsigned char>(c);
        c = u < 128 && (std::isalnum(u) != 0 || c == '-' || c == '_' || c == '.') ? c : '-';
    }
    return result;
}

}  // namespace drdm::names
