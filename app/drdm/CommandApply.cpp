#include "Commands.h"
#include "Formats.h"
#include "io/DerivedSeries.h"
#include "io/Labels.h"
#include "io/MetaImage.h"
#include "io/NiftiFile.h"
#include "io/Series.h"
#include "tasks/Apply.h"
#include "tasks/Evaluate.h"
#include "tasks/Provenance.h"
#include "tasks/Report.h"

#include <filesystem>

namespace drdm {
namespace {

bool isNifti(const std::string& path) {
    return path.ends_with(".nii") || path.ends_with(".nii.gz");
}

bool isMeta(const std::string& path) {
    return path.ends_with(".mha");
}

/// What the field's own file says of its making, with a word on what was done with it here.
std::string provenanceOf(const std::string& fieldFile, Interpolation interpolation, bool hidden) {
    Json json = Json::object();
    json.set("program", "DRDM Studio")
        .set("version", DRDM_VERSION)
        .set("notice", researchNotice)
        .set("interpolation", name(interpolation));
    Provenance::Kind kind{};
    const std::string made = provenanceNote(fieldFile, kind);
    if (!made.empty()) {
        json.set("field", Json::parse(made));
    }
    if (hidden) {
        json = withoutIdentity(json);
    }
    return json.dump();
}

void writeImage(const Image& image, const std::string& out, const std::string& provenanceJson,
                const std::shared_ptr<Deidentification>& hiding) {
    if (hiding) {
        warnOfBurnedInText(image.source, *hiding);
    }
    if (isMeta(out)) {
        writeMetaImage(image, out, provenanceJson);
        return;
    }
    if (isNifti(out)) {
        writeNifti(image, out, provenanceJson);
        return;
    }
    if (!std::filesystem::path(out).extension().empty()) {
        throw Error(
            out +
            ": cannot write this kind of file; end the name with .nii, .nii.gz or .mha, or give a folder for DICOM");
    }
    writeDerivedSeries(
        image, out,
        {std::string("Warped by a stored displacement field (DRDM Studio " DRDM_VERSION "). ") + researchNotice,
         "DRDM warped",
         provenanceJson,
         9000,
         {},
         hiding});
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
    const std::string grid = arguments.text("grid", "image");
    if (grid != "image" && grid != "field") {
        throw UsageError("option --grid: \"" + grid + "\" is not accepted; give image or field");
    }
    const bool onFieldGrid = grid == "field";
    const DisplacementField field = readField(fieldFile);
    const auto options = takeDeidentification(arguments);
    const auto hiding = options ? std::make_shared<Deidentification>(*options) : nullptr;
    const std::string made = provenanceOf(fieldFile, interpolation, hiding != nullptr);
    if (arguments.has("labels")) {
        if (interpolation == Interpolation::Cubic) {
            throw UsageError("labels cannot be interpolated by a cubic; give linear or nearest");
        }
        if (!isNifti(out) && !isMeta(out)) {
            throw Error(out + ": labels are written as NIfTI or MetaImage; end the name with .nii, .nii.gz or .mha");
        }
        LabelTarget target;
        if (!isNifti(input) && !isMeta(input)) {  // DICOM holds structures, not the image's grid of voxels
            target.grid = field.geometry();
        }
        const ReadLabels labels = readLabels(input, target, arguments.all("structures"));
        for (const std::string& warning : labels.warnings) {
            console.say("warning: " + warning);
        }
        const LabelMap moved =
            onFieldGrid ? warpOnto(labels.map, field, interpolation) : applyField(labels.map, field, interpolation);
        isMeta(out) ? writeMetaLabels(moved, out, made) : writeNiftiLabels(moved, out, made);
    } else {
        const Image image = readImage({input}, arguments.text("series"), console.context());
        writeImage(onFieldGrid ? warpOnto(image, field, interpolation) : applyField(image, field, interpolation), out,
                   made, hiding);
    }
    console.say("wrote " + out);
    for (const std::string& warning : hiding ? hiding->warnings() : std::vector<std::string>()) {
        console.say("warning: " + warning);
    }
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
        "Where the field covers one slice of a larger series, that slice is warped, with all its phases. A field on "
        "another "
        "grid, as programs for registration write them, needs --grid field.",
        withOptions(
            {{"field", "FILE",
              "Displacement field: NIfTI (intent 1006, or 1007 as ANTs and ITK write it), MetaImage (elastix, "
              "plastimatch), or a DICOM Deformable Spatial Registration.",
              1, true},
             {"grid", "WORD", "Where the result lies: image (default; the field must lie on the same grid) or field."},
             {"out", "FILE", "Result: .nii, .nii.gz, .mha, or a folder for a derived DICOM series.", 1, true},
             {"interpolation", "NAME", "linear (default), nearest or cubic."},
             {"labels", "", "INPUT holds labels: NIfTI, MetaImage, DICOM Segmentation or RT Structure Set.",
              switchOnly},
             {"structures", "NAME...",
              "With --labels: which structures (names or numbers); where they overlap, a later one wins.", manyValues},
             {"series", "UID", "Which series of INPUT, where there are several."}},
            deidentifyOptions()),
        run};
}

}  // namespace drdm
