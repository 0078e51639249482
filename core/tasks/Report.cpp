#include "tasks/Report.h"

#include "analysis/LabelOverlap.h"
#include "errors/Error.h"
#include "tasks/Evaluate.h"
#include "tasks/Project.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace drdm {

Json programRecord() {
    Json json = Json::object();
    json.set("program", programName).set("version", DRDM_VERSION).set("notice", researchNotice);
    return json;
}

Json settingsRecord(const SampleSettings& made) {
    Json model = Json::object();
    // A model given as a path: its file name says enough, folders may hold names of people.
    model.set("name", std::filesystem::path(made.model).filename().string()).set("sha256", made.modelSha256);
    Json settings = Json::object();
    settings.set("level", made.level)
        .set("seed", static_cast<unsigned long long>(made.seed))
        .set("process", made.process)
        .set("start", made.start)
        .set("stride", made.stride)
        .set("stop", made.stop)
        .set("allow-folds", made.allowFolds)
        .set("interpolation", name(made.interpolation))
        .set("slice", made.slice)
        .set("phase", made.phase);
    if (made.schedule) {
        settings.set("schedule", toJson(*made.schedule));
    }
    if (!made.initialFieldSha256.empty()) {
        settings.set("initial-field-sha256", made.initialFieldSha256);
    }
    if (!made.lockMaskSha256.empty()) {
        settings.set("lock-mask-sha256", made.lockMaskSha256);
    }
    Json json = programRecord();
    json.set("model", std::move(model)).set("settings", std::move(settings));
    return json;
}

Json provenance(const Trajectory& trajectory) {
    const Image& image = trajectory.image();
    Json source = Json::object();
    source.set("format", image.source.format)
        .set("study_instance_uid", image.source.studyInstanceUid)
        .set("series_instance_uid", image.source.seriesInstanceUid)
        .set("sha256", image.source.sha256)
        .set("voxels_sha256", imageHash(image));
    Json json = settingsRecord(trajectory.settings());
    json.set("device", trajectory.device).set("source", std::move(source));
    return json;
}

Json withoutIdentity(const Json& record) {
    Json json = record;
    if (const Json* source = record.find("source"); source && source->isObject()) {
        Json told = Json::object();
        if (const Json* format = source->find("format")) {
            told.set("format", *format);
        }
        json.set("source", std::move(told));
    }
    if (const Json* field = record.find("field"); field && field->isObject()) {
        json.set("field", withoutIdentity(*field));
    }
    return json.set("deidentified", true);
}

Json severalRecords(Json::Array records) {
    if (records.size() == 1) {
        return records.front();
    }
    Json json = programRecord();
    if (!records.empty()) {
        json.set("variations", std::move(records));
    }
    return json;
}

Json sampleReport(const Trajectory& trajectory, const FieldStatistics& statistics) {
    const SampleSettings& made = trajectory.settings();
    Json json = Json::object();
    json.set("seed", static_cast<unsigned long long>(made.seed))
        .set("level", made.level)
        .set("model", made.model)
        .set("model_sha256", made.modelSha256)
        .set("process", made.process)
        .set("start", made.start)
        .set("stride", made.stride)
        .set("stop", made.stop)
        .set("slice", made.slice)
        .set("phase", made.phase)
        .set("device", trajectory.device)
        .set("time_s", trajectory.time_s)
        .set("steps", trajectory.recoverySteps);
    if (made.schedule) {
        json.set("schedule", toJson(*made.schedule));
    }
    if (!trajectory.notes.empty()) {
        Json notes = Json::array();
        for (const std::string& note : trajectory.notes) {
            notes.push(note);
        }
        json.set("notes", std::move(notes));
    }
    const Json numbers = statisticsJson(statistics);
    for (const auto& [key, value] : numbers.members()) {
        json.set(key, value);
    }
    bool damped = false;
    int repaired = 0;
    for (std::size_t i = 0; i < trajectory.stepCount(); ++i) {
        damped = damped || trajectory.step(i).guard.damped;
        repaired += trajectory.step(i).guard.repairedVoxels;
    }
    json.set("guard_removed_share", trajectory.guardRemovedShare())
        .set("guard_damped", damped)
        .set("guard_repaired_voxels", repaired)
        .set("allow_folds", made.allowFolds);
    return json;
}

Json report(const std::string& commandLine, Json::Array samples, const std::vector<DisplacementField>& fields) {
    Json json = programRecord();
    if (!commandLine.empty()) {
        json.set("command", commandLine);
    }
    if (fields.size() > 1 && fields.size() <= 64) {
        double sum = 0;
        int pairs = 0;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            for (std::size_t k = 0; k < i; ++k, ++pairs) {
                sum += meanDistance_vox(fields[i], fields[k]);
            }
        }
        json.set("mean_pairwise_distance_vox", sum / pairs);
    }
    json.set("samples", std::move(samples));
    return json;
}

std::string sampleName(const Trajectory& trajectory) {
    std::string digits = std::to_string(trajectory.settings().seed);
    if (digits.size() < 4) {
        digits.insert(0, 4 - digits.size(), '0');
    }
    return "seed-" + digits;
}

void writeTextFile(const std::string& path, const std::string& text) {
    const std::string temporary = path + ".partial";
    const auto refuse = [&] {
        const std::string why = std::generic_category().message(errno);
        std::remove(temporary.c_str());
        throw Error("cannot write " + path + ": " + why +
                    "; check that the folder may be written to and the disk is not full");
    };
    std::ofstream file(temporary, std::ios::binary);
    if (!file) {
        refuse();
    }
    file << text;
    file.close();
    if (!file) {
        refuse();
    }
    if (std::rename(temporary.c_str(), path.c_str()) != 0) {
        refuse();
    }
}

}  // namespace drdm
