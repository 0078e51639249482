#include "Commands.h"
#include "io/Series.h"

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

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(1, static_cast<std::size_t>(-1), "one or more folders or files");
    const ScanResult found = scan(arguments.positional(), console.context());
    Json series = Json::array();
    Json skipped = Json::array();
    bool readable = false;
    for (const SeriesInfo& one : found.series) {
        readable = readable || one.unreadable.empty();
        tell(one, console);
        series.push(seriesJson(one));
    }
    for (const SkippedFile& file : found.skipped) {
        console.say("skipped " + file.path + ": " + file.reason);
        Json entry = Json::object();
        entry.set("path", file.path).set("reason", file.reason);
        skipped.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("series", std::move(series)).set("skipped", std::move(skipped));
    console.result(json);
    if (!readable) {
        throw Error("no image that can be read in " + arguments.positional().front() +
                    "; give a folder or file of DICOM or NIfTI images");
    }
}

}  // namespace

Command infoCommand() {
    return {"info",
            "PATH... [--json]",
            "Show what is in folders, DICOMDIRs, DICOM and NIfTI files.",
            "Lists every series with its geometry, and every file that was left out with the reason. Slices and phases "
            "count from 0 in the order of this list's files.",
            {},
            run};
}

}  // namespace drdm
