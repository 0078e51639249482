#include "parameters/Parameter.h"

#include "errors/Error.h"
#include "parameters/NumberFromText.h"

#include <algorithm>
#include <cmath>

namespace drdm {
namespace {

std::string numberText(double value) {
    char buffer[40];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string valueText(const ParameterValue& value) {
    if (const bool* flag = std::get_if<bool>(&value)) {
        return *flag ? "true" : "false";
    }
    if (const auto* whole = std::get_if<long long>(&value)) {
        return std::to_string(*whole);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return numberText(*real);
    }
    return std::get<std::string>(value);
}

std::string accepted(const Parameter& parameter) {
    if (!parameter.choices.empty()) {
        std::string list;
        for (const std::string& choice : parameter.choices) {
            if (!choice.empty()) {
                list += (list.empty() ? "" : ", ") + choice;
            }
        }
        return "one of: " + list;
    }
    if (std::holds_alternative<bool>(parameter.defaultValue)) {
        return "true or false";
    }
    if (std::holds_alternative<std::string>(parameter.defaultValue)) {
        return "a text";
    }
    std::string text = std::holds_alternative<long long>(parameter.defaultValue) ? "a whole number" : "a number";
    if (parameter.minimum && parameter.maximum) {
        text += " from " + numberText(*parameter.minimum) + " to " + numberText(*parameter.maximum);
    } else if (parameter.minimum) {
        text += " of at least " + numberText(*parameter.minimum);
    } else if (parameter.maximum) {
        text += " of at most " + numberText(*parameter.maximum);
    }
    return text + (parameter.unit.empty() ? "" : " (" + parameter.unit + ")");
}

[[noreturn]] void refuse(const Parameter& parameter, const std::string& text) {
    throw Error(parameter.name + ": \"" + text + "\" is not accepted; give " + accepted(parameter));
}

template <typename Number>
Number numberFor(const Parameter& parameter, const std::string& text) {
    const auto number = numberFromText<Number>(text);
    if (!number) {
        refuse(parameter, text);
    }
    return *number;
}

bool flagFromText(const Parameter& parameter, const std::string& text) {
    if (text == "true" || text == "yes" || text == "on" || text == "1") {
        return true;
    }
    if (text == "false" || text == "no" || text == "off" || text == "0") {
        return false;
    }
    refuse(parameter, text);
}

void check(const Parameter& parameter, const ParameterValue& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        const auto& choices = parameter.choices;
        if (!choices.empty() && std::find(choices.begin(), choices.end(), *text) == choices.end()) {
            refuse(parameter, *text);
        }
        return;
    }
    if (std::holds_alternative<bool>(value)) {
        return;
    }
    const auto* whole = std::get_if<long long>(&value);
    const double number = whole != nullptr ? static_cast<double>(*whole) : std::get<double>(value);
    if (!std::isfinite(number) || (parameter.minimum && number < *parameter.minimum) ||
        (parameter.maximum && number > *parameter.maximum)) {
        refuse(parameter, valueText(value));
    }
}

template <typename T>
const T& typed(const std::string& name, const ParameterValue& value, const char* type) {
    if (const T* found = std::get_if<T>(&value)) {
        return *found;
    }
    throw Error("parameter " + name + " is not " + type);
}

}  // namespace

ParameterSet::ParameterSet(std::string name, std::vector<Parameter> parameters)
    : m_name(std::move(name)), m_parameters(std::move(parameters)) {}

const Parameter& ParameterSet::at(const std::string& name) const {
    for (const Parameter& parameter : m_parameters) {
        if (parameter.name == name) {
            return parameter;
        }
    }
    throw Error("there is no parameter \"" + name + "\" for " + m_name);
}

bool ParameterSet::contains(const std::string& name) const {
    return std::any_of(m_parameters.begin(), m_parameters.end(), [&](const Parameter& p) { return p.name == name; });
}

ParameterValues::ParameterValues(const ParameterSet& set) : m_set(&set) {}

void ParameterValues::setFromText(const std::string& name, const std::string& text) {
    const Parameter& parameter = m_set->at(name);
    if (std::holds_alternative<bool>(parameter.defaultValue)) {
        set(name, flagFromText(parameter, text));
    } else if (std::holds_alternative<long long>(parameter.defaultValue)) {
        set(name, numberFor<long long>(parameter, text));
    } else if (std::holds_alternative<double>(parameter.defaultValue)) {
        set(name, numberFor<double>(parameter, text));
    } else {
        set(name, text);
    }
}

void ParameterValues::set(const std::string& name, ParameterValue value) {
    const Parameter& parameter = m_set->at(name);
    if (std::holds_alternative<double>(parameter.defaultValue) && std::holds_alternative<long long>(value)) {
        value = static_cast<double>(std::get<long long>(value));
    }
    if (value.index() != parameter.defaultValue.index()) {
        refuse(parameter, valueText(value));
    }
    check(parameter, value);
    m_values[name] = std::move(value);
}

namespace {

const ParameterValue& current(const std::map<std::string, ParameterValue>& values, const ParameterSet& set,
                              const std::string& name) {
    const auto found = values.find(name);
    return found != values.end() ? found->second : set.at(name).defaultValue;
}

}  // namespace

bool ParameterValues::flag(const std::string& name) const {
    return typed<bool>(name, current(m_values, *m_set, name), "a truth value");
}

long long ParameterValues::integer(const std::string& name) const {
    return typed<long long>(name, current(m_values, *m_set, name), "a whole number");
}

double ParameterValues::number(const std::string& name) const {
    const ParameterValue& value = current(m_values, *m_set, name);
    if (const auto* whole = std::get_if<long long>(&value)) {
        return static_cast<double>(*whole);
    }
    return typed<double>(name, value, "a number");
}

const std::string& ParameterValues::text(const std::string& name) const {
    return typed<std::string>(name, current(m_values, *m_set, name), "a text");
}

bool ParameterValues::isSet(const std::string& name) const {
    return m_values.count(name) != 0;
}

std::string ParameterValues::asText(const std::string& name) const {
    return valueText(current(m_values, *m_set, name));
}

}  // namespace drdm
