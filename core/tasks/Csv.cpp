#include "tasks/Csv.h"

#include "errors/Error.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace drdm {
namespace {

constexpr std::size_t largestFile = std::size_t{256} << 20U;

std::string whole(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) {
        throw Error("cannot read " + path + "; check the path and the right to read it");
    }
    const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, file.tellg()));
    if (size > largestFile) {
        throw Error(path + " is too large for a table of images (" + std::to_string(size >> 20U) +
                    " MiB); give a CSV file with one line per image");
    }
    std::string text(size, '\0');
    file.seekg(0);
    file.read(text.data(), static_cast<std::streamsize>(size));
    if (!file) {
        throw Error("cannot read " + path + " to its end; it may be damaged");
    }
    return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

/// Rows with the line that they begin in; blank lines are rows of one empty field.
std::vector<CsvTable::Row> split(const std::string& text, char separator, const std::string& path) {
    std::vector<CsvTable::Row> rows;
    CsvTable::Row row{1, {""}};
    int line = 1;
    bool quoted = false;
    int openedAt = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        line += c == '\n' ? 1 : 0;
        std::string& field = row.fields.back();
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                field += text[++i];
            } else {
                quoted = false;
            }
        } else if (c == '"' && field.empty()) {
            quoted = true;
            openedAt = line;
        } else if (c == separator) {
            row.fields.emplace_back();
        } else if (c == '\n') {
            rows.push_back(std::move(row));
            row = {line, {""}};
        } else if (c != '\r') {
            field += c;
        }
    }
    if (quoted) {
        throw Error(path + ", line " + std::to_string(openedAt) + ": a quote is opened and never closed; close it");
    }
    if (row.fields.size() > 1 || !row.fields.front().empty()) {
        rows.push_back(std::move(row));
    }
    return rows;
}

bool blank(const CsvTable::Row& row) {
    return row.fields.size() == 1 && row.fields.front().empty();
}

}  // namespace

CsvTable CsvTable::read(const std::string& path) {
    const std::string text = whole(path);
    const std::string heading = text.substr(0, text.find('\n'));
    const char separator = heading.find(',') == std::string::npos && heading.find(';') != std::string::npos ? ';' : ',';
    std::vector<Row> rows = split(text, separator, path);
    while (!rows.empty() && blank(rows.back())) {
        rows.pop_back();
    }
    if (rows.empty() || blank(rows.front())) {
        throw Error(path +
                    ", line 1: there is no heading; its first line must name the columns, such as "
                    "\"subject,image,label\"");
    }
    CsvTable table;
    table.m_path = path;
    for (std::size_t i = 0; i < rows.front().fields.size(); ++i) {
        const std::string& column = rows.front().fields[i];
        if (!table.m_columns.emplace(column, i).second) {
            throw Error(path + ", line 1: the column \"" + column + "\" is named twice; give each its own name");
        }
    }
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const std::string where = path + ", line " + std::to_string(rows[i].line);
        if (blank(rows[i])) {
            throw Error(where + " is empty; remove it or fill it in");
        }
        if (rows[i].fields.size() != rows.front().fields.size()) {
            throw Error(where + " has " + std::to_string(rows[i].fields.size()) + " fields, the heading has " +
                        std::to_string(rows.front().fields.size()) + "; give every line one field per column");
        }
        table.m_rows.push_back(std::move(rows[i]));
    }
    return table;
}

std::string CsvTable::text(const Row& row, const std::string& column) const {
    const auto found = m_columns.find(column);
    return found == m_columns.end() ? std::string() : row.fields[found->second];
}

std::string CsvTable::place(const Row& row) const {
    return "line " + std::to_string(row.line) + " of " + m_path;
}

std::string csvLine(const std::vector<std::string>& fields) {
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        line += i > 0 ? "," : "";
        if (fields[i].find_first_of(",\"\r\n") == std::string::npos) {
            line += fields[i];
            continue;
        }
        line += '"';
        for (const char c : fields[i]) {
            line += c == '"' ? std::string("\"\"") : std::string(1, c);
        }
        line += '"';
    }
    return line + "\n";
}

}  // namespace drdm
