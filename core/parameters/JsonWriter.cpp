#include "parameters/JsonText.h"

#include <charconv>
#include <cmath>

namespace drdm {
namespace {

/// Bytes of the valid UTF-8 sequence that starts at `at`; 0 if there is none.
std::size_t utf8Length(const std::string& text, std::size_t at) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(at);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : (first & 0xF0) == 0xE0        ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || at + length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    const unsigned second = length > 1 ? byte(at + 1) : 0;
    const bool overlongOrSurrogate = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                                     (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return overlongOrSurrogate ? 0 : length;
}

void writeText(const std::string& text, std::string& out) {
    static constexpr char hex[] = "0123456789abcdef";
    out.push_back('"');
    for (std::size_t i = 0; i < text.size();) {
        const char c = text[i];
        const std::size_t length = utf8Length(text, i);
        if (length == 0) {
            out += "\xEF\xBF\xBD";  // U+FFFD: the replacement character
            ++i;
            continue;
        }
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out.push_back(hex[c >> 4]);
            out.push_back(hex[c & 15]);
        } else {
            out.append(text, i, length);
        }
        i += length;
    }
    out.push_back('"');
}

void writeNumber(const Json& value, std::string& out) {
    char buffer[40];
    const double real = value.number();
    if (!std::isfinite(real)) {
        out += "null";
        return;
    }
    // to_chars: the shortest text that reads back as the same double, whatever the locale.
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, real).ptr;
    const std::string text(buffer, end);
    out += text;
    if (text.find_first_of(".e") == std::string::npos) {
        out += ".0";
    }
}

void write(const Json& value, int indent, int depth, std::string& out) {
    const auto newLine = [&](int level) {
        if (indent >= 0) {
            out.push_back('\n');
            out.append(static_cast<std::size_t>(indent) * static_cast<std::size_t>(level), ' ');
        }
    };
    if (value.isNull()) {
        out += "null";
    } else if (value.isString()) {
        writeText(value.string(), out);
    } else if (value.isInteger()) {
        out += std::to_string(value.integer());
    } else if (value.isNumber()) {
        writeNumber(value, out);
    } else if (value.isArray()) {
        bool first = true;
        out.push_back('[');
        for (const Json& item : value.items()) {
            out += first ? "" : ",";
            newLine(depth + 1);
            write(item, indent, depth + 1, out);
            first = false;
        }
        if (!first) {
            newLine(depth);
        }
        out.push_back(']');
    } else if (value.isObject()) {
        bool first = true;
        out.push_back('{');
        for (const auto& [name, member] : value.members()) {
            out += first ? "" : ",";
            newLine(depth + 1);
            writeText(name, out);
            out += indent >= 0 ? ": " : ":";
            write(member, indent, depth + 1, out);
            first = false;
        }
        if (!first) {
            newLine(depth);
        }
        out.push_back('}');
    } else {
        out += value.boolean() ? "true" : "false";
    }
}

}  // namespace

void writeJsonText(const Json& value, int indent, std::string& out) {
    write(value, indent, 0, out);
}

}  // namespace drdm
