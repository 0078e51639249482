#include "tasks/OutsideProgram.h"

#include "errors/Error.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;  // NOLINT

namespace drdm {

std::string programPath(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "/usr/local/bin:/usr/bin:/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
        std::string file = (std::filesystem::path(folder) / name).string();
        if (access(file.c_str(), X_OK) == 0 && std::filesystem::is_regular_file(file)) {
            return file;
        }
    }
    return {};
}

int runProgram(const std::vector<std::string>& command, const std::string& log, const JobContext& context) {
    std::vector<char*> words;
    words.reserve(command.size() + 1);
    for (const std::string& word : command) {
        words.push_back(const_cast<char*>(word.c_str()));
    }
    words.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
    pid_t child = 0;
    const int failure = posix_spawn(&child, words.front(), &files, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failure != 0) {
        throw Error("cannot start " + command.front() + ": " + std::strerror(failure) +
                    "; check that it is installed and may be run");
    }
    int status = 0;
    while (waitpid(child, &status, WNOHANG) == 0) {
        if (context.cancel.stop_requested()) {
            kill(child, SIGTERM);
            waitpid(child, &status, 0);
            throw Cancelled();
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace drdm
