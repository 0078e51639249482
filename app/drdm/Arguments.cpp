#include "Arguments.h"

#include <algorithm>
#include <iterator>
#include <numeric>

namespace drdm {
namespace {

/// Number of single-letter insertions, deletions and replacements between two words.
std::size_t editDistance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t k = 1; k <= b.size(); ++k) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[k - 1] ? 0 : 1);
            diagonal = row[k];
            row[k] = std::min({row[k] + 1, row[k - 1] + 1, replaced});
        }
    }
    return row.back();
}

bool isFlag(const Parameter& parameter) {
    return std::holds_alternative<bool>(parameter.defaultValue);
}

bool isOption(const std::string& word) {
    return word.size() > 2 && word.starts_with("--");
}

const Option& find(const std::string& name, const std::vector<Option>& options) {
    std::vector<std::string> known;
    for (const Option& option : options) {
        if (option.name == name) {
            return option;
        }
        known.push_back(option.name);
    }
    const std::string near = nearest(name, known);
    throw UsageError("unknown option --" + name + (near.empty() ? "" : "; did you mean --" + near + "?"));
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
    std::string best;
    std::size_t fewest = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : known) {
        const bool begins = word.size() >= 3 && candidate.starts_with(word);
        const std::size_t distance = begins ? 1 : editDistance(word, candidate);
        if (distance < fewest) {
            fewest = distance;
            best = candidate;
        }
    }
    return best;
}

std::vector<Option> optionsOf(const ParameterSet& set) {
    std::vector<Option> options;
    for (const Parameter& parameter : set.all()) {
        Option option;
        option.name = parameter.name;
        option.help = parameter.help;
        option.parameter = &parameter;
        if (isFlag(parameter)) {
            option.values = switchOnly;
            if (std::get<bool>(parameter.defaultValue)) {
                option.name = "no-" + parameter.name;
                option.help = "Switch off: " + parameter.help;
            }
        } else if (std::holds_alternative<std::string>(parameter.defaultValue)) {
            option.valueName = parameter.choices.empty() ? "TEXT" : "NAME";
        } else {
            option.valueName = "N";
        }
        options.push_back(std::move(option));
    }
    return options;
}

std::vector<Option> withOptions(std::vector<Option> first, std::vector<Option> more) {
    std::move(more.begin(), more.end(), std::back_inserter(first));
    return first;
}

std::vector<Option> withParameters(std::vector<Option> own, const ParameterSet& set) {
    for (Option& option : optionsOf(set)) {
        own.push_back(std::move(option));
    }
    return own;
}

Arguments::Arguments(const std::vector<std::string>& words, const std::vector<Option>& options) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--") {
            m_positional.insert(m_positional.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        if (words[i].size() > 1 && words[i][0] == '-' && !isOption(words[i])) {
            throw UsageError("unknown option " + words[i] + "; options begin with two dashes");
        }
        if (!isOption(words[i])) {
            m_positional.push_back(words[i]);
            continue;
        }
        const std::size_t equals = words[i].find('=');
        const Option& option = find(words[i].substr(2, equals == std::string::npos ? equals : equals - 2), options);
        const bool seen = has(option.name);
        std::vector<std::string>& values = m_values[option.name];
        if (seen && option.values != manyValues) {
            throw UsageError("option --" + option.name + " is given twice");
        }
        if (equals != std::string::npos) {
            if (option.values == switchOnly || option.values > 1) {
                throw UsageError("option --" + option.name + " does not take a value after '='");
            }
            values.push_back(words[i].substr(equals + 1));
            continue;
        }
        const auto wanted = option.values == manyValues ? words.size() : static_cast<std::size_t>(option.values);
        const std::size_t before = values.size();
        while (values.size() - before < wanted && i + 1 < words.size() && !isOption(words[i + 1])) {
            values.push_back(words[++i]);
        }
        const std::size_t taken = values.size() - before;
        if (option.values == manyValues ? taken == 0 : taken < wanted) {
            throw UsageError("option --" + option.name + " needs " +
                             (option.values > 1 ? std::to_string(option.values) + " values" : std::string("a value")) +
                             ": " + option.valueName);
        }
    }
    for (const Option& option : options) {
        if (option.required && !has(option.name)) {
            throw UsageError("option --" + option.name + " " + option.valueName + " is missing");
        }
    }
}

std::string Arguments::text(const std::string& option, const std::string& fallback) const {
    const auto found = m_values.find(option);
    return found == m_values.end() || found->second.empty() ? fallback : found->second.front();
}

std::vector<std::string> Arguments::all(const std::string& option) const {
    const auto found = m_values.find(option);
    return found == m_values.end() ? std::vector<std::string>() : found->second;
}

void Arguments::into(ParameterValues& values) const {
    for (const Parameter& parameter : values.set().all()) {
        try {
            if (has("no-" + parameter.name)) {
                values.set(parameter.name, false);
            } else if (has(parameter.name)) {
                values.setFromText(parameter.name, isFlag(parameter) ? "true" : text(parameter.name));
            }
        } catch (const Error& error) {
            throw UsageError(std::string("option --") + error.what());
        }
    }
}

void Arguments::expectPositional(std::size_t least, std::size_t most, const std::string& what) const {
    if (m_positional.size() < least) {
        throw UsageError("missing: " + what);
    }
    if (m_positional.size() > most) {
        throw UsageError("do not know what to do with \"" + m_positional[most] + "\"; expected " + what);
    }
}

}  // namespace drdm
