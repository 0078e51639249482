#include "Commands.h"
#include "Labels.h"
#include "io/DerivedSeries.h"
#include "io/NiftiFile.h"
#include "io/Series.h"
#include "tasks/Apply.h"
#include "tasks/Evaluate.h"
#include "tasks/Report.h"

#include <filesystem>

namespace drdm {
namespace {

bool isNifti(const std::string& path) {
    return path.ends_with(".nii") || path.ends_with(".nii.gz");
}

/// What the field's own file says of its making, with a word on what was done with it here.
std::string provenanceOf(const std::string& fieldFile, Interpolation interpolation) {
    Json json = Json::object();
    json.set("program", "DRDM Studio")
        .set("version", DRDM_VERSION)
        .set("notice", researchNotice)
        .set("interpolation", name(interpolation));
    const std::string made = isNifti(fieldFile) ? readNiftiProvenance(fieldFile) : std::string();
    if (!made.empty()) {
        json.set("field", Json::parse(made));
    }
    return json.dump();
}

void writeImage(const Image& image, const std::string& out, const std::string& provenanceJson) {
    if (isNifti(out)) {
        writeNifti(image, out, provenanceJson);
        return;
    }
    if (!std::filesystem::path(out).extension().empty()) {
        throw Error(out +
                    ": cannot write this kind of file; end the name with .nii or .nii.gz, or give a folder for DICOM");
    }
    writeDerivedSeries(
        image, out,
        {std::string("Warped by a stored displacement field (DRDM Studio " DRDM_VERSION "). ") + researchNotice,
         "DRDM warped", provenanceJson});
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(1, 1, "one image or label map to warp");
    const std::string& input = arguments.positional().front();
    const std::string out = arguments.text("out");
    const std::string fieldFile = arguments.text("field");
    Interpolation interpolation = Interpolation::Linear;
    try {
        interpolation = interpolationFromName(arguments.text("interpolation", "linear"));
    } catch (const Error& error) {
        throw UsageError(std::string("option --interpolation: ") + error.what());
    }
    const DisplacementField field = readField(fieldFile);
    const std::string made = provenanceOf(fieldFile, interpolation);
    if (arguments.has("labels")) {
        if (interpolation == Interpolation::Cubic) {
            throw UsageError("labels cannot be interpolated by a cubic; give linear or nearest");
        }
        if (!isNifti(out)) {
            throw Error(out + ": labels are written as NIfTI; end the name with .nii or .nii.gz");
        }
        writeNiftiLabels(applyField(readLabels(input), field, interpolation), out, made);
    } else {
        const Image image = readImage({input}, arguments.text("series"), console.context());
        writeImage(applyField(image, field, interpolation), out, made);
    }
    console.say("wrote " + out);
    Json json = Json::object();
    json.set("output", out);
    console.result(json);
}

}  // namespace

Command applyCommand() {
    return {
        "apply",
        "--field FILE INPUT --out FILE [options]",
        "Warp an image or a label map by a stored field.",
        "Where the field covers one slice of a larger series, that slice is warped, with all its phases.",
        {{"field", "FILE", "Displacement field: NIfTI as \"drdm sample\" writes it, or any with intent 1006.", 1, true},
         {"out", "FILE", "Result: .nii, .nii.gz, or a folder for a derived DICOM series.", 1, true},
         {"interpolation", "NAME", "linear (default), nearest or cubic."},
         {"labels", "", "INPUT is a label map.", switchOnly},
         {"series", "UID", "Which series of INPUT, where there are several."}},
        run};
}

}  // namespace drdm
