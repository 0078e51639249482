#pragma once

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// A table with a heading, as spreadsheets write it (RFC 4180): commas or, where the heading has none, semicolons;
/// quotes around what holds them; a byte-order mark is passed over.
class CsvTable {
public:
    struct Row {
        int line = 0;  ///< in the file, from 1
        std::vector<std::string> fields;
    };

    /// \throws Error naming file, line and remedy: no heading, an empty line between others, a wrong number of fields,
    /// an open quote
    static CsvTable read(const std::string& path);

    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }
    [[nodiscard]] bool has(const std::string& column) const { return m_columns.count(column) != 0; }
    /// "" where there is no such column.
    [[nodiscard]] std::string text(const Row& row, const std::string& column) const;
    /// "line 7 of set.csv".
    [[nodiscard]] std::string place(const Row& row) const;

private:
    std::string m_path;
    std::map<std::string, std::size_t> m_columns;
    std::vector<Row> m_rows;
};

/// One line with its end; fields are quoted where they must be.
std::string csvLine(const std::vector<std::string>& fields);

}  // namespace drdm
