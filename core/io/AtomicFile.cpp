#include "io/AtomicFile.h"

#include "errors/Error.h"
#include "io/Uid.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace drdm {

namespace fs = std::filesystem;

namespace {

std::string remedy(int error) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return "; free space on this disk or choose another output folder";
        case EACCES:
        case EPERM:
        case EROFS:
            return "; choose an output folder that you may write to";
        case ENOENT:
        case ENOTDIR:
            return "; make the folder first or choose another one";
        default:
            return "; check the output folder";
    }
}

fs::path temporaryName(const fs::path& path) {
    const std::string name = path.filename().string();
    return path.parent_path() / ("." + name + "." + newUid().substr(5, 12) + ".partial");
}

}  // namespace

AtomicFile::AtomicFile(fs::path path) : m_path(std::move(path)), m_temporary(temporaryName(m_path)) {
    m_descriptor = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (m_descriptor < 0) {
        fail("create");
    }
}

AtomicFile::~AtomicFile() {
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
    if (!m_temporary.empty()) {
        ::unlink(m_temporary.c_str());
    }
}

void AtomicFile::fail(const char* action) const {
    const int error = errno;
    throw Error("cannot " + std::string(action) + " " + m_path.string() + ": " + std::strerror(error) + remedy(error));
}

void AtomicFile::write(const void* bytes, std::size_t count) {
    const char* next = static_cast<const char*>(bytes);
    while (count > 0) {
        const ssize_t written = ::write(m_descriptor, next, count);
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            fail("write");
        }
        next += written;
        count -= static_cast<std::size_t>(written);
    }
}

void AtomicFile::commit() {
    // Some file systems report a full disk only here. A pipe or device cannot be flushed; that is no failure.
    if (::fsync(m_descriptor) != 0 && errno != EINVAL && errno != ENOTSUP) {
        fail("write");
    }
    const int closed = ::close(m_descriptor);
    m_descriptor = -1;
    if (closed != 0) {
        fail("write");
    }
    if (::rename(m_temporary.c_str(), m_path.c_str()) != 0) {
        fail("rename the finished file to");
    }
    m_temporary.clear();
}

AtomicFolder::AtomicFolder(const fs::path& path) : m_path(fs::absolute(path).lexically_normal()) {
    if (m_path.filename().empty()) {
        m_path = m_path.parent_path();
    }
    std::error_code error;
    if (fs::exists(m_path, error) && (!fs::is_directory(m_path, error) || !fs::is_empty(m_path, error))) {
        throw Error("the output folder " + m_path.string() +
                    " exists already and is not empty; choose another folder or remove it");
    }
    fs::create_directories(m_path.parent_path(), error);
    m_temporary = temporaryName(m_path);
    if (error || !fs::create_directory(m_temporary, error) || error) {
        const std::string cause = error ? error.message() : std::string("not made");
        throw Error("cannot make a folder in " + m_path.parent_path().string() + ": " + cause + remedy(error.value()));
    }
}

AtomicFolder::~AtomicFolder() {
    if (!m_committed) {
        std::error_code ignored;
        fs::remove_all(m_temporary, ignored);
    }
}

void AtomicFolder::commit() {
    std::error_code error;
    fs::remove(m_path, error);  // only an empty folder can stand here
    fs::rename(m_temporary, m_path, error);
    if (error) {
        throw Error("cannot rename the finished folder to " + m_path.string() + ": " + error.message() +
                    remedy(error.value()));
    }
    m_committed = true;
}

}  // namespace drdm
