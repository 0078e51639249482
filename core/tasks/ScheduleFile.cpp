#include "tasks/ScheduleFile.h"

#include "errors/Error.h"
#include "tasks/Report.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace drdm {

namespace {

constexpr std::uintmax_t largestFile = 1 << 20;

}  // namespace

Schedule readSchedule(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream file(path, std::ios::binary);
    if (error || !file) {
        throw Error("cannot read the noise schedule " + path + "; check the path");
    }
    return withContext("in the noise schedule " + path, [&] {
        if (size > largestFile) {
            throw Error("the file is " + std::to_string(size / 1000) + " kB large; a schedule has a few kB at most");
        }
        std::ostringstream text;
        text << file.rdbuf();
        return scheduleFromJson(Json::parse(text.str()));
    });
}

void writeSchedule(const Schedule& schedule, const std::string& path) {
    check(schedule);
    writeTextFile(path, toJson(schedule).dump(2) + "\n");
}

}  // namespace drdm
