#include "tasks/AugmentPlan.h"

#include "errors/Error.h"
#include "parameters/NumberFromText.h"
#include "parameters/Sha256.h"
#include "tasks/Sample.h"
#include "tasks/ScheduleFile.h"
#include "tasks/TrainingPlan.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace drdm {
namespace {

constexpr int strongest = 80;

int level(const std::string& text, const std::string& all) {
    const auto value = numberFromText<int>(text);
    if (!value || *value < 1 || *value > strongest) {
        throw Error("levels: \"" + text + "\" in \"" + all +
                    "\" is not accepted; give whole numbers from 1 to 80 with commas between, or FROM:TO:STEP");
    }
    return *value;
}

std::vector<std::string> parts(const std::string& text, char separator) {
    std::vector<std::string> result;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, separator);) {
        result.push_back(part);
    }
    return result;
}

std::string padded(int number, std::size_t digits) {
    std::string text = std::to_string(number);
    return std::string(text.size() < digits ? digits - text.size() : 0, '0') + text;
}

}  // namespace

std::vector<int> levelsFromText(const std::string& text) {
    std::set<int> levels;
    for (const std::string& part : parts(text, ',')) {
        const auto range = parts(part, ':');
        if (range.empty() || range.size() > 3) {
            level(part, text);
            continue;
        }
        const int from = level(range[0], text);
        const int to = range.size() > 1 ? level(range[1], text) : from;
        const int step = range.size() > 2 ? level(range[2], text) : 1;
        if (to < from) {
            throw Error("levels: in \"" + part + "\" the end is below the beginning; give the smaller number first");
        }
        for (int k = from; k <= to; k += step) {
            levels.insert(k);
        }
    }
    if (levels.empty()) {
        level("", text);
    }
    return {levels.begin(), levels.end()};
}

std::vector<std::pair<int, std::string>> labelNamesFromText(const std::string& text) {
    std::vector<std::pair<int, std::string>> names;
    for (const std::string& part : parts(text, ',')) {
        const std::size_t equals = part.find('=');
        const auto number = numberFromText<int>(part.substr(0, equals));
        if (equals == std::string::npos || equals + 1 == part.size() || !number || *number < 1) {
            throw Error("label-names: \"" + part + "\" is not accepted; give names like 1=myocardium,2=cavity");
        }
        names.emplace_back(*number, part.substr(equals + 1));
    }
    return names;
}

void setShard(AugmentPlan& plan, const std::string& text) {
    const auto numbers = parts(text, '/');
    const int shard = numbers.size() == 2 ? numberFromText<int>(numbers[0]).value_or(0) : 0;
    const int shards = numbers.size() == 2 ? numberFromText<int>(numbers[1]).value_or(0) : 0;
    if (shard < 1 || shard > shards) {
        throw Error("shard: \"" + text + "\" is not accepted; give it like 2/8, the second of eight");
    }
    plan.shard = shard - 1;
    plan.shards = shards;
}

Json AugmentPlan::json() const {
    Json settings = Json::object();
    for (const Parameter& parameter : values.set().all()) {
        if (std::holds_alternative<bool>(parameter.defaultValue)) {
            settings.set(parameter.name, values.flag(parameter.name));
        } else if (std::holds_alternative<long long>(parameter.defaultValue)) {
            settings.set(parameter.name, values.integer(parameter.name));
        } else if (std::holds_alternative<double>(parameter.defaultValue)) {
            settings.set(parameter.name, values.number(parameter.name));
        } else {
            settings.set(parameter.name, values.text(parameter.name));
        }
    }
    Json paths = Json::array();
    for (const std::string& path : data.data) {
        paths.push(path);
    }
    Json json = Json::object();
    json.set("kind", pairs ? "pairs" : "copies")
        .set("data", std::move(paths))
        .set("labels", data.labels)
        .set("unlabelled", data.unlabelled)
        .set("folder", folder)
        .set("shard", shard)
        .set("shards", shards)
        .set("settings", std::move(settings));
    return json;
}

AugmentPlan AugmentPlan::fromJson(const Json& json) {
    AugmentPlan plan;
    plan.pairs = json.at("kind").string() == "pairs";
    for (const Json& path : json.at("data").items()) {
        plan.data.data.push_back(path.string());
    }
    plan.data.labels = json.at("labels").string();
    plan.data.unlabelled = json.at("unlabelled").boolean();
    plan.folder = json.at("folder").string();
    plan.shard = static_cast<int>(json.at("shard").integer());
    plan.shards = static_cast<int>(json.at("shards").integer());
    if (plan.shards < 1 || plan.shard < 0 || plan.shard >= plan.shards) {
        throw Error("the plan names shard " + std::to_string(plan.shard) + " of " + std::to_string(plan.shards) +
                    "; the file is damaged");
    }
    setParameters(plan.values, json.at("settings"));
    return plan;
}

AugmenterSettings augmenterSettings(const ParameterValues& values) {
    AugmenterSettings settings;
    settings.method = methodFromName(values.text("method"));
    settings.dims = static_cast<int>(values.integer("dims"));
    if (settings.dims == 1) {
        throw Error("dims: 1 is not accepted; give 2, 3, or 0 to choose by the number of slices");
    }
    if (usesModel(settings.method)) {
        settings.modelFile = resolveModel(values.text("model"));
        if (!values.text("schedule").empty()) {
            settings.schedule = readSchedule(values.text("schedule"));
        }
    }
    settings.pose = {values.number("turn"), values.number("zoom"), values.number("shift")};
    settings.device = values.text("device");
    settings.start = values.text("start") == "full" ? Start::Full : Start::Level;
    settings.stride = static_cast<int>(values.integer("stride"));
    settings.stop = static_cast<int>(values.integer("stop"));
    settings.interpolation = interpolationFromName(values.text("interpolation"));
    settings.labelInterpolation = interpolationFromName(values.text("label-interpolation"));
    return settings;
}

std::vector<AugmentUnit> unitsOf(const AugmentPlan& plan, const std::vector<DataItem>& items) {
    const Method method = methodFromName(plan.values.text("method"));
    std::vector<int> levels = levelsFromText(plan.values.text("levels"));
    auto copies = static_cast<int>(plan.values.integer("copies"));
    if (!usesModel(method)) {
        copies = method == Method::None ? 1 : copies * static_cast<int>(levels.size());
        levels = {0};
    }
    std::vector<AugmentUnit> units;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (plan.values.flag("originals") && !plan.pairs) {
            units.push_back({i, 0, 0, items[i].name});
        }
        for (const int chosen : levels) {
            for (int copy = 1; copy <= copies; ++copy) {
                const std::string strength = chosen > 0 ? "_l" + padded(chosen, 2) : std::string();
                units.push_back({i, chosen, copy, items[i].name + strength + "_c" + padded(copy, 3)});
            }
        }
    }
    return units;
}

std::uint64_t seedOf(std::uint64_t seed, const DataItem& item, const AugmentUnit& unit, int attempt,
                     const std::string& what) {
    Sha256 sum;
    const std::string text = std::to_string(seed) + '\n' + item.subject + '\n' + item.name + '\n' +
                             std::to_string(unit.level) + '\n' + std::to_string(unit.copy) + '\n' +
                             std::to_string(attempt) + '\n' + what;
    sum.add(text.data(), text.size());
    return std::stoull(sum.digest().substr(0, 13), nullptr, 16);  // 52 bits: every JSON reader keeps them
}

}  // namespace drdm
