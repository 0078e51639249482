#pragma once

#include <filesystem>
#include <string>

namespace drdm {

/// A folder that is filled under a temporary name and appears under its own name only when it is complete. A new folder
/// grows as `<folder>.partial`; into one that exists already, the parts grow in `<folder>/export.partial` and are moved
/// at the end, each replacing its namesake. Files that are not committed stay under the `.partial` name.
class StagedFolder {
public:
    /// Makes the temporary folder empty. \throws Error if it cannot be made or written.
    explicit StagedFolder(const std::string& folder);
    StagedFolder(const StagedFolder&) = delete;
    StagedFolder& operator=(const StagedFolder&) = delete;
    /// Takes folders in which nothing was written away again.
    ~StagedFolder();

    [[nodiscard]] const std::filesystem::path& path() const { return m_staging; }

    /// \throws Error
    void commit();

private:
    friend void requireWritable(const std::string& folder);
    StagedFolder(const std::string& folder, bool clear);

    std::filesystem::path m_final;
    std::filesystem::path m_staging;
    bool m_intoExisting = false;
};

/// Finds out before the work whether its results can be written; what an earlier run left there stays. \throws Error
void requireWritable(const std::string& folder);

}  // namespace drdm
