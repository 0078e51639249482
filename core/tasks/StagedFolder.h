#pragma once

#include <filesystem>
#include <string>

namespace drdm {

/// A folder that is filled under a temporary name and appears under its own name only when it is complete. A new folder
/// grows as `<folder>.partial`; into one that exists already, the parts grow in `<folder>/export.partial` and are moved
/// at the end, each replacing its namesake. What is not committed stays under the `.partial` name.
class StagedFolder {
public:
    /// Makes the temporary folder empty. \throws Error if it cannot be made or written.
    explicit StagedFolder(const std::string& folder);

    [[nodiscard]] const std::filesystem::path& path() const { return m_staging; }

    /// \throws Error
    void commit();

private:
    std::filesystem::path m_final;
    std::filesystem::path m_staging;
    bool m_intoExisting = false;
};

/// Finds out before the work whether its results can be written. \throws Error
void requireWritable(const std::string& folder);

}  // namespace drdm
