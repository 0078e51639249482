#pragma once

#include "tasks/Project.h"

#include <set>

namespace drdm {

/// A project that grows on the disk while one works: a small document that is written often, and a file per variation
/// that is written once. All in one folder. Not thread-safe.
class ProjectSession {
public:
    explicit ProjectSession(std::string folder) : m_folder(std::move(folder)) {}

    /// Brings the folder up to date: writes what is new, drops what is gone. \throws Error: full disk; what was there
    /// before stays
    void write(const Project& project);

    /// What such a folder holds; variations whose files are missing or damaged are left out and counted.
    struct Found {
        StoredProject project;
        int damaged = 0;
    };
    static Found read(const std::string& folder);
    static bool exists(const std::string& folder);

private:
    std::string m_folder;
    std::set<int> m_written;
};

}  // namespace drdm
