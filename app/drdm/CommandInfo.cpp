#include "Commands.h"
#include "io/Series.h"
#include "tasks/Provenance.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace drdm {
namespace {

template <typename Values>
Json list(const Values& values) {
    Json json = Json::array();
    for (const auto& value : values) {
        json.push(value);
    }
    return json;
}

Json seriesJson(const SeriesInfo& series) {
    Json direction = Json::array();
    for (const auto& row : series.direction) {
        direction.push(list(row));
    }
    Json json = Json::object();
    json.set("uid", series.uid)
        .set("format", series.format)
        .set("modality", series.modality)
        .set("description", series.description)
        .set("study_date", series.studyDate)
        .set("size", list(series.size))
        .set("spacing_mm", list(series.spacing_mm))
        .set("origin_mm", list(series.origin_mm))
        .set("direction", std::move(direction))
        .set("transfer_syntax", series.transferSyntax)
        .set("files", list(series.files))
        .set("warnings", list(series.warnings));
    if (!series.unreadable.empty()) {
        json.set("unreadable", series.unreadable);
    }
    return json;
}

template <typename Values>
std::string joined(const Values& values, const char* between) {
    std::string text;
    for (const auto value : values) {
        text += (text.empty() ? "" : between);
        if constexpr (std::is_floating_point_v<std::remove_const_t<decltype(value)>>) {
            text += shortNumber(value, 3);
        } else {
            text += std::to_string(value);
        }
    }
    return text;
}

void tell(const SeriesInfo& series, Console& console) {
    console.say(series.modality + "  " + (series.description.empty() ? "(no description)" : series.description));
    console.say("    series          " + series.uid);
    console.say("    size            " + joined(series.size, " x ") + "  (x, y, slices, phases)");
    console.say("    spacing         " + joined(series.spacing_mm, " x ") + " mm");
    console.say("    origin          " + joined(series.origin_mm, ", ") + " mm (LPS)");
    for (const auto& row : series.direction) {
        console.say("    direction       " + joined(row, "  "));
    }
    if (!series.transferSyntax.empty()) {
        console.say("    transfer syntax " + series.transferSyntax);
    }
    console.say("    files           " + std::to_string(series.files.size()));
    for (const std::string& warning : series.warnings) {
        console.say("    warning: " + warning);
    }
    if (!series.unreadable.empty()) {
        console.say("    cannot be read: " + series.unreadable);
    }
}

/// What the files among the paths, and the series in them, say of their making by this program.
std::vector<Provenance> provenances(const std::vector<std::string>& paths, const ScanResult& found) {
    std::vector<Provenance> all;
    std::set<std::string> seen;
    const auto look = [&](const std::string& path) {
        if (seen.insert(path).second) {
            if (auto made = findProvenance(path)) {
                all.push_back(*std::move(made));
            }
        }
    };
    for (const std::string& path : paths) {
        if (std::filesystem::is_regular_file(path)) {
            look(path);
        }
    }
    for (const SeriesInfo& series : found.series) {
        const auto given = [&](const std::string& file) { return seen.contains(file); };
        if (!series.files.empty() && std::ranges::none_of(series.files, given)) {
            look(series.files.front());
        }
    }
    return all;
}

std::string textOf(const Json& value) {
    return value.isString() ? value.string() : value.dump();
}

/// Records are shallow: program, then groups of single values.
void tell(const Json& record, Console& console) {
    for (const auto& [key, value] : record.members()) {
        if (!value.isObject()) {
            if (!textOf(value).empty()) {
                console.say("    " + key + std::string(key.size() < 20 ? 20 - key.size() : 1, ' ') + textOf(value));
            }
            continue;
        }
        console.say("    " + key);
        for (const auto& [inner, held] : value.members()) {
            if (!textOf(held).empty()) {
                console.say("      " + inner + std::string(inner.size() < 18 ? 18 - inner.size() : 1, ' ') +
                            textOf(held));
            }
        }
    }
}

Json tell(const Provenance& made, Console& console) {
    console.say(made.path + ": written by DRDM Studio (" + name(made.kind) + ")");
    Json records = Json::array();
    for (const Provenance::Record& record : made.records) {
        if (made.records.size() > 1 || !record.remark.empty() || record.starred) {
            console.say("  variation " + std::to_string(record.number) + (record.starred ? " *" : "") +
                        (record.remark.empty() ? "" : "  " + record.remark));
        }
        tell(record.json, console);
        Json entry = Json::object();
        entry.set("number", record.number)
            .set("remark", record.remark)
            .set("starred", record.starred)
            .set("made", record.json);
        records.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("path", made.path).set("kind", name(made.kind)).set("variations", std::move(records));
    return json;
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(1, static_cast<std::size_t>(-1), "one or more folders or files");
    const ScanResult found = scan(arguments.positional(), console.context());
    const std::vector<Provenance> ours = provenances(arguments.positional(), found);
    Json series = Json::array();
    Json skipped = Json::array();
    Json made = Json::array();
    bool readable = !ours.empty();
    for (const SeriesInfo& one : found.series) {
        readable = readable || one.unreadable.empty();
        tell(one, console);
        series.push(seriesJson(one));
    }
    for (const Provenance& each : ours) {
        made.push(tell(each, console));
    }
    for (const SkippedFile& file : found.skipped) {
        // That a report or a picture is no image is no news where it was told what it is.
        if (std::ranges::any_of(ours, [&](const Provenance& each) {
                std::error_code code;
                return std::filesystem::equivalent(each.path, file.path, code);
            })) {
            continue;
        }
        console.say("skipped " + file.path + ": " + file.reason);
        Json entry = Json::object();
        entry.set("path", file.path).set("reason", file.reason);
        skipped.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("series", std::move(series)).set("skipped", std::move(skipped)).set("provenance", std::move(made));
    console.result(json);
    if (!readable) {
        throw Error("no image that can be read in " + arguments.positional().front() +
                    "; give a folder or file of DICOM or NIfTI images, or a file that DRDM Studio wrote");
    }
}

}  // namespace

Command infoCommand() {
    return {"info",
            "PATH... [--json]",
            "Show what is in folders, DICOMDIRs, DICOM and NIfTI files, and how our own files were made.",
            "Lists every series with its geometry, and every file that was left out with the reason. Slices and phases "
            "count from 0 in the order of this list's files. Of files that this program wrote (images, fields, "
            "report.json, projects, models, pictures, films) it tells settings, model, seed and source; \"drdm sample "
            "--like FILE\" takes them.",
            {},
            run};
}

}  // namespace drdm
