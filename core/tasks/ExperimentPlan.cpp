#include "tasks/ExperimentPlan.h"

#include "errors/Error.h"
#include "tasks/TrainingPlan.h"

#include <algorithm>

namespace drdm {
namespace {

template <typename T>
Json array(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& value : values) {
        json.push(value);
    }
    return json;
}

std::vector<std::string> texts(const Json& json) {
    std::vector<std::string> values;
    for (const Json& value : json.items()) {
        values.push_back(value.string());
    }
    return values;
}

std::vector<int> integers(const Json& json) {
    std::vector<int> values;
    for (const Json& value : json.items()) {
        values.push_back(static_cast<int>(value.integer()));
    }
    return values;
}

Json settingsOf(const ParameterValues& values) {
    AugmentPlan made;
    made.values = values;
    return made.json().at("settings");
}

}  // namespace

std::vector<std::string> experimentMethods(const std::string& kind) {
    if (kind == "segmentation") {
        return methodNames();
    }
    if (kind == "registration") {
        return {"unregistered", "mrbs", "mrbs-tuned", "drdm", "drdm-tuned", "elastix"};
    }
    throw Error("there is no experiment \"" + kind + "\"; give segmentation or registration");
}

ExperimentPlan ExperimentPlan::ofKind(const std::string& kind) {
    ExperimentPlan plan;
    experimentMethods(kind);
    plan.kind = kind;
    if (kind == "registration") {
        plan.methods = {"unregistered", "mrbs", "drdm", "drdm-tuned", "elastix"};
        plan.reference = "mrbs";
        plan.subjects = {5};
    }
    return plan;
}

Json ExperimentPlan::json() const {
    Json json = Json::object();
    json.set("kind", kind)
        .set("data", array(data.data))
        .set("labels", data.labels)
        .set("split", split)
        .set("folder", folder)
        .set("methods", array(methods))
        .set("subjects", array(subjects))
        .set("seeds", array(seeds))
        .set("steps", steps)
        .set("batch", batch)
        .set("learning_rate", rate)
        .set("width", width)
        .set("levels", levels)
        .set("side", static_cast<long long>(side))
        .set("reference", reference)
        .set("device", device)
        .set("mixing", mixing)
        .set("pairs", pairs)
        .set("tuning", tuning)
        .set("smoothness", smoothness)
        .set("copies", settingsOf(copies));
    return json;
}

ExperimentPlan ExperimentPlan::fromJson(const Json& json) {
    ExperimentPlan plan = ofKind(json.at("kind").string());
    plan.data.data = texts(json.at("data"));
    plan.data.labels = json.at("labels").string();
    plan.split = json.at("split").string();
    plan.folder = json.at("folder").string();
    plan.methods = texts(json.at("methods"));
    plan.subjects = integers(json.at("subjects"));
    plan.seeds = integers(json.at("seeds"));
    plan.steps = json.at("steps").integer();
    plan.batch = static_cast<int>(json.at("batch").integer());
    plan.rate = json.at("learning_rate").number();
    plan.width = static_cast<int>(json.at("width").integer());
    plan.levels = static_cast<int>(json.at("levels").integer());
    plan.side = json.at("side").integer();
    plan.reference = json.at("reference").string();
    plan.device = json.at("device").string();
    plan.mixing = json.at("mixing").number();
    plan.pairs = json.at("pairs").string();
    plan.tuning = json.at("tuning").number();
    plan.smoothness = json.at("smoothness").number();
    setParameters(plan.copies, json.at("copies"));
    requireSensible(plan);
    return plan;
}

Json ExperimentPlan::agreement() const {
    Json settings = Json::object();
    const Json all = settingsOf(copies);
    for (const auto& [key, value] : all.members()) {
        if (key != "method" && key != "workers" && key != "device" && key != "layout") {
            settings.set(key, value);
        }
    }
    const SubjectSplit lists = readSubjectSplit(split);
    Json folds = Json::array();
    for (const auto& fold : lists.folds) {
        Json entry = Json::object();
        entry.set("name", fold.name).set("train", array(fold.training)).set("test", array(fold.test));
        folds.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("folds", std::move(folds)).set("steps", steps).set("batch", batch).set("learning_rate", rate);
    if (kind == "segmentation") {
        json.set("mixing", mixing);
    } else {
        json.set("kind", kind).set("tuning", tuning).set("smoothness", smoothness);
    }
    json.set("width", width)
        .set("levels", levels)
        .set("side", static_cast<long long>(side))
        .set("copies", std::move(settings));
    return json;
}

void requireSensible(const ExperimentPlan& plan) {
    if (plan.methods.empty() || plan.subjects.empty() || plan.seeds.empty()) {
        throw Error("an experiment needs methods, numbers of subjects and seeds, one of each at least");
    }
    const std::vector<std::string> known = experimentMethods(plan.kind);
    std::vector<std::string> asked = plan.methods;
    asked.push_back(plan.reference);
    const auto strange = std::find_if(asked.begin(), asked.end(), [&known](const std::string& method) {
        return std::find(known.begin(), known.end(), method) == known.end();
    });
    if (strange != asked.end()) {
        std::string list;
        for (const std::string& name : known) {
            list += (list.empty() ? "" : ", ") + name;
        }
        throw Error("there is no method \"" + *strange + "\" of " + plan.kind + "; give some of " + list);
    }
    if (std::any_of(plan.subjects.begin(), plan.subjects.end(), [](int n) { return n < 1; }) ||
        std::any_of(plan.seeds.begin(), plan.seeds.end(), [](int n) { return n < 1; })) {
        throw Error("numbers of subjects and seeds must be 1 or more");
    }
    if (plan.steps < 1 || plan.batch < 1 || plan.batch > 1024 || !(plan.rate > 0 && plan.rate <= 1) ||
        !(plan.mixing >= 0 && plan.mixing <= 1) || !(plan.tuning >= 0 && plan.tuning <= 1) ||
        !(plan.smoothness >= 0 && plan.smoothness < 1e9)) {
        throw Error(
            "steps and batch must be 1 or more (the batch 1024 at most), the learning rate above 0 and 1 at most, the "
            "shares of copies and of tuning 0 to 1, and the smoothness 0 or more");
    }
    if (plan.side < 16 || plan.side > 1024 || plan.width < 1 || plan.width > 256 || plan.levels < 1 ||
        plan.levels > 8) {
        throw Error("the side must be 16 to 1024, the width 1 to 256 and the depth 1 to 8");
    }
}

std::string ExperimentRun::name() const {
    if (!isTrained(method)) {
        return fold + "-" + method;
    }
    std::string number = std::to_string(subjects);
    number.insert(0, number.size() < 2 ? 1 : 0, '0');
    return fold + "-" + method + "-n" + number + "-s" + std::to_string(seed);
}

bool isTrained(const std::string& method) {
    return method != "unregistered" && method != "elastix";
}

std::vector<ExperimentRun> runsOf(const ExperimentPlan& plan, const SubjectSplit& split) {
    std::vector<ExperimentRun> runs;
    for (const std::string& method : plan.methods) {
        for (const int subjects : isTrained(method) ? plan.subjects : std::vector<int>{0}) {
            for (const auto& fold : split.folds) {
                for (const int seed : isTrained(method) ? plan.seeds : std::vector<int>{0}) {
                    runs.push_back({fold.name, method, subjects, seed});
                }
            }
        }
    }
    return runs;
}

}  // namespace drdm
