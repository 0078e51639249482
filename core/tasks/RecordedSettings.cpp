#include "tasks/RecordedSettings.h"

#include "errors/Error.h"
#include "parameters/NumberFromText.h"
#include "parameters/Sha256.h"
#include "tasks/Project.h"
#include "tasks/Sample.h"

#include <algorithm>
#include <array>

namespace drdm {

namespace {

using Record = Provenance::Record;

/// As a record's settings are, but for the slice, which has a word for "all".
constexpr std::array names{"level", "seed",        "process",       "start", "stride",
                           "stop",  "allow-folds", "interpolation", "phase"};

std::string textOf(const Json& value) {
    return value.isString() ? value.string() : value.dump();
}

std::string textIn(const Json& object, const char* key) {
    const Json* found = object.isObject() ? object.find(key) : nullptr;
    return found && found->isString() ? found->string() : std::string();
}

std::string described(const Record& record) {
    std::string text = std::to_string(record.number);
    const Json* settings = record.json.find("settings");
    if (settings && settings->find("seed") && settings->find("level")) {
        text += " (seed " + textOf(settings->at("seed")) + ", level " + textOf(settings->at("level")) + ")";
    }
    return text;
}

bool sameButForTheSeed(const RecordedSettings& a, const RecordedSettings& b) {
    const auto rest = [](RecordedSettings settings) {
        std::erase_if(settings.values, [](const auto& value) { return value.first == "seed"; });
        return settings.values;
    };
    const auto scheduleOf = [](const RecordedSettings& settings) { return settings.schedule.value_or(Schedule{}); };
    return rest(a) == rest(b) && a.modelName == b.modelName && a.modelSha256 == b.modelSha256 &&
           sameNumbers(scheduleOf(a), scheduleOf(b)) && a.initialFieldSha256 == b.initialFieldSha256 &&
           a.lockMaskSha256 == b.lockMaskSha256 && a.source.dump() == b.source.dump();
}

}  // namespace

std::string RecordedSettings::text(const std::string& name) const {
    const auto found = std::ranges::find(values, name, [](const auto& value) { return value.first; });
    return found == values.end() ? std::string() : found->second;
}

RecordedSettings recordedSettings(const Record& record) {
    const Json* json = &record.json;
    if (const Json* field = json->find("field"); field && !json->find("settings")) {
        json = field;  // something that a stored field was applied to: the field was made with settings
    }
    if (!json->find("settings") || !json->find("model")) {
        throw Error(json->find("training") ? "it is a model, which was trained, not sampled; choose it as the model"
                                           : "it shows no variation, and so has no settings");
    }
    const Json& settings = json->at("settings");
    RecordedSettings result;
    ParameterValues check(samplingParameters());
    const auto take = [&](const std::string& name, const std::string& text) {
        check.setFromText(name, text);
        result.values.emplace_back(name, text);
    };
    for (const char* name : names) {
        if (const Json* value = settings.find(name)) {
            take(name, textOf(*value));
        }
    }
    if (const Json* slice = settings.find("slice")) {
        take("slice", slice->integer() < 0 ? "all" : textOf(*slice));
    }
    if (const Json* schedule = settings.find("schedule")) {
        result.schedule = scheduleFromJson(*schedule);
    }
    result.modelName = textIn(json->at("model"), "name");
    result.modelSha256 = textIn(json->at("model"), "sha256");
    result.initialFieldSha256 = textIn(settings, "initial-field-sha256");
    result.lockMaskSha256 = textIn(settings, "lock-mask-sha256");
    if (const Json* source = json->find("source")) {
        result.source = *source;
    }
    return result;
}

RecordedSettings recordedSettings(const Provenance& provenance, std::optional<int> number, bool anySeed) {
    return withContext("settings of '" + provenance.path + "'", [&] {
        if (number) {
            return recordedSettings(recordOf(provenance, *number));
        }
        RecordedSettings first = recordedSettings(provenance.records.front());
        bool oneRun = true;
        unsigned long long seed = numberFromText<unsigned long long>(first.text("seed")).value_or(0);
        std::string list;
        for (const Record& record : provenance.records) {
            const RecordedSettings each = recordedSettings(record);
            oneRun = oneRun && sameButForTheSeed(first, each) &&
                     (anySeed || each.text("seed").empty() || each.text("seed") == std::to_string(seed++));
            list += (list.empty() ? "" : ", ") + described(record);
        }
        if (!oneRun) {
            throw Error("its variations were made with different settings; choose one of them: " + list);
        }
        if (provenance.records.size() > 1 && !anySeed) {
            first.values.emplace_back("count", std::to_string(provenance.records.size()));
        }
        return first;
    });
}

RecordedModel findRecordedModel(const RecordedSettings& settings) {
    auto models = installedModels();
    // The one of that name first: it is the likely one, and the others need not be read then.
    std::ranges::stable_partition(models,
                                  [&](const InstalledModel& model) { return model.name == settings.modelName; });
    for (const InstalledModel& model : models) {
        try {
            if (sha256OfFile(model.file) == settings.modelSha256) {
                return {RecordedModel::State::Same, model.name, model.file};
            }
        } catch (const Error&) {
            // One that cannot be read is not the one that is looked for.
        }
    }
    if (!models.empty() && models.front().name == settings.modelName) {
        return {RecordedModel::State::Other, models.front().name, models.front().file};
    }
    return {};
}

std::optional<bool> isRecordedImage(const RecordedSettings& settings, const Image& series) {
    const Json& source = settings.source;
    if (const std::string hash = textIn(source, "series_voxels_sha256"); !hash.empty()) {
        return imageHash(series) == hash;
    }
    if (const std::string hash = textIn(source, "voxels_sha256"); !hash.empty()) {
        const std::string slice = settings.text("slice");
        if (const auto number = numberFromText<std::int64_t>(slice)) {
            if (*number >= 0 && *number < series.geometry().size[2] &&
                imageHash(series.sliceOverTime(*number)) == hash) {
                return true;
            }
        }
        return imageHash(series) == hash;
    }
    if (const std::string uid = textIn(source, "series_instance_uid"); !uid.empty()) {
        return series.source.seriesInstanceUid == uid;
    }
    if (const std::string hash = textIn(source, "sha256"); !hash.empty()) {
        return series.source.sha256 == hash;
    }
    return {};
}

}  // namespace drdm
