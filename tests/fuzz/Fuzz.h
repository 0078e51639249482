#pragma once

#include "errors/Error.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

/// What every fuzz target has in common: the bytes become a file, a reader reads it. A drdm::Error is an answer as it
/// should be; every other exception ends the program and counts as a crash.
namespace drdmfuzz {

/// A file of these bytes, in memory where the system has such a place; one name per process.
class InputFile {
public:
    InputFile(const std::uint8_t* bytes, std::size_t count, const char* ending) : m_path(folder() / "input") {
        m_path += ending;
        std::ofstream file(m_path, std::ios::binary | std::ios::trunc);
        // The bytes of a fuzzer are unsigned, those of a stream are not.
        file.write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(count));
    }
    ~InputFile() {
        std::error_code ignored;
        std::filesystem::remove(m_path, ignored);
    }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    [[nodiscard]] std::string path() const { return m_path.string(); }

private:
    static const std::filesystem::path& folder() {
        static const std::filesystem::path made = [] {
            const std::filesystem::path memory = "/dev/shm";
            std::error_code code;
            auto path =
                (std::filesystem::is_directory(memory, code) ? memory : std::filesystem::temp_directory_path()) /
                ("drdm-fuzz-" + std::to_string(::getpid()));
            std::filesystem::create_directories(path);
            return path;
        }();
        return made;
    }

    std::filesystem::path m_path;
};

/// True if the reader took the file, false if it refused it with a message.
template <typename Read>
bool answers(Read read) {
    try {
        read();
        return true;
    } catch (const drdm::Error&) {
        return false;
    }
}

/// Where the target is to put the files that it begins with; empty if nowhere (DRDM_FUZZ_SEEDS).
inline std::string seedFolder() {
    const char* const wanted = std::getenv("DRDM_FUZZ_SEEDS");
    const std::string folder = wanted != nullptr ? wanted : "";
    if (!folder.empty()) {
        std::filesystem::create_directories(folder);
    }
    return folder;
}

}  // namespace drdmfuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** words);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count);
