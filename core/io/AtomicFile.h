#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace drdm {

/// A file that appears under its final name only when it is complete: written beside it under a temporary name, checked
/// at every write, flushed to the disk and renamed. Not committed → removed again.
class AtomicFile {
public:
    /// \throws Error: the folder does not exist or cannot be written.
    explicit AtomicFile(std::filesystem::path path);
    ~AtomicFile();
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;

    void write(const void* bytes, std::size_t count);  ///< \throws Error: disk full, quota, …
    void commit();                                     ///< \throws Error

private:
    [[noreturn]] void fail(const char* action) const;

    std::filesystem::path m_path;
    std::filesystem::path m_temporary;
    int m_descriptor = -1;
};

/// A folder that appears under its final name only when everything is in it. Not committed → removed with its content.
class AtomicFolder {
public:
    /// \throws Error: the name is taken by a file or by a folder with content, or nothing can be made there.
    explicit AtomicFolder(const std::filesystem::path& path);
    ~AtomicFolder();
    AtomicFolder(const AtomicFolder&) = delete;
    AtomicFolder& operator=(const AtomicFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& temporary() const { return m_temporary; }
    void commit();  ///< \throws Error

private:
    std::filesystem::path m_path;
    std::filesystem::path m_temporary;
    bool m_committed = false;
};

}  // namespace drdm
