#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace drdm {

/// A JSON value: null, bool, number, string, array, object (insertion order kept). Small on purpose: the standard
/// library and LibTorch are all that the diffusion-only build may use.
class Json {
public:
    using Array = std::vector<Json>;
    using Object = std::vector<std::pair<std::string, Json>>;

    Json() = default;
    Json(bool value) : m_value(value) {}
    Json(double value) : m_value(value) {}
    Json(int value) : m_value(static_cast<long long>(value)) {}
    Json(long value) : m_value(static_cast<long long>(value)) {}
    Json(long long value) : m_value(value) {}
    Json(unsigned long long value) : m_value(static_cast<long long>(value)) {}
    Json(unsigned long value) : m_value(static_cast<long long>(value)) {}
    Json(const char* value) : m_value(std::string(value)) {}
    Json(std::string value) : m_value(std::move(value)) {}
    Json(Array value) : m_value(std::move(value)) {}
    Json(Object value) : m_value(std::move(value)) {}

    static Json object() { return Json(Object{}); }
    static Json array() { return Json(Array{}); }

    /// \throws Error with line and column; nesting deeper than 64 and trailing text are errors.
    static Json parse(const std::string& text);
    /// Compact when indent < 0. Non-finite numbers become null. Doubles keep 17 significant digits where needed.
    [[nodiscard]] std::string dump(int indent = -1) const;

    [[nodiscard]] bool isNull() const;
    [[nodiscard]] bool isObject() const;
    [[nodiscard]] bool isArray() const;
    [[nodiscard]] bool isString() const;
    [[nodiscard]] bool isNumber() const;
    [[nodiscard]] bool isInteger() const;  ///< a number held as an integer
    /// Each throws Error if the type differs.
    [[nodiscard]] bool boolean() const;
    [[nodiscard]] double number() const;
    [[nodiscard]] long long integer() const;
    [[nodiscard]] const std::string& string() const;
    [[nodiscard]] const Array& items() const;
    [[nodiscard]] const Object& members() const;

    /// Object member. const: throws Error naming the key if missing. `find` gives nullptr instead.
    [[nodiscard]] const Json& at(const std::string& key) const;
    [[nodiscard]] const Json* find(const std::string& key) const;
    Json& set(const std::string& key, Json value);  ///< adds or replaces; returns *this
    void push(Json value);

private:
    std::variant<std::monostate, bool, long long, double, std::string, Array, Object> m_value;
};

}  // namespace drdm
