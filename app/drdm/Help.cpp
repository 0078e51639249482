#include "Help.h"

#include "tasks/Report.h"

#include <sstream>

namespace drdm {
namespace {

constexpr std::size_t lineWidth = 100;

/// Text broken into lines that start at `indent`; the first line continues where the text before it ended.
std::string wrapped(const std::string& text, std::size_t indent) {
    std::istringstream words(text);
    std::string word;
    std::string result;
    std::size_t column = indent;
    while (words >> word) {
        if (column > indent && column + 1 + word.size() > lineWidth) {
            result += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            result += ' ';
            ++column;
        }
        result += word;
        column += word.size();
    }
    return result + "\n";
}

std::string numberText(double value) {
    std::ostringstream text;
    text.precision(16);
    text << value;
    return text.str();
}

/// "(1 to 80, default 64)" for what comes from the registry.
std::string range(const Parameter& parameter) {
    if (std::holds_alternative<bool>(parameter.defaultValue)) {
        return {};
    }
    std::string text;
    for (const std::string& choice : parameter.choices) {
        text += choice.empty() ? "" : (text.empty() ? "" : ", ") + choice;
    }
    if (parameter.minimum && parameter.maximum) {
        text += numberText(*parameter.minimum) + " to " + numberText(*parameter.maximum);
    } else if (parameter.minimum) {
        text += "at least " + numberText(*parameter.minimum);
    }
    const auto* words = std::get_if<std::string>(&parameter.defaultValue);
    std::string value = words != nullptr ? *words : std::string();
    if (const auto* whole = std::get_if<long long>(&parameter.defaultValue)) {
        value = std::to_string(*whole);
    } else if (const auto* real = std::get_if<double>(&parameter.defaultValue)) {
        value = numberText(*real);
    }
    if (!value.empty()) {
        text += (text.empty() ? "" : "; ") + std::string("default ") + value;
    }
    return text.empty() ? text : " (" + text + ")";
}

}  // namespace

std::string overview() {
    std::string text = "drdm " DRDM_VERSION
                       " - plausible anatomical variations of one image\n\n"
                       "Usage: drdm COMMAND [options]\n\nCommands:\n";
    for (const Command& command : commands()) {
        text += "  " + command.name + std::string(18 - command.name.size(), ' ') + wrapped(command.summary, 20);
    }
    text += "\n\"drdm help COMMAND\" explains one of them. \"drdm --version\" tells the version.\n";
    return text + researchNotice + ".\n";
}

std::string helpFor(const Command& command) {
    std::string text = "Usage: drdm " + command.name + " " + command.usage + "\n\n" + wrapped(command.summary, 0);
    if (!command.details.empty()) {
        text += "\n" + wrapped(command.details, 0);
    }
    text += "\nOptions:\n";
    for (const Option& option : command.options) {
        std::string head = "  --" + option.name + (option.valueName.empty() ? "" : " " + option.valueName);
        head += head.size() < 28 ? std::string(28 - head.size(), ' ') : "\n" + std::string(28, ' ');
        text += head + wrapped(option.help + (option.parameter != nullptr ? range(*option.parameter) : "") +
                                   (option.required ? " Required." : ""),
                               28);
    }
    return text;
}

}  // namespace drdm
