#include "Formats.h"

#include <algorithm>
#include <sstream>

namespace drdm {

namespace {

struct Format {
    const char* word;
    bool ExportRequest::*chosen;
    const char* what;
};
constexpr Format formats[] = {
    {"dicom", &ExportRequest::dicom, "derived series"},
    {"nifti", &ExportRequest::nifti, "image"},
    {"png", &ExportRequest::png, "picture"},
    {"seg", &ExportRequest::segmentation, "labels as DICOM Segmentation"},
    {"registration", &ExportRequest::registration, "field as DICOM Deformable Spatial Registration"},
    {"parametric-map", &ExportRequest::parametricMap, "Jacobian as DICOM Parametric Map"},
    {"metaimage", &ExportRequest::metaImage, "all as .mha"},
    {"itk", &ExportRequest::itkField, "field as NIfTI for older ITK programs"}};

std::string words() {
    std::string list;
    for (const Format& format : formats) {
        list += (list.empty() ? "" : ", ") + std::string(format.word);
    }
    return list;
}

}  // namespace

std::vector<Option> formatOptions() {
    std::string help = "What is written, with commas between (default dicom,nifti): ";
    for (const Format& format : formats) {
        help += std::string(format.word) + " (" + format.what + (&format == std::end(formats) - 1 ? ")." : "), ");
    }
    std::vector<Option> options{{"format", "LIST", help}};
    for (Option& option : deidentifyOptions()) {
        options.push_back(std::move(option));
    }
    return options;
}

std::vector<Option> deidentifyOptions() {
    return {
        {"deidentify", "", "Take the patient away from all that is written (DICOM PS3.15 basic profile).", switchOnly},
        {"retain-dates", "", "With --deidentify: keep the dates of study and acquisition.", switchOnly},
        {"retain-descriptors", "",
         "With --deidentify: keep study, series and protocol descriptions, without words of the patient's identity.",
         switchOnly}};
}

std::optional<DeidentificationOptions> takeDeidentification(const Arguments& arguments) {
    const DeidentificationOptions options{arguments.has("retain-dates"), arguments.has("retain-descriptors")};
    if (arguments.has("deidentify")) {
        return options;
    }
    if (options.retainDates || options.retainDescriptors) {
        throw UsageError(std::string("option --") + (options.retainDates ? "retain-dates" : "retain-descriptors") +
                         " goes with --deidentify; without it, everything is kept");
    }
    return {};
}

void tellDeidentification(const Json& report, Console& console) {
    if (const Json* done = report.find("deidentification")) {
        console.say("de-identified by the basic profile of DICOM PS3.15");
        for (const Json& warning : done->at("warnings").items()) {
            console.say("warning: " + warning.string());
        }
    }
}

void takeFormats(const Arguments& arguments, ExportRequest& request) {
    for (const Format& format : formats) {
        request.*format.chosen = false;
    }
    std::istringstream list(arguments.text("format", "dicom,nifti"));
    for (std::string word; std::getline(list, word, ',');) {
        const auto* found = std::find_if(std::begin(formats), std::end(formats),
                                         [&](const Format& format) { return word == format.word; });
        if (found != std::end(formats)) {
            request.*found->chosen = true;
        } else if (word == "mp4" || word == "gif") {
            throw UsageError("option --format: " + word + " is made in the window alone; give " + words());
        } else {
            throw UsageError("option --format: \"" + word + "\" is not known; give " + words() +
                             ", with commas between");
        }
    }
    request.deidentify = takeDeidentification(arguments);
}

}  // namespace drdm
