#include "tasks/Provenance.h"

#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "parameters/Sha256.h"
#include "tasks/PackedField.h"
#include "tasks/Project.h"
#include "tasks/Report.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ranges>
#include <sstream>

namespace drdm {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t largestJson = 64U << 20U;
constexpr std::size_t filesLookedAt = 16;  ///< in a folder

using Record = Provenance::Record;
using Kind = Provenance::Kind;

bool isOurs(const Json& json) {
    const Json* program = json.isObject() ? json.find("program") : nullptr;
    return program && program->isString() && program->string() == programName;
}

/// A text such as "report.json" holds, or a picture: one record, or several under "variations" or "samples".
std::vector<Record> recordsOf(const Json& json) {
    std::vector<Record> records;
    const auto add = [&records](const Json& record) {
        records.push_back({static_cast<int>(records.size()) + 1, {}, false, record});
    };
    if (const Json* samples = json.find("samples")) {
        for (const Json& sample : samples->items()) {
            const Json* made = sample.find("provenance");
            if (!made) {
                throw Error(
                    "this report is of a version that kept the settings in the images and fields alone; give one of "
                    "the files beside it, such as field.nii.gz");
            }
            add(*made);
        }
    } else if (const Json* variations = json.find("variations")) {
        std::ranges::for_each(variations->items(), add);
    } else {
        add(json);
    }
    if (records.empty()) {
        throw Error("it holds no variation");
    }
    return records;
}

std::vector<Record> recordsOf(const StoredProject& project) {
    std::vector<Record> records;
    for (const StoredProject::Variation& variation : project.variations) {
        const Json& entry = variation.document;
        records.push_back({static_cast<int>(entry.at("number").integer()), entry.at("note").string(),
                           entry.at("starred").boolean(), storedProvenance(project, variation)});
    }
    if (records.empty()) {
        throw Error("the project holds no variation, and so no settings; generate one and save it again");
    }
    return records;
}

Record modelRecord(const std::string& path, const std::string& info) {
    Json model = Json::parse(info);
    Json training;
    if (const Json* record = model.find("training"); record && record->isString()) {
        try {
            training = Json::parse(record->string());
        } catch (const Error&) {
            training = *record;  // files of other programs may hold anything here
        }
    }
    Json described = Json::object();
    for (const auto& [key, value] : model.members()) {
        if (key != "training" && key != "label_scale") {
            described.set(key, value);
        }
    }
    described.set("sha256", sha256OfFile(path));
    Json json = Json::object();  // the version that wrote it is not known
    json.set("program", programName).set("model", described).set("training", training);
    return {1, {}, false, json};
}

std::optional<Provenance> inSafeTensors(const std::string& path) {
    const auto metadata = readSafeTensorsMetadata(path);
    const auto text = [&metadata](const char* key) {
        const auto found = metadata.find(key);
        return found == metadata.end() ? std::string() : found->second;
    };
    if (!text("drdm.project").empty()) {
        return Provenance{Kind::Project, path, recordsOf(readProjectOutline(path))};
    }
    if (text("kind") == packed::kind && !text("provenance").empty()) {
        return Provenance{Kind::PackedSample, path, recordsOf(Json::parse(text("provenance")))};
    }
    if (text("drdm.format").starts_with("drdm-model")) {
        return Provenance{Kind::Model, path, {modelRecord(path, text("drdm.info"))}};
    }
    return {};
}

std::optional<Provenance> inJson(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    Json json;
    try {
        json = Json::parse(text.str());
    } catch (const Error&) {
        return {};  // something else that begins with a brace
    }
    if (!isOurs(json) || (!json.find("samples") && !json.find("variations") && !json.find("settings"))) {
        return {};
    }
    return Provenance{json.find("film_sha256") ? Kind::Film : Kind::Report, path, recordsOf(json)};
}

std::optional<Provenance> inFile(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(16, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    if (!file.is_open()) {
        throw Error("cannot read " + path + "; check that it may be read");
    }
    std::error_code code;
    return withContext("'" + path + "'", [&]() -> std::optional<Provenance> {
        const bool tensors = head.size() > 9 && head[8] == '{' && head.find('\0') < 8;
        if (tensors || path.ends_with(".drdm") || path.ends_with(".safetensors")) {
            return inSafeTensors(path);
        }
        if (head.starts_with('{') && fs::file_size(path, code) <= largestJson) {
            return inJson(path);
        }
        Kind kind{};
        const std::string note = provenanceNote(path, kind);
        if (note.empty()) {
            return {};
        }
        const Json json = Json::parse(note);
        return isOurs(json) ? std::optional(Provenance{kind, path, recordsOf(json)}) : std::nullopt;
    });
}

std::optional<Provenance> inFolder(const std::string& folder) {
    const fs::path report = fs::path(folder) / "report.json";
    std::error_code code;
    if (fs::is_regular_file(report, code)) {
        return inFile(report.string());
    }
    std::vector<fs::path> files;
    for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored)) {
            files.push_back(entry->path());
        }
    }
    std::ranges::sort(files);
    for (const fs::path& file : files | std::views::take(filesLookedAt)) {
        if (auto found = inFile(file.string())) {
            return found;
        }
    }
    return {};
}

}  // namespace

std::string name(Provenance::Kind kind) {
    switch (kind) {
        case Kind::Dicom:
            return "derived DICOM";
        case Kind::Nifti:
            return "NIfTI";
        case Kind::MetaImage:
            return "MetaImage";
        case Kind::PackedSample:
            return "packed sample";
        case Kind::Report:
            return "report";
        case Kind::Project:
            return "project";
        case Kind::Model:
            return "model";
        case Kind::Picture:
            return "picture";
        case Kind::Film:
            return "film";
    }
    return {};
}

std::optional<Provenance> findProvenance(const std::string& path) {
    std::error_code code;
    if (!fs::exists(path, code)) {
        throw Error("there is no file " + path + "; check the path");
    }
    return fs::is_directory(path, code) ? inFolder(path) : inFile(path);
}

Provenance readProvenance(const std::string& path) {
    if (auto found = findProvenance(path)) {
        return *std::move(found);
    }
    throw Error(path +
                " holds no settings of DRDM Studio; give a file that it wrote: an exported image, field, picture or "
                "film, report.json, a project (.drdm) or a model. A film (.mp4) needs the .json that was exported "
                "beside it");
}

const Provenance::Record& recordOf(const Provenance& provenance, int number) {
    std::string numbers;
    for (const Record& record : provenance.records) {
        if (record.number == number) {
            return record;
        }
        numbers += (numbers.empty() ? "" : ", ") + std::to_string(record.number);
    }
    throw Error(provenance.path + " has no variation " + std::to_string(number) + "; it has " + numbers);
}

}  // namespace drdm
