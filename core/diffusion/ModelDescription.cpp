#include "diffusion/ModelDescription.h"

#include "errors/Error.h"
#include "parameters/Json.h"

#include <cmath>

namespace drdm {

namespace {

std::string normalisationName(Normalisation n) {
    switch (n) {
        case Normalisation::Percentile:
            return "percentile";
        case Normalisation::CtWindow:
            return "ct-window";
        case Normalisation::MinMax:
            return "min-max";
    }
    return "percentile";
}

Normalisation normalisationFromName(const std::string& text) {
    for (const auto n : {Normalisation::Percentile, Normalisation::CtWindow, Normalisation::MinMax}) {
        if (normalisationName(n) == text) {
            return n;
        }
    }
    throw Error("normalisation '" + text + "' is not known to this version");
}

void requirePossible(const ModelInfo& info) {
    if (info.gridSide < 8 || info.gridSide > 1024 || info.recursion < 1 || info.recursion > 8) {
        throw Error("its grid side (" + std::to_string(info.gridSide) + ") or recursion (" +
                    std::to_string(info.recursion) + ") is out of range");
    }
    for (const auto s : info.labelScale) {
        if (!std::isfinite(s) || s < 0) {
            throw Error("its label scale holds a number that is negative or not finite");
        }
    }
}

}  // namespace

std::string modelDescription(const ModelInfo& info) {
    Json scale = Json::array();
    for (const auto s : info.labelScale) {
        scale.push(Json(s));
    }
    Json json = Json::object();
    json.set("name", info.name)
        .set("dims", info.dims)
        .set("grid", static_cast<long long>(info.gridSide))
        .set("process", name(info.process))
        .set("normalisation", normalisationName(info.normalisation))
        .set("fit", info.fit == Fit::Squash ? "squash" : "keep-aspect")
        .set("steps", info.steps)
        .set("recursion", info.recursion)
        .set("modality", info.modality)
        .set("label_scale", scale)
        .set("training", info.trainingRecord);
    if (!isStandard(info.schedule)) {
        json.set("schedule", toJson(info.schedule));
    }
    return json.dump();
}

ModelInfo modelInfoFrom(const std::string& description) {
    const auto json = Json::parse(description);
    ModelInfo info;
    info.name = json.at("name").string();
    info.dims = static_cast<int>(json.at("dims").integer());
    info.gridSide = json.at("grid").integer();
    info.process = processFromName(json.at("process").string());
    info.normalisation = normalisationFromName(json.at("normalisation").string());
    info.fit = json.at("fit").string() == "squash" ? Fit::Squash : Fit::KeepAspect;
    info.steps = static_cast<int>(json.at("steps").integer());
    info.recursion = static_cast<int>(json.at("recursion").integer());
    info.modality = json.at("modality").string();
    for (const auto& s : json.at("label_scale").items()) {
        info.labelScale.push_back(s.number());
    }
    info.trainingRecord = json.at("training").string();
    if (const Json* schedule = json.find("schedule")) {
        info.schedule = withContext("its noise schedule", [&] { return scheduleFromJson(*schedule); });
    }
    requirePossible(info);
    return info;
}

}  // namespace drdm
