#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "tasks/TrainingHistory.h"
#include "tasks/TrainingPlan.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace drdm {
namespace {

namespace fs = std::filesystem;

Json modelInfo(const std::map<std::string, std::string>& metadata, const std::string& path) {
    const auto info = metadata.find("drdm.info");
    if (info == metadata.end()) {
        throw Error("'" + path + "' is not a DRDM model; choose a model.safetensors that DRDM Studio wrote");
    }
    return Json::parse(info->second);
}

/// Reads a table of numbers with a heading; a line that is cut off ends it. Missing: empty.
std::vector<std::vector<double>> readTable(const std::string& path, std::vector<std::string>& heading) {
    std::ifstream file(path);
    std::string line;
    std::vector<std::vector<double>> rows;
    const auto cells = [](const std::string& text) {
        std::vector<std::string> parts;
        std::istringstream stream(text);
        for (std::string part; std::getline(stream, part, ',');) {
            parts.push_back(part);
        }
        return parts;
    };
    if (std::getline(file, line)) {
        heading = cells(line);
    }
    while (std::getline(file, line)) {
        std::vector<double> row;
        for (const std::string& cell : cells(line)) {
            char* end = nullptr;
            row.push_back(std::strtod(cell.c_str(), &end));
            if (end == cell.c_str()) {
                return rows;
            }
        }
        if (row.size() != heading.size()) {
            return rows;
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

ValidationPoint pointOf(const std::vector<double>& row, const std::vector<std::string>& heading) {
    ValidationPoint point;
    point.step = static_cast<long long>(row.front());
    double detail = 0;
    int levels = 0;
    for (std::size_t i = 1; i < row.size(); ++i) {
        if (heading[i] == "mean_cosine") {
            point.cosine = row[i];
        } else if (heading[i].starts_with("detail_")) {
            detail += row[i];
            ++levels;
        }
    }
    point.detail = levels > 0 ? detail / levels : 0;
    return point;
}

}  // namespace

long long trainedSteps(const std::string& folder) {
    const std::string path = folder + "/state.safetensors";
    const auto metadata = readSafeTensorsMetadata(path);
    const auto step = metadata.find("step");
    if (step == metadata.end()) {
        throw Error("'" + path + "' is not the state of a training run");
    }
    return std::atoll(step->second.c_str());
}

ValidationPoint validationPoint(const TrainingValidation& found) {
    ValidationPoint point{found.step, meanCosine(found.fit), 0};
    for (const LevelFit& level : found.fit) {
        point.detail += level.detail / static_cast<double>(found.fit.size());
    }
    return point;
}

TrainingHistory readTrainingHistory(const std::string& folder) {
    TrainingHistory history;
    std::vector<std::string> heading;
    for (const auto& row : readTable(folder + "/loss.csv", heading)) {
        if (row.size() >= 7) {
            history.steps.push_back({static_cast<long long>(row[0]), row[1], row[2], row[3], row[4], row[6]});
        }
    }
    for (const auto& row : readTable(folder + "/validation.csv", heading)) {
        if (!row.empty()) {
            history.validations.push_back(pointOf(row, heading));
        }
    }
    std::error_code code;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        const std::string name = entry->path().stem().string();
        const auto extension = entry->path().extension();
        if (name.starts_with("validation-") && (extension == ".png" || extension == ".pgm")) {
            history.pictures.push_back({std::atoll(name.c_str() + 11), entry->path().string()});
        }
    }
    std::sort(history.pictures.begin(), history.pictures.end(),
              [](const TrainingPicture& a, const TrainingPicture& b) { return a.step < b.step; });
    return history;
}

TrainingPlan readTrainingPlan(const std::string& folder) {
    requireTrainingFolder(folder, true);
    trainedSteps(folder);
    TrainingPlan plan;
    const std::string path = folder + "/training.json";
    if (fs::exists(path)) {
        std::ifstream file(path, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        plan = withContext("while reading " + path, [&] { return TrainingPlan::fromJson(Json::parse(text.str())); });
    } else if (const std::string model = folder + "/model.safetensors"; fs::exists(model)) {
        startFromModel(plan.values, model);
        plan.values.set("warm-start", std::string());
    }
    plan.folder = folder;
    plan.resume = true;
    return plan;
}

void startFromModel(ParameterValues& values, const std::string& modelFile) {
    if (!fs::is_regular_file(modelFile)) {
        throw Error("there is no model file '" + modelFile + "'; choose one");
    }
    const SafeTensors file = readSafeTensors(modelFile);
    withContext("model file '" + modelFile + "'", [&] {
        const Json info = modelInfo(file.metadata, modelFile);
        const auto& first = file.at("b1.0.conv0.weight").shape;  // channels out, voxels of a block, …
        const long long dims = info.at("dims").integer();
        long long patch = 1;
        const auto inputs = [&] { return dims == 3 ? patch * patch * patch : patch * patch; };
        while (first.size() > 1 && inputs() < first[1]) {
            ++patch;
        }
        if (first.size() < 2 || inputs() != first[1]) {
            throw Error("its first layer has an impossible shape; the file is damaged");
        }
        values.set("dims", dims);
        values.set("grid", info.at("grid").integer());
        values.set("width", static_cast<long long>(first[0]));
        values.set("patch", patch);
        values.set("process", info.at("process").string());
        values.set("recursion", info.at("recursion").integer());
        if (const std::string modality = info.at("modality").string(); !modality.empty()) {
            values.set("modality", modality);
        }
        values.set("warm-start", modelFile);
    });
}

}  // namespace drdm
