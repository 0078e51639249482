#include "errors/Error.h"
#include "parameters/JsonText.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace drdm {
namespace {

constexpr int deepestNesting = 64;

void appendUtf8(std::string& out, std::uint32_t code) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

class Reader {
public:
    explicit Reader(std::string_view text) : m_text(text) {}

    Json document() {
        Json result = value(0);
        skipBlanks();
        if (m_at < m_text.size()) {
            fail("text after the end of the value");
        }
        return result;
    }

private:
    [[noreturn]] void fail(const std::string& what) const {
        const std::string_view before = m_text.substr(0, m_at);
        const auto line = 1 + std::count(before.begin(), before.end(), '\n');
        const std::size_t lineStart = before.rfind('\n');
        const std::size_t column = lineStart == std::string_view::npos ? m_at + 1 : m_at - lineStart;
        throw Error("JSON, line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + what);
    }

    void skipBlanks() {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos) {
            ++m_at;
        }
    }

    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    bool take(char wanted) {
        if (m_at < m_text.size() && m_text[m_at] == wanted) {
            ++m_at;
            return true;
        }
        return false;
    }

    bool takeWord(std::string_view word) {
        if (m_text.substr(m_at, word.size()) == word) {
            m_at += word.size();
            return true;
        }
        return false;
    }

    Json value(int depth) {
        if (depth > deepestNesting) {
            fail("nested deeper than " + std::to_string(deepestNesting) + " levels");
        }
        skipBlanks();
        if (m_at >= m_text.size()) {
            fail("the text ends where a value should be");
        }
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return list(depth);
            case '"':
                return text();
            default:
                break;
        }
        if (takeWord("true")) {
            return true;
        }
        if (takeWord("false")) {
            return false;
        }
        if (takeWord("null")) {
            return {};
        }
        return number();
    }

    Json object(int depth) {
        ++m_at;
        Json::Object members;
        skipBlanks();
        if (!take('}')) {
            do {
                skipBlanks();
                if (peek() != '"') {
                    fail("expected the name of an entry in quotes");
                }
                std::string name = text();
                skipBlanks();
                if (!take(':')) {
                    fail("expected ':' after \"" + name + "\"");
                }
                members.emplace_back(std::move(name), value(depth + 1));
                skipBlanks();
            } while (take(','));
            if (!take('}')) {
                fail("expected ',' or '}'");
            }
        }
        refuseTwins(members);
        return members;
    }

    // Readers differ in which of two twins they believe, so a file with twins means nothing.
    void refuseTwins(const Json::Object& members) const {
        std::vector<std::string_view> names;
        names.reserve(members.size());
        for (const auto& member : members) {
            names.emplace_back(member.first);
        }
        std::sort(names.begin(), names.end());
        const auto twin = std::adjacent_find(names.begin(), names.end());
        if (twin != names.end()) {
            fail("two entries have the name \"" + std::string(*twin) + "\"");
        }
    }

    Json list(int depth) {
        ++m_at;
        Json::Array items;
        skipBlanks();
        if (take(']')) {
            return items;
        }
        do {
            items.push_back(value(depth + 1));
            skipBlanks();
        } while (take(','));
        if (!take(']')) {
            fail("expected ',' or ']'");
        }
        return items;
    }

    std::uint32_t fourHexDigits() {
        std::uint32_t code = 0;
        const char* first = m_text.data() + m_at;
        if (m_at + 4 > m_text.size() || std::from_chars(first, first + 4, code, 16).ptr != first + 4) {
            fail("\\u needs four hexadecimal digits");
        }
        m_at += 4;
        return code;
    }

    std::uint32_t codePoint() {
        const std::uint32_t high = fourHexDigits();
        if (high < 0xD800 || high > 0xDFFF) {
            return high;
        }
        if (high < 0xDC00 && takeWord("\\u")) {
            const std::uint32_t low = fourHexDigits();
            if (low >= 0xDC00 && low <= 0xDFFF) {
                return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            }
        }
        fail("half of a surrogate pair");
    }

    std::string text() {
        ++m_at;
        std::string result;
        for (;;) {
            if (m_at >= m_text.size()) {
                fail("a text in quotes does not end");
            }
            const char c = m_text[m_at];
            if (static_cast<unsigned char>(c) < 0x20) {
                fail("a control character inside quotes");
            }
            ++m_at;
            if (c == '"') {
                return result;
            }
            if (c == '\\') {
                escape(result);
            } else {
                result.push_back(c);
            }
        }
    }

    void escape(std::string& result) {
        static constexpr std::string_view letters = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char c = peek();
        ++m_at;
        if (c == 'u') {
            appendUtf8(result, codePoint());
            return;
        }
        const std::size_t index = letters.find(c);
        if (c == '\0' || index == std::string_view::npos) {
            --m_at;
            fail("unknown escape after '\\'");
        }
        result.push_back(meanings[index]);
    }

    void digits() {
        const std::size_t start = m_at;
        while (peek() >= '0' && peek() <= '9') {
            ++m_at;
        }
        if (m_at == start) {
            fail("expected a value");
        }
    }

    Json number() {
        const std::size_t start = m_at;
        bool whole = true;
        take('-');
        if (!take('0')) {
            digits();
        }
        if (take('.')) {
            whole = false;
            digits();
        }
        if (take('e') || take('E')) {
            whole = false;
            if (!take('+')) {
                take('-');
            }
            digits();
        }
        const char* first = m_text.data() + start;
        const char* last = m_text.data() + m_at;
        if (whole) {
            long long result = 0;
            if (std::from_chars(first, last, result).ec == std::errc()) {
                return result;
            }
        }
        double result = 0;
        if (std::from_chars(first, last, result).ec != std::errc()) {
            fail("the number " + std::string(first, last) + " is out of range");
        }
        return result;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

}  // namespace

Json parseJsonText(const std::string& text) {
    return Reader(text).document();
}

}  // namespace drdm
