#include "Help.h"
#include "Interrupt.h"
#include "errors/OutOfMemory.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

enum ExitCode { Done = 0, Failed = 1, WrongUsage = 2, WasCancelled = 130 };

bool has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

void run(const std::vector<std::string>& words) {
    using namespace drdm;
    if (words.empty()) {
        throw UsageError("no command given");
    }
    if (words[0] == "--version") {
        std::printf("drdm %s\n", DRDM_VERSION);
        return;
    }
    if (words[0] == "--help" || (words[0] == "help" && words.size() == 1)) {
        std::fputs(overview().c_str(), stdout);
        return;
    }
    const bool help = words[0] == "help";
    if (words[0].starts_with("-")) {
        throw UsageError("unknown option " + words[0] + "; the command comes first");
    }
    if (help && words.size() > 2) {
        throw UsageError("do not know what to do with \"" + words[2] + "\"; expected one command");
    }
    const Command command = commandNamed(words[help ? 1 : 0]);
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    if (help || has(rest, "--help")) {
        std::fputs(helpFor(command).c_str(), stdout);
        return;
    }
    if (has(rest, "--version")) {
        std::printf("drdm %s\n", DRDM_VERSION);
        return;
    }
    const Arguments arguments(rest, command.options);
    const Interrupt interrupt;
    Console console(arguments.has("json"), interrupt.token());
    command.run(arguments, console);
}

/// DRDM_FAIL_MEMORY=PLACE:N lets the N-th and every later request for memory at that place fail (probeMemory): how the
/// tests see that a full memory ends in a message.
void failMemoryForTests() {
    const char* wanted = std::getenv("DRDM_FAIL_MEMORY");
    const std::string text = wanted != nullptr ? wanted : "";
    const auto colon = text.find(':');
    if (colon == std::string::npos) {
        return;
    }
    drdm::memoryProbe() = [place = text.substr(0, colon),
                           left = std::atoi(text.c_str() + colon + 1)](std::string_view where) mutable {
        if (where == place && --left <= 0) {
            throw std::bad_alloc();
        }
    };
}

}  // namespace

int main(int count, char** words) {
    drdm::setCommandLine(count, words);
    failMemoryForTests();
    std::signal(SIGXFSZ, SIG_IGN);  // a write beyond a quota is to fail with a message, not to end the program
    try {
        run({words + 1, words + count});
        return Done;
    } catch (const drdm::Cancelled&) {
        std::fputs("\ndrdm: cancelled\n", stderr);
        return WasCancelled;
    } catch (const drdm::UsageError& error) {
        std::fprintf(stderr, "drdm: %s\nSee \"drdm --help\", or \"drdm help COMMAND\" for one command.\n",
                     error.what());
        return WrongUsage;
    } catch (const std::bad_alloc&) {
        std::fputs("drdm: there is not enough memory for this; use smaller images, fewer variations or --slice\n",
                   stderr);
        return Failed;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "drdm: %s\n", error.what());
        return Failed;
    }
}
