#include "tasks/AugmentLayout.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/NiftiFile.h"
#include "tasks/Csv.h"
#include "tasks/Report.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

namespace drdm {

namespace fs = std::filesystem;

namespace {

bool alphanumeric(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u < 128 && std::isalnum(u) != 0;
}

/// Letters and digits alone, as BIDS' entities have it.
std::string compact(const std::string& text) {
    std::string result;
    std::copy_if(text.begin(), text.end(), std::back_inserter(result), alphanumeric);
    return result;
}

void write(const fs::path& path, const std::string& text) {
    AtomicFile file(path);
    file.write(text.data(), text.size());
    file.commit();
}

bool kept(const Json& record) {
    return record.at("status").string() == "kept";
}

std::string fileOf(const Json& record, const std::string& key) {
    const Json* file = record.at("files").find(key);
    return file ? file->string() : std::string();
}

/// Numbers of a JSON record as they stand in it, so that the same record gives the same line.
std::string field(const Json& record, const std::string& key) {
    const Json* value = record.find(key);
    return !value || value->isNull() ? std::string() : value->isString() ? value->string() : value->dump();
}

std::set<int> labelValues(const std::vector<Json>& records) {
    std::set<int> values;
    for (const Json& record : records) {
        for (const Json& label : record.at("labels").items()) {
            values.insert(static_cast<int>(label.integer()));
        }
    }
    return values;
}

std::string manifest(const std::vector<Json>& records) {
    static const std::vector<std::string> texts{"case", "subject", "source",   "split",  "method", "level",
                                                "copy", "seed",    "drawings", "status", "reason"};
    static const std::vector<std::string> numbers{
        "mean_displacement_vox",     "max_displacement_vox",     "mean_displacement_mm", "max_displacement_mm",
        "mean_displacement_percent", "max_displacement_percent", "jacobian_min",         "jacobian_max",
        "folded_voxels_central",     "folded_voxels_strict"};
    std::set<std::string> files;
    for (const Json& record : records) {
        for (const auto& [key, path] : record.at("files").members()) {
            files.insert(key);
        }
    }
    const std::set<int> labels = labelValues(records);
    std::vector<std::string> heading = texts;
    heading.insert(heading.end(), files.begin(), files.end());
    heading.insert(heading.end(), numbers.begin(), numbers.end());
    for (const int label : labels) {
        heading.push_back("volume_change_label_" + std::to_string(label));
    }
    std::string text = csvLine(heading);
    for (const Json& record : records) {
        std::vector<std::string> fields;
        for (const std::string& key : texts) {
            fields.push_back(field(record, key));
        }
        for (const std::string& key : files) {
            fields.push_back(fileOf(record, key));
        }
        for (const std::string& key : numbers) {
            fields.push_back(field(record.at("statistics"), key));
        }
        for (const int label : labels) {
            fields.push_back(field(record.at("volume_change"), std::to_string(label)));
        }
        text += csvLine(fields);
    }
    return text;
}

/// One line per pair or image with these files, for programs that read a table.
std::string table(const std::vector<Json>& records, const std::vector<std::pair<std::string, std::string>>& columns) {
    std::vector<std::string> heading{"subject"};
    for (const auto& [column, key] : columns) {
        heading.push_back(column);
    }
    for (const char* more : {"level", "copy", "split"}) {
        heading.emplace_back(more);
    }
    std::string text = csvLine(heading);
    for (const Json& record : records) {
        if (!kept(record)) {
            continue;
        }
        std::vector<std::string> fields{record.at("subject").string()};
        for (const auto& [column, key] : columns) {
            fields.push_back(fileOf(record, key));
        }
        for (const char* more : {"level", "copy", "split"}) {
            fields.push_back(field(record, more));
        }
        text += csvLine(fields);
    }
    return text;
}

std::string nameOf(int label, const AugmentPlan& plan) {
    for (const auto& [number, name] : labelNamesFromText(plan.values.text("label-names"))) {
        if (number == label) {
            return name;
        }
    }
    return "label_" + std::to_string(label);
}

std::string modalityOf(const std::vector<Json>& records) {
    return records.empty() ? std::string() : records.front().at("modality").string();
}

/// The list that MONAI's load_decathlon_datalist reads; paths below the folder.
Json monaiList(const AugmentPlan& plan, const std::vector<Json>& records) {
    Json labels = Json::object();
    labels.set("0", "background");
    for (const int label : labelValues(records)) {
        labels.set(std::to_string(label), nameOf(label, plan));
    }
    Json training = Json::array();
    for (const Json& record : records) {
        if (kept(record)) {
            Json entry = Json::object();
            entry.set("image", fileOf(record, "image"));
            if (const std::string file = fileOf(record, "labels"); !file.empty()) {
                entry.set("label", file);
            }
            entry.set("subject", record.at("subject").string());
            training.push(std::move(entry));
        }
    }
    Json json = Json::object();
    json.set("description", researchNotice)
        .set("labels", std::move(labels))
        .set("numTraining", static_cast<long long>(training.items().size()))
        .set("training", std::move(training));
    return json;
}

Json nnunetDescription(const AugmentPlan& plan, const std::vector<Json>& records) {
    Json channels = Json::object();
    const std::string modality = modalityOf(records);
    channels.set("0", modality == "CT" ? "CT" : modality == "MR" ? "MRI" : "image");
    Json labels = Json::object();
    labels.set("background", 0);
    for (const int label : labelValues(records)) {
        labels.set(nameOf(label, plan), label);
    }
    Json json = Json::object();
    json.set("channel_names", std::move(channels))
        .set("labels", std::move(labels))
        .set("numTraining", static_cast<long long>(std::count_if(records.begin(), records.end(), kept)))
        .set("file_ending", ".nii.gz")
        .set("description", researchNotice);
    return json;
}

/// Five folds (fewer with fewer subjects); a subject with all its copies lies on one side of each.
Json nnunetSplits(const AugmentPlan& plan, const std::vector<Json>& records) {
    std::vector<std::string> subjects;
    for (const Json& record : records) {
        const std::string& subject = record.at("subject").string();
        if (std::find(subjects.begin(), subjects.end(), subject) == subjects.end()) {
            subjects.push_back(subject);
        }
    }
    constexpr std::size_t most = 5;
    const std::size_t folds = std::min(most, subjects.size());
    const bool originals = plan.values.flag("originals");
    Json splits = Json::array();
    for (std::size_t fold = 0; folds > 1 && fold < folds; ++fold) {
        Json training = Json::array();
        Json validation = Json::array();
        for (const Json& record : records) {
            const auto place = std::find(subjects.begin(), subjects.end(), record.at("subject").string());
            const bool heldOut = static_cast<std::size_t>(place - subjects.begin()) % folds == fold;
            if (!kept(record)) {
                continue;
            }
            if (!heldOut) {
                training.push(record.at("case"));
            } else if (!originals || record.at("copy").integer() == 0) {
                validation.push(record.at("case"));
            }
        }
        Json split = Json::object();
        split.set("train", std::move(training)).set("val", std::move(validation));
        splits.push(std::move(split));
    }
    return splits;
}

void writeBids(const AugmentPlan& plan, const std::vector<Json>& records, const fs::path& folder) {
    Json generator = Json::object();
    generator.set("Name", programName).set("Version", DRDM_VERSION);
    Json generators = Json::array();
    generators.push(std::move(generator));
    Json json = Json::object();
    json.set("Name", "Copies by deformation-recovery diffusion. " + std::string(researchNotice))
        .set("BIDSVersion", "1.8.0")
        .set("DatasetType", "derivative")
        .set("GeneratedBy", std::move(generators));
    write(folder / "dataset_description.json", json.dump(2) + "\n");
    std::set<std::string> subjects;
    for (const Json& record : records) {
        subjects.insert(record.at("subject").string());
    }
    std::string participants = "participant_id\tsource_id\n";
    for (const std::string& subject : subjects) {
        participants += "sub-" + compact(subject) + "\t" + subject + "\n";
    }
    write(folder / "participants.tsv", participants);
    std::string labels = "index\tname\n0\tbackground\n";
    for (const int label : labelValues(records)) {
        labels += std::to_string(label) + "\t" + nameOf(label, plan) + "\n";
    }
    write(folder / "dseg.tsv", labels);
}

}  // namespace

std::map<std::string, std::string> placesOf(const AugmentPlan& plan, const DataItem& item, const AugmentUnit& unit) {
    const std::string file = unit.name + ".nii.gz";
    std::map<std::string, std::string> places;
    const std::string layout = plan.values.text("layout");
    if (plan.pairs) {
        for (const char* side : {"moving", "fixed"}) {
            places[side] = std::string(side) + "/" + file;
            places[side + std::string("_labels")] = std::string(side) + "_labels/" + file;
        }
        places["field"] = "fields/" + file;
    } else if (layout == "nnunet") {
        places = {{"image", "imagesTr/" + unit.name + "_0000.nii.gz"},
                  {"labels", "labelsTr/" + file},
                  {"field", "fields/" + file}};
    } else if (layout == "bids") {
        const std::string subject = "sub-" + compact(item.subject);
        const std::string stem = subject + "/anat/" + subject + "_desc-" + compact(unit.name) + "_";
        const std::string suffix = item.series.modality == "CT" ? "CT" : item.series.modality == "MR" ? "MR" : "image";
        places = {
            {"image", stem + suffix + ".nii.gz"}, {"labels", stem + "dseg.nii.gz"}, {"field", stem + "xfm.nii.gz"}};
    } else {
        places = {{"image", "images/" + file}, {"labels", "labels/" + file}, {"field", "fields/" + file}};
    }
    return places;
}

void requireLayout(const AugmentPlan& plan, const std::vector<DataItem>& items, const JobContext& context) {
    const std::string layout = plan.pairs ? "pairs" : plan.values.text("layout");
    labelNamesFromText(plan.values.text("label-names"));
    if (layout == "bids") {
        std::map<std::string, std::string> subjects;
        std::map<std::string, std::string> images;
        for (const DataItem& item : items) {
            const auto subject = subjects.emplace(compact(item.subject), item.subject).first;
            const auto image = images.emplace(compact(item.name), item.name).first;
            if (subject->second != item.subject || image->second != item.name || subject->first.empty()) {
                throw Error("BIDS takes letters and digits alone, and without the rest the names " +
                            (subject->second != item.subject ? subject->second + " and " + item.subject
                                                             : image->second + " and " + item.name) +
                            " are the same; rename one, or take another layout");
            }
        }
    }
    if (layout != "nnunet") {
        return;
    }
    const std::string name = (fs::absolute(plan.folder).lexically_normal() / "").parent_path().filename().string();
    const auto digit = [&name](std::size_t i) { return std::isdigit(static_cast<unsigned char>(name[i])) != 0; };
    constexpr std::size_t numberAt = 7;
    if (!name.starts_with("Dataset") || name.size() < numberAt + 5 || !digit(7) || !digit(8) || !digit(9) ||
        name[numberAt + 3] != '_') {
        throw Error("nnU-Net knows its data sets by the name of their folder, and \"" + name +
                    "\" is none; give a folder like nnUNet_raw/Dataset123_Heart");
    }
    std::set<int> values;
    for (const DataItem& item : items) {
        context.throwIfCancelled();
        if (item.labels.empty()) {
            throw Error("nnU-Net learns from labels, and the image " + item.name +
                        " has none; give its labels, or take another layout");
        }
        const auto found = readNiftiLabels(item.labels).values();
        values.insert(found.begin(), found.end());
    }
    int expected = 1;
    for (const int value : values) {
        if (value != expected++) {
            throw Error("nnU-Net needs labels without gaps (1, 2, 3, …), and there is a label " +
                        std::to_string(value) + " but no " + std::to_string(expected - 1) +
                        "; number the labels anew, or take another layout");
        }
    }
}

void writeDataSetFiles(const AugmentPlan& plan, const std::vector<Json>& records) {
    const fs::path folder = plan.folder;
    const std::string layout = plan.values.text("layout");
    if (plan.pairs) {
        write(folder / "pairs.csv", table(records, {{"moving", "moving"},
                                                    {"fixed", "fixed"},
                                                    {"field", "field"},
                                                    {"moving_labels", "moving_labels"},
                                                    {"fixed_labels", "fixed_labels"}}));
    } else if (layout == "nnunet") {
        write(folder / "dataset.json", nnunetDescription(plan, records).dump(2) + "\n");
        write(folder / "splits_final.json", nnunetSplits(plan, records).dump(2) + "\n");
    } else if (layout == "bids") {
        writeBids(plan, records, folder);
    } else {
        write(folder / "dataset.csv", table(records, {{"image", "image"}, {"label", "labels"}}));
        write(folder / "dataset.json", monaiList(plan, records).dump(2) + "\n");
    }
    write(folder / "manifest.csv", manifest(records));
}

}  // namespace drdm
