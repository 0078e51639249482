#pragma once

#include "errors/Error.h"
#include "parameters/Parameter.h"

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// The command line was not understood: exit code 2.
class UsageError : public Error {
public:
    using Error::Error;
};

/// How many words follow an option: this many, or all up to the next option.
inline constexpr int switchOnly = 0;
inline constexpr int manyValues = -1;

struct Option {
    std::string name;       ///< without dashes
    std::string valueName;  ///< "DIR"; empty for a switch
    std::string help;
    int values = 1;
    bool required = false;
    const Parameter* parameter = nullptr;  ///< where the option comes from the registry
};

/// One option per parameter of a registry set. Truth values become switches: `--name`, or `--no-name` where the default
/// is true.
std::vector<Option> optionsOf(const ParameterSet& set);

/// Two lists, one after the other.
std::vector<Option> withOptions(std::vector<Option> first, std::vector<Option> more);

/// Own options first, then the set's.
std::vector<Option> withParameters(std::vector<Option> own, const ParameterSet& set);

/// The words of one command line, sorted out. `--name value`, `--name=value`; `--` ends the options.
class Arguments {
public:
    /// \throws UsageError for unknown options (with the nearest known one), missing values and missing options.
    Arguments(const std::vector<std::string>& words, const std::vector<Option>& options);

    [[nodiscard]] const std::vector<std::string>& positional() const { return m_positional; }
    [[nodiscard]] bool has(const std::string& option) const { return m_values.count(option) != 0; }
    [[nodiscard]] std::string text(const std::string& option, const std::string& fallback = {}) const;
    [[nodiscard]] std::vector<std::string> all(const std::string& option) const;

    /// Puts the given parameters of the set over `values`. \throws UsageError
    void into(ParameterValues& values) const;

    /// The positional arguments must be of this number. \throws UsageError saying `what` is expected
    void expectPositional(std::size_t least, std::size_t most, const std::string& what) const;

private:
    std::vector<std::string> m_positional;
    std::map<std::string, std::vector<std::string>> m_values;
};

/// The word of `known` that is nearest to `word`, or "" if none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace drdm
