#include "Commands.h"
#include "Formats.h"
#include "Labels.h"
#include "Like.h"
#include "errors/OutOfMemory.h"
#include "io/Series.h"
#include "parameters/NumberFromText.h"
#include "tasks/Evaluate.h"
#include "tasks/Export.h"
#include "tasks/Sample.h"
#include "tasks/StagedFolder.h"

#include <filesystem>
#include <map>

namespace drdm {
namespace {

/// Slice and phase by the series' own size; the middle slice where none is named.
void choosePlace(const ParameterValues& values, SampleRequest& request) {
    const std::int64_t slices = request.image.geometry().size[2];
    const std::string& text = values.text("slice");
    request.allSlices = text == "all";
    if (text.empty() || request.allSlices) {
        request.settings.slice = slices / 2;
    } else {
        const auto slice = numberFromText<std::int64_t>(text);
        if (!slice) {
            throw UsageError("option --slice: \"" + text + "\" is not accepted; give a number from 0 or \"all\"");
        }
        request.settings.slice = *slice;
        if (request.settings.slice < 0 || request.settings.slice >= slices) {
            throw Error("there is no slice " + text + ": the series has the slices 0 to " + std::to_string(slices - 1));
        }
    }
    request.settings.phase = values.integer("phase");
    if (request.settings.phase >= request.image.phases()) {
        throw Error("there is no phase " + std::to_string(request.settings.phase) +
                    ": the series has the phases 0 to " + std::to_string(request.image.phases() - 1));
    }
}

/// What was finished before the user cancelled or the memory ran out is kept, under a name that says that there should
/// be more.
void keepFinished(const std::map<int, Trajectory>& seen, ExportRequest request, Console& console) {
    for (const auto& [index, trajectory] : seen) {
        // Where every step is told, the last one told is of the variation that was cancelled.
        if (!request.wholeTrajectory || index != seen.rbegin()->first) {
            request.trajectories.push_back(trajectory);
        }
    }
    if (request.trajectories.empty()) {
        console.say("no variation was finished");
        return;
    }
    request.folder = (std::filesystem::path(request.folder) / "").parent_path().string() + ".partial";
    std::filesystem::remove_all(request.folder);
    exportSamples(request);
    console.say(std::to_string(request.trajectories.size()) + " finished variations are kept in " + request.folder);
}

void tell(const Json& report, Console& console) {
    for (const Json& sample : report.at("samples").items()) {
        if (const Json* notes = sample.find("notes")) {
            for (const Json& note : notes->items()) {
                console.say("seed " + std::to_string(sample.at("seed").integer()) + ": " + note.string());
            }
        }
        const auto number = [&sample](const char* key, int decimals) {
            return shortNumber(sample.at(key).number(), decimals);
        };
        console.say("seed " + std::to_string(sample.at("seed").integer()) + ": mean displacement " +
                    number("mean_displacement_mm", 2) + " mm (" + number("mean_displacement_percent", 1) +
                    " %), largest " + number("max_displacement_mm", 2) + " mm (" +
                    number("max_displacement_percent", 1) + " %), |J| " + number("jacobian_min", 3) + " to " +
                    number("jacobian_max", 3) + ", folded voxels " +
                    std::to_string(sample.at("folded_voxels_strict").integer()) + ", guard took " +
                    shortNumber(100 * sample.at("guard_removed_share").number(), 1) + " % of the motion, " +
                    number("time_s", 1) + " s");
    }
}

/// Says which model would fit the image better, where one does.
void adviseModel(const SampleRequest& request, Console& console) {
    const auto chosen = readModelInfo(resolveModel(request.settings.model));
    const auto better =
        chosen ? betterSuitedModel(*chosen, request.image.modality, request.image.geometry().size[2]) : std::string();
    if (!better.empty()) {
        console.say("warning: model '" + chosen->name + "' learned " + chosen->modality + ", and this is " +
                    request.image.modality + "; '--model " + better + "' learned " + request.image.modality);
    }
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(1, 1, "one folder or file to make variations of");
    ParameterValues values(samplingParameters());
    ExportRequest output;
    takeFormats(arguments, output);
    const Like like = Like::into(values, arguments, console);
    output.folder = arguments.text("out");
    output.wholeTrajectory = arguments.has("trajectory");
    output.commandLine = commandLine();

    requireWritable(output.folder);
    const JobContext context = console.context();
    SampleRequest request;
    request.image = readImage(arguments.positional(), arguments.text("series"), context);
    for (const std::string& warning : request.image.warnings) {
        console.say("warning: " + warning);
    }
    request.settings = sampleSettings(values);
    request.count = static_cast<int>(values.integer("count"));
    request.keepSteps = output.wholeTrajectory;
    choosePlace(values, request);
    if (arguments.has("labels")) {
        output.labels = labelsFrom(arguments.text("labels"), console, &request.image, arguments.all("structures"));
    }
    requireExportable(output, request.image);
    if (!values.text("initial-field").empty()) {
        request.initialField = readField(values.text("initial-field"));
    }
    if (!values.text("lock-mask").empty()) {
        request.lockMask = labelsFrom(values.text("lock-mask"), console, &request.image);
    }
    like.complete(request, arguments, console);
    adviseModel(request, console);
    std::map<int, Trajectory> seen;
    try {
        output.trajectories = sample(request, context, [&seen](int index, const Trajectory& trajectory) {
            seen.insert_or_assign(index, trajectory);
        });
    } catch (const Cancelled&) {
        keepFinished(seen, std::move(output), console);
        throw;
    } catch (const OutOfMemory&) {
        keepFinished(seen, std::move(output), console);
        throw;
    }
    const Json report = exportSamples(output, context);
    tell(report, console);
    tellDeidentification(report, console);
    console.say(std::string("written to ") + output.folder + ". " + researchNotice + ".");
    console.result(report);
}

std::vector<Option> sampleOptions() {
    std::vector<Option> options{
        {"out", "DIR", "Folder for the results.", 1, true},
        {"series", "UID", "Which series of INPUT, where there are several (see \"drdm info\")."},
        {"labels", "FILE",
         "Labels that are moved by the same field: NIfTI, MetaImage, DICOM Segmentation or RT Structure Set."},
        {"structures", "NAME...",
         "Which structures of --labels (names or numbers); where they overlap, a later one wins.", manyValues},
        {"trajectory", "", "Also write the field and the image of every step.", switchOnly}};
    for (Option& option : formatOptions()) {
        options.push_back(std::move(option));
    }
    for (Option& option : Like::options()) {
        options.push_back(std::move(option));
    }
    return options;
}

}  // namespace

Command sampleCommand() {
    return {
        "sample",
        "INPUT --out DIR [options]",
        "Generate plausible variations of one image.",
        "INPUT is a folder or file of DICOM, or a NIfTI file. Writes for every variation the image, the displacement "
        "field, its Jacobian determinant and, if given, the moved labels; report.json says how each was made and "
        "what was measured in the files. Every one of these files can give its settings back: --like FILE.",
        withParameters(sampleOptions(), samplingParameters()),
        run};
}

}  // namespace drdm
