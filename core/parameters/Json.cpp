#include "parameters/Json.h"

#include "errors/Error.h"
#include "parameters/JsonText.h"

#include <cmath>

namespace drdm {

bool Json::isNull() const {
    return std::holds_alternative<std::monostate>(m_value);
}

bool Json::isObject() const {
    return std::holds_alternative<Object>(m_value);
}

bool Json::isArray() const {
    return std::holds_alternative<Array>(m_value);
}

bool Json::isString() const {
    return std::holds_alternative<std::string>(m_value);
}

bool Json::isNumber() const {
    return std::holds_alternative<long long>(m_value) || std::holds_alternative<double>(m_value);
}

bool Json::isInteger() const {
    return std::holds_alternative<long long>(m_value);
}

namespace {

template <typename T, typename Variant>
const T& need(const Variant& value, const char* wanted) {
    static constexpr const char* names[] = {"null",   "a truth value", "an integer", "a number",
                                            "a text", "a list",        "an object"};
    if (const T* found = std::get_if<T>(&value)) {
        return *found;
    }
    throw Error(std::string("JSON: expected ") + wanted + ", found " + names[value.index()]);
}

}  // namespace

bool Json::boolean() const {
    return need<bool>(m_value, "a truth value");
}

double Json::number() const {
    if (const auto* whole = std::get_if<long long>(&m_value)) {
        return static_cast<double>(*whole);
    }
    return need<double>(m_value, "a number");
}

long long Json::integer() const {
    if (const auto* real = std::get_if<double>(&m_value)) {
        // Other programs write 3.0 for 3; beyond 2^53 a double no longer says which integer was meant.
        if (std::nearbyint(*real) == *real && std::abs(*real) <= 9007199254740992.0) {
            return static_cast<long long>(*real);
        }
    }
    return need<long long>(m_value, "an integer");
}

const std::string& Json::string() const {
    return need<std::string>(m_value, "a text");
}

const Json::Array& Json::items() const {
    return need<Array>(m_value, "a list");
}

const Json::Object& Json::members() const {
    return need<Object>(m_value, "an object");
}

const Json* Json::find(const std::string& key) const {
    if (const auto* object = std::get_if<Object>(&m_value)) {
        for (const auto& [name, value] : *object) {
            if (name == key) {
                return &value;
            }
        }
    }
    return nullptr;
}

const Json& Json::at(const std::string& key) const {
    for (const auto& [name, value] : members()) {
        if (name == key) {
            return value;
        }
    }
    throw Error("JSON: the entry \"" + key + "\" is missing");
}

Json& Json::set(const std::string& key, Json value) {
    if (isNull()) {
        m_value = Object{};
    }
    need<Object>(m_value, "an object");
    auto& object = std::get<Object>(m_value);
    for (auto& [name, old] : object) {
        if (name == key) {
            old = std::move(value);
            return *this;
        }
    }
    object.emplace_back(key, std::move(value));
    return *this;
}

void Json::push(Json value) {
    if (isNull()) {
        m_value = Array{};
    }
    need<Array>(m_value, "a list");
    std::get<Array>(m_value).push_back(std::move(value));
}

Json Json::parse(const std::string& text) {
    return parseJsonText(text);
}

std::string Json::dump(int indent) const {
    std::string text;
    writeJsonText(*this, indent, text);
    return text;
}

}  // namespace drdm
