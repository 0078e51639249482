#include "tasks/StagedFolder.h"

#include "errors/Error.h"

#include <system_error>
#include <unistd.h>
#include <vector>

namespace drdm {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& what, const fs::path& path, const std::error_code& why) {
    throw Error(what + " " + path.string() + ": " + why.message() +
                "; choose another output folder, or give yourself the right to write there");
}

void removeEmptyFolders(const fs::path& folder) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.is_directory(error) && !entry.is_symlink(error)) {
            removeEmptyFolders(entry.path());
        }
    }
    fs::remove(folder, error);  // fails where something is left, as it should
}

}  // namespace

StagedFolder::StagedFolder(const std::string& folder) : StagedFolder(folder, true) {}

StagedFolder::StagedFolder(const std::string& folder, bool clear) {
    std::error_code error;
    m_final = fs::absolute(folder).lexically_normal();
    if (!m_final.has_filename()) {
        m_final = m_final.parent_path();  // "out/" means "out"
    }
    if (fs::exists(m_final, error) && !fs::is_directory(m_final, error)) {
        refuse("cannot write into", m_final, std::make_error_code(std::errc::not_a_directory));
    }
    m_intoExisting = fs::exists(m_final, error);
    if (m_intoExisting) {
        m_staging = m_final / "export.partial";
    } else {
        m_staging = m_final;
        m_staging += ".partial";
    }
    if (clear) {
        fs::remove_all(m_staging, error);
    }
    fs::create_directories(m_staging, error);
    if (error) {
        refuse("cannot create the folder", m_staging, error);
    }
    if (access(m_staging.c_str(), W_OK) != 0) {
        refuse("cannot write into", m_staging, std::error_code(errno, std::generic_category()));
    }
}

StagedFolder::~StagedFolder() {
    std::error_code error;
    if (fs::is_directory(m_staging, error)) {
        removeEmptyFolders(m_staging);
    }
}

void StagedFolder::commit() {
    std::error_code error;
    if (!m_intoExisting) {
        fs::rename(m_staging, m_final, error);
        if (error) {
            refuse("cannot rename the finished folder to", m_final, error);
        }
        return;
    }
    // Where the old report stayed while parts are replaced, it would speak of files that are no longer there.
    fs::remove(m_final / "report.json", error);
    const std::vector<fs::directory_entry> parts(fs::directory_iterator(m_staging), {});
    for (const auto& part : parts) {
        const fs::path target = m_final / part.path().filename();
        fs::remove_all(target, error);
        fs::rename(part.path(), target, error);
        if (error) {
            refuse("cannot move a finished part to", target, error);
        }
    }
    fs::remove(m_staging, error);
}

void requireWritable(const std::string& folder) {
    const StagedFolder probe(folder, false);
}

}  // namespace drdm
