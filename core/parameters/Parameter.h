#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace drdm {

using ParameterValue = std::variant<bool, long long, double, std::string>;

/// One user-settable quantity. The interface, the command line, the files and the help all read this.
struct Parameter {
    std::string name;                              ///< as on the command line without dashes: "level"
    std::string label;                             ///< as in the window, plain words: "Strength"
    ParameterValue defaultValue;                   ///< its type is the parameter's type
    std::optional<double> minimum, maximum, step;  ///< numbers only
    std::string unit;                              ///< "", "mm", "%", …
    std::vector<std::string> choices;              ///< texts only; empty = free text
    std::string help;                              ///< one sentence for tooltip and --help
    bool expert = false;                           ///< shown in the expert face only
    std::string files = {};                        ///< texts that are paths: endings of the files, "*.json *.txt"
};

/// A named group of parameters in the order in which they are shown.
class ParameterSet {
public:
    ParameterSet(std::string name, std::vector<Parameter> parameters);
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] const std::vector<Parameter>& all() const { return m_parameters; }
    /// \throws Error if there is none of that name.
    [[nodiscard]] const Parameter& at(const std::string& name) const;
    [[nodiscard]] bool contains(const std::string& name) const;

private:
    std::string m_name;
    std::vector<Parameter> m_parameters;
};

/// Checked values for a set. Unset parameters have their default.
class ParameterValues {
public:
    explicit ParameterValues(const ParameterSet& set);

    /// From text, as on the command line. \throws Error naming parameter, text, and what is accepted.
    void setFromText(const std::string& name, const std::string& text);
    /// \throws Error if the type or the range does not fit.
    void set(const std::string& name, ParameterValue value);

    [[nodiscard]] bool flag(const std::string& name) const;
    [[nodiscard]] long long integer(const std::string& name) const;
    [[nodiscard]] double number(const std::string& name) const;
    [[nodiscard]] const std::string& text(const std::string& name) const;
    [[nodiscard]] bool isSet(const std::string& name) const;  ///< given explicitly
    [[nodiscard]] std::string asText(const std::string& name) const;
    [[nodiscard]] const ParameterSet& set() const { return *m_set; }

private:
    const ParameterSet* m_set;
    std::map<std::string, ParameterValue> m_values;
};

/// The registry. Sets live for the whole run.
const ParameterSet&
samplingParameters();  ///< level, seed, count, model, process, start, stride, interpolation, allow-folds, device
const ParameterSet& trainingParameters();
const ParameterSet& phantomParameters();

}  // namespace drdm
