#include "Commands.h"
#include "Formats.h"
#include "Labels.h"
#include "parameters/NumberFromText.h"
#include "tasks/ProjectSources.h"
#include "tasks/StagedFolder.h"

#include <algorithm>
#include <set>

namespace drdm {
namespace {

std::string stateName(FoundSource::State state) {
    return state == FoundSource::State::There ? "there" : state == FoundSource::State::Changed ? "changed" : "missing";
}

std::string textAt(const Json& object, const char* key) {
    const Json& value = object.at(key);
    return value.isString() ? value.string() : value.dump();
}

Json variationJson(const StoredProject& project, const StoredProject::Variation& variation) {
    const Json& entry = variation.document;
    const Json made = storedProvenance(project, variation);
    Json json = Json::object();
    for (const char* key : {"number", "starred", "note", "series"}) {
        json.set(key, entry.at(key));
    }
    for (const char* key : {"seed", "level", "slice", "phase"}) {
        json.set(key, made.at("settings").at(key));
    }
    json.set("steps", entry.at("steps").items().size()).set("model", made.at("model").at("name")).set("made", made);
    return json;
}

void tell(const Json& variation, Console& console) {
    const std::string slice = textAt(variation, "slice");
    console.say("  " + textAt(variation, "number") + (variation.at("starred").boolean() ? " *" : "  ") + "  seed " +
                textAt(variation, "seed") + "  level " + textAt(variation, "level") + "  " +
                (slice == "-1" ? "all slices" : "slice " + slice) + "  model " + textAt(variation, "model") + "  " +
                textAt(variation, "steps") + " steps" +
                (textAt(variation, "note").empty() ? "" : "  " + textAt(variation, "note")));
}

Json sourceJson(const ProjectSource& source, const std::string& place) {
    Json json = Json::object();
    json.set("uid", source.uid)
        .set("format", source.format)
        .set("description", source.description)
        .set("recorded_path", source.path)
        .set("path", place)
        .set("voxels_sha256", source.sha256);
    return json;
}

/// Lists what a project holds; with --check, whether its images are there and the same.
void list(const std::string& path, const Arguments& arguments, Console& console) {
    const StoredProject project = readProjectOutline(path);
    const bool check = arguments.has("check");
    Json sources = Json::array();
    Json variations = Json::array();
    std::string wrong;
    console.say(std::to_string(project.sources.size()) + " sources");
    for (const ProjectSource& source : project.sources) {
        Json entry = sourceJson(source, findSource(source, path));
        std::string line = "  " + source.description + "  " + source.path;
        if (check) {
            const FoundSource found = readSource(source, path, arguments.all("sources"), console.context());
            entry.set("state", stateName(found.state)).set("path", found.place);
            line += "  " + stateName(found.state) + (found.why.empty() ? "" : ": " + found.why);
            if (found.state != FoundSource::State::There) {
                wrong += (wrong.empty() ? "" : ", ") + source.path + " (" + stateName(found.state) + ")";
            }
        } else if (entry.at("path").string().empty()) {
            line += "  (nothing is there any more)";
        }
        console.say(line);
        sources.push(std::move(entry));
    }
    console.say(std::to_string(project.variations.size()) + " variations (* = starred)");
    for (const StoredProject::Variation& variation : project.variations) {
        variations.push(variationJson(project, variation));
        tell(variations.items().back(), console);
    }
    Json json = Json::object();
    json.set("project", path).set("sources", std::move(sources)).set("variations", std::move(variations));
    console.result(json);
    if (!wrong.empty()) {
        throw Error("not every image of " + path + " is as it was: " + wrong +
                    "; put it back, or say where it is by --sources PATH");
    }
}

std::set<int> wantedNumbers(const Arguments& arguments, const StoredProject& project) {
    std::set<int> known;
    for (const StoredProject::Variation& variation : project.variations) {
        known.insert(static_cast<int>(variation.document.at("number").integer()));
    }
    std::set<int> wanted;
    for (const std::string& text : arguments.all("variations")) {
        const auto number = numberFromText<int>(text);
        if (!number) {
            throw UsageError("option --variations: \"" + text +
                             "\" is not accepted; give numbers, see \"drdm project\"");
        }
        if (!known.contains(*number)) {
            throw Error("the project has no variation " + text + "; see \"drdm project FILE\"");
        }
        wanted.insert(*number);
    }
    return wanted;
}

void exportTo(const std::string& path, const Arguments& arguments, Console& console) {
    if (!arguments.has("out")) {
        throw UsageError("option --out DIR is missing");
    }
    ExportRequest output;
    takeFormats(arguments, output);
    output.folder = arguments.text("out");
    output.wholeTrajectory = arguments.has("trajectory");
    output.commandLine = commandLine();
    requireWritable(output.folder);
    const JobContext context = console.context();
    const StoredProject project = readProject(path, context);
    const std::set<int> numbers = wantedNumbers(arguments, project);
    const auto wanted = [&](const StoredProject::Variation& variation) {
        const Json& entry = variation.document;
        return (!arguments.has("starred") || entry.at("starred").boolean()) &&
               (numbers.empty() || numbers.contains(static_cast<int>(entry.at("number").integer())));
    };
    if (std::ranges::none_of(project.variations, wanted)) {
        throw Error("there is no variation to export in " + path +
                    (arguments.has("starred") ? "; none of those that are meant is starred" : ""));
    }
    for (const ProjectSource& source : project.sources) {
        const auto ofSource = [&](const StoredProject::Variation& variation) {
            return wanted(variation) && variation.document.at("series").string() == source.uid;
        };
        if (std::ranges::none_of(project.variations, ofSource)) {
            continue;
        }
        const FoundSource found = readSource(source, path, arguments.all("sources"), context);
        if (found.state == FoundSource::State::Missing) {
            throw Error("the image \"" + source.description + "\" is missing: " + found.why +
                        "; put it back, or say where it is by --sources PATH");
        }
        if (found.state == FoundSource::State::Changed) {
            throw Error("the image in " + found.place +
                        " is not the one that the variations were made of; put that one back, or say where it is by "
                        "--sources PATH");
        }
        if (arguments.has("labels") && !output.labels) {
            output.labels = labelsFrom(arguments.text("labels"), console, &found.image);
        }
        for (const StoredProject::Variation& variation : project.variations) {
            if (ofSource(variation)) {
                context.throwIfCancelled();
                output.trajectories.push_back(restore(variation, found.image).trajectory);
            }
        }
    }
    const Json reports = exportSets(output, context);
    for (const Json& report : reports.items()) {
        tellDeidentification(report, console);
    }
    console.say(std::to_string(output.trajectories.size()) + " variations written to " + output.folder + ". " +
                researchNotice + ".");
    Json json = Json::object();
    json.set("project", path)
        .set("out", output.folder)
        .set("variations", output.trajectories.size())
        .set("reports", reports);
    console.result(json);
}

void run(const Arguments& arguments, Console& console) {
    const auto& words = arguments.positional();
    if (!words.empty() && words.front() == "export") {
        arguments.expectPositional(2, 2, "export FILE.drdm --out DIR");
        if (arguments.has("check")) {
            throw UsageError("option --check goes with \"drdm project FILE.drdm\", not with export");
        }
        exportTo(words[1], arguments, console);
        return;
    }
    arguments.expectPositional(1, 1, "FILE.drdm, or export FILE.drdm --out DIR");
    for (const char* option : {"out", "starred", "variations", "format", "labels", "trajectory", "deidentify"}) {
        if (arguments.has(option)) {
            throw UsageError(std::string("option --") + option + " goes with \"drdm project export FILE.drdm\"");
        }
    }
    list(words.front(), arguments, console);
}

}  // namespace

Command projectCommand() {
    return {
        "project",
        "FILE.drdm [--check] | export FILE.drdm --out DIR [options]",
        "List the images and variations of a project, check that its images are there, export.",
        "Projects are written by the window (File, Save project). \"export\" writes what \"drdm sample\" writes; "
        "variations of the same seed go into sets of their own (set-1, set-2, ...).",
        withOptions(
            {{"check", "", "Read the images and compare them with those that the variations were made of.", switchOnly},
             {"sources", "PATH...", "Where to look for images that have moved.", manyValues},
             {"out", "DIR", "For export: folder for the results."},
             {"starred", "", "For export: only the starred variations.", switchOnly},
             {"variations", "N...", "For export: only these, by their number in the list.", manyValues},
             {"labels", "FILE",
              "For export: labels that are moved by the same fields: NIfTI, MetaImage, DICOM Segmentation or structure "
              "set."},
             {"trajectory", "", "For export: also write the field and the image of every step.", switchOnly}},
            formatOptions()),
        run};
}

}  // namespace drdm
