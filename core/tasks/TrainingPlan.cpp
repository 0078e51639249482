#include "tasks/TrainingPlan.h"

#include "errors/OutOfMemory.h"
#include "parameters/Sha256.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace drdm {
namespace {

Json texts(const std::vector<std::string>& list) {
    Json json = Json::array();
    for (const std::string& text : list) {
        json.push(text);
    }
    return json;
}

std::vector<std::string> textsOf(const Json& json, const std::string& key) {
    std::vector<std::string> list;
    if (const Json* found = json.find(key)) {
        for (const Json& text : found->items()) {
            list.push_back(text.string());
        }
    }
    return list;
}

Json parametersOf(const ParameterValues& values) {
    Json json = Json::object();
    for (const Parameter& parameter : values.set().all()) {
        const std::string& name = parameter.name;
        if (std::holds_alternative<bool>(parameter.defaultValue)) {
            json.set(name, values.flag(name));
        } else if (std::holds_alternative<long long>(parameter.defaultValue)) {
            json.set(name, values.integer(name));
        } else if (std::holds_alternative<double>(parameter.defaultValue)) {
            json.set(name, values.number(name));
        } else {
            json.set(name, values.text(name));
        }
    }
    return json;
}

struct Gathered {
    TrainingData training;
    std::vector<TrainingImage> validation;
};

/// What the plan's data are for, where some series are left out or kept for validation.
Gathered gatherChosen(const TrainingPlan& plan, const JobContext& context) {
    const int dims = static_cast<int>(plan.values.integer("dims"));
    const TrainingListing found = listTrainingSeries(plan.paths, context);
    Gathered result;
    std::vector<std::string> notes = found.notes;
    const std::set<std::string> unwanted(plan.leftOut.begin(), plan.leftOut.end());
    std::vector<TrainingSeries> used;
    for (const TrainingSeries& series : found.series) {
        const std::string reason =
            unwanted.contains(series.id) ? "as asked" : whyLeftOut(series, dims, plan.values.text("modality"));
        if (reason.empty()) {
            used.push_back(series);
        } else {
            notes.push_back(series.name + ": left out, " + reason);
        }
    }
    const std::vector<bool> held = heldBack(used, plan.validationShare);
    std::vector<TrainingSeries> parts[2];
    for (std::size_t i = 0; i < used.size(); ++i) {
        parts[held[i] ? 1 : 0].push_back(used[i]);
    }
    result.training = readTrainingSeries(parts[0], dims, context);
    TrainingData validation = readTrainingSeries(parts[1], dims, context);
    if (result.training.images.empty()) {
        throw Error("there is no image to train on among the series chosen; add data or leave less out" +
                    someOf(notes));
    }
    result.validation = std::move(validation.images);
    notes.insert(notes.end(), result.training.notes.begin(), result.training.notes.end());
    notes.insert(notes.end(), validation.notes.begin(), validation.notes.end());
    result.training.notes = std::move(notes);
    return result;
}

Gathered gather(const TrainingPlan& plan, const JobContext& context, const TrainingEvents& events) {
    const auto say = [&events](const std::string& text) {
        if (events.note) {
            events.note(text);
        }
    };
    const auto tell = [&say](const TrainingData& data, const std::string& what) {
        std::for_each(data.notes.begin(), data.notes.end(), say);
        say(what + " " + data.description);
    };
    const auto read = [&](const std::vector<std::string>& paths) {
        return readTrainingData(paths, static_cast<int>(plan.values.integer("dims")), context, plan.cache,
                                plan.values.text("modality"));
    };
    Gathered result;
    const bool share = plan.validationShare > 0 && plan.validationPaths.empty();
    if (share || !plan.leftOut.empty()) {
        TrainingPlan chosen = plan;
        chosen.validationShare = share ? plan.validationShare : 0;
        result = gatherChosen(chosen, context);
    } else {
        result.training = read(plan.paths);
    }
    tell(result.training, "training on");
    if (!plan.validationPaths.empty()) {
        TrainingData validation = read(plan.validationPaths);
        tell(validation, "validation on");
        result.validation = std::move(validation.images);
    } else if (share) {
        say("validation on " + std::to_string(result.validation.size()) + " images of other subjects");
    }
    return result;
}

/// What the folder's plan says of the data that its run began with; "" = nothing.
std::string dataBefore(const std::string& folder) {
    std::ifstream file(folder + "/training.json", std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    try {
        const Json json = Json::parse(text.str());
        const Json* data = json.find("data");
        return data != nullptr ? data->string() : std::string();
    } catch (const Error&) {
        return {};
    }
}

void writePlan(TrainingPlan plan, const std::string& data) {
    for (auto* list : {&plan.paths, &plan.validationPaths}) {
        for (std::string& given : *list) {
            given = std::filesystem::absolute(given).lexically_normal().string();
        }
    }
    const std::string path = plan.folder + "/training.json";
    const std::string beside = path + ".partial";
    std::ofstream file(beside, std::ios::binary | std::ios::trunc);
    file << plan.json().set("data", data).dump(2) << '\n';
    file.close();
    std::error_code code;
    if (file) {
        std::filesystem::rename(beside, path, code);
    }
    if (!file || code) {
        throw Error("cannot write '" + path + "': the folder is not writable, or the disk is full");
    }
}

/// The allocators of LibTorch and of the standard library say little of what to do.
[[noreturn]] void explainMemory(const TrainingPlan& plan, const std::string& said) {
    throw OutOfMemory("the memory is not enough for training with batch size " + plan.values.asText("batch") +
                      " on a grid of side " + plan.values.asText("grid") +
                      "; take a smaller batch, grid or network width, or fewer images, and resume" + said);
}

}  // namespace

Json TrainingPlan::json() const {
    Json json = Json::object();
    json.set("paths", texts(paths))
        .set("left_out", texts(leftOut))
        .set("validation_paths", texts(validationPaths))
        .set("validation_share", validationShare)
        .set("device", device)
        .set("cache", cache)
        .set("parameters", parametersOf(values))
        .set("program", std::string("drdm-studio ") + DRDM_VERSION);
    return json;
}

TrainingPlan TrainingPlan::fromJson(const Json& json) {
    TrainingPlan plan;
    plan.paths = textsOf(json, "paths");
    plan.leftOut = textsOf(json, "left_out");
    plan.validationPaths = textsOf(json, "validation_paths");
    plan.validationShare = json.at("validation_share").number();
    if (!(plan.validationShare >= 0 && plan.validationShare <= 0.9)) {
        throw Error("\"validation_share\" must be 0 to 0.9");
    }
    plan.device = json.at("device").string();
    plan.cache = json.at("cache").string();
    setParameters(plan.values, json.at("parameters"));
    return plan;
}

void setParameters(ParameterValues& values, const Json& json) {
    for (const auto& [name, value] : json.members()) {
        if (!values.set().contains(name)) {
            throw Error("\"" + name + "\" is no parameter of " + values.set().name() +
                        "; \"drdm help\" lists what there is");
        }
        if (value.isString()) {
            values.set(name, value.string());
        } else if (value.isInteger() && std::holds_alternative<double>(values.set().at(name).defaultValue)) {
            values.set(name, value.number());
        } else if (value.isInteger()) {
            values.set(name, value.integer());
        } else if (value.isNumber()) {
            values.set(name, value.number());
        } else {
            values.set(name, value.boolean());
        }
    }
}

std::vector<bool> heldBack(const std::vector<TrainingSeries>& series, double share) {
    // In an order that belongs to the subject alone, so that a few more series move few of the others.
    std::map<std::string, std::string> subjects;
    for (const TrainingSeries& each : series) {
        Sha256 hash;
        hash.add(each.subject.data(), each.subject.size());
        subjects.emplace(hash.digest(), each.subject);
    }
    std::vector<bool> held(series.size(), false);
    const auto all = static_cast<long long>(subjects.size());
    if (share <= 0 || all < 2) {
        return held;
    }
    const auto wanted = std::clamp(std::llround(share * static_cast<double>(all)), 1LL, all - 1);
    std::set<std::string> chosen;
    for (auto subject = subjects.begin(); static_cast<long long>(chosen.size()) < wanted; ++subject) {
        chosen.insert(subject->second);
    }
    std::transform(series.begin(), series.end(), held.begin(),
                   [&chosen](const TrainingSeries& each) { return chosen.contains(each.subject); });
    return held;
}

std::string train(const TrainingPlan& plan, const JobContext& context, const TrainingEvents& events) {
    try {
        Gathered data = gather(plan, context, events);
        TrainingRequest request;
        request.images = std::move(data.training.images);
        request.validation = std::move(data.validation);
        request.dataDescription = data.training.description;
        request.folder = plan.folder;
        request.resume = plan.resume;
        request.device = plan.device;
        request.values = plan.values;
        const std::string before = plan.resume ? dataBefore(plan.folder) : std::string();
        if (!before.empty() && before != request.dataDescription && events.note) {
            events.note("this run began with other data (" + before +
                        "): what follows is not what it would have become without the break");
        }
        bool written = false;
        const auto onStep = [&](const TrainingStep& step) {
            if (!written) {  // of several processes only the one that leads comes here
                writePlan(plan, request.dataDescription);
                written = true;
            }
            if (events.step) {
                events.step(step);
            }
        };
        return train(request, context, onStep, events.validation);
    } catch (const std::exception& failure) {
        if (saysOutOfMemory(failure)) {
            explainMemory(plan, inBrackets(failure));
        }
        throw;
    }
}

void requireTrainingFolder(const std::string& folder, bool resume) {
    if (folder.empty()) {
        throw Error("no folder was given for the training run; choose one");
    }
    const bool begun = std::filesystem::exists(folder + "/state.safetensors");
    if (resume && !begun) {
        throw Error("'" + folder + "' holds no training run (no state.safetensors); choose the folder of one");
    }
    if (!resume && begun) {
        throw Error("'" + folder + "' holds a training run already; resume it or choose another folder");
    }
    std::error_code code;
    std::filesystem::create_directories(folder, code);
    const std::string probe = folder + "/.writable.partial";
    std::ofstream file(probe, std::ios::trunc);
    file << "DRDM Studio\n";
    file.close();
    const bool writable = static_cast<bool>(file);
    std::filesystem::remove(probe, code);
    if (!writable) {
        throw Error("cannot write into '" + folder +
                    "': it is not a folder, not writable, or its disk is full; choose another folder");
    }
}

}  // namespace drdm
