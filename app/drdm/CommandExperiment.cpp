#include "Commands.h"
#include "parameters/NumberFromText.h"
#include "tasks/SegmentationExperiment.h"

#include <sstream>

namespace drdm {
namespace {

std::vector<std::string> words(const Arguments& arguments, const std::string& option,
                               std::vector<std::string> fallback) {
    if (!arguments.has(option)) {
        return fallback;
    }
    std::vector<std::string> result;
    std::istringstream list(arguments.text(option));
    for (std::string word; std::getline(list, word, ',');) {
        result.push_back(word);
    }
    return result;
}

template <typename Number>
Number numberOf(const std::string& option, const std::string& text, Number least, Number most) {
    const auto value = numberFromText<Number>(text);
    if (!value || !(*value >= least && *value <= most)) {
        std::ostringstream range;
        range << least << " to " << most;
        throw UsageError("option --" + option + ": \"" + text + "\" is not accepted; give a number from " +
                         range.str());
    }
    return *value;
}

std::vector<int> numbers(const Arguments& arguments, const std::string& option, const std::vector<int>& fallback) {
    if (!arguments.has(option)) {
        return fallback;
    }
    std::vector<int> result;
    for (const std::string& word : words(arguments, option, {})) {
        result.push_back(numberOf<int>(option, word, 1, 1'000'000));
    }
    return result;
}

template <typename Number>
void set(const Arguments& arguments, const std::string& option, Number& value, Number least, Number most) {
    if (arguments.has(option)) {
        value = numberOf<Number>(option, arguments.text(option), least, most);
    }
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(1, 1, "the kind of experiment: segmentation");
    if (arguments.positional().front() != "segmentation") {
        throw UsageError("there is no experiment \"" + arguments.positional().front() + "\"; give segmentation");
    }
    SegmentationExperiment experiment;
    experiment.data.data = arguments.all("data");
    experiment.data.labels = arguments.text("labels");
    experiment.split = arguments.text("split");
    experiment.folder = arguments.text("out");
    arguments.into(experiment.copies);
    experiment.device = experiment.copies.text("device");
    experiment.methods = words(arguments, "methods", experiment.methods);
    experiment.subjects = numbers(arguments, "subjects", experiment.subjects);
    experiment.seeds = numbers(arguments, "seeds", experiment.seeds);
    experiment.reference = arguments.text("reference", experiment.reference);
    set<long long>(arguments, "steps", experiment.steps, 1, 100'000'000);
    set(arguments, "batch", experiment.batch, 1, 1024);
    set(arguments, "learning-rate", experiment.rate, 1e-8, 1.0);
    set(arguments, "mixing", experiment.mixing, 0.0, 1.0);
    set(arguments, "width", experiment.width, 1, 256);
    set(arguments, "depth", experiment.levels, 1, 8);
    set<std::int64_t>(arguments, "side", experiment.side, 16, 1024);
    try {
        levelsFromText(experiment.copies.text("levels"));
        for (const std::string& method : experiment.methods) {
            methodFromName(method);
        }
        methodFromName(experiment.reference);
    } catch (const Error& error) {
        throw UsageError(error.what());
    }
    const SegmentationTable table = runSegmentationExperiment(
        experiment, console.context(), [&console](const std::string& text) { console.say(text); });
    console.say(table.markdown);
    console.say(std::to_string(table.made) + " runs made in " + shortNumber(table.seconds, 0) + " s, " +
                std::to_string(table.there) + " of " + std::to_string(table.runs) + " are in " + experiment.folder);
    console.result(table.json);
}

std::vector<Option> options() {
    std::vector<Option> own{
        {"data", "PATH...", "The labelled data set, as for \"drdm augment\".", manyValues, true},
        {"labels", "PATH", "Folder of the label maps, where they do not lie beside the images."},
        {"split", "FILE",
         "JSON file that says which subjects train and which are tested: {\"folds\": [{\"name\": \"a\", \"train\": "
         "[...], "
         "\"test\": [...]}]}.",
         1, true},
        {"out", "DIR", "Folder for copies, runs and tables; called again, the same command goes on there.", 1, true},
        {"methods", "LIST", "Methods with commas between (default none,elastic,bigaug,drdm,drdm-intensity)."},
        {"subjects", "LIST", "Numbers of training subjects: the first so many of a fold (default 1,3,5)."},
        {"seeds", "LIST", "Seeds of the networks (default 1,2,3)."},
        {"reference", "NAME", "The method that the others are tested against (default none)."},
        {"steps", "N", "Optimiser steps of every run (default 1000)."},
        {"batch", "N", "Slices in each step (default 8)."},
        {"learning-rate", "N", "Of Adam at the start; it falls to 0 along a cosine (default 0.001)."},
        {"mixing", "N", "Share of each batch that is copies (default 0.5)."},
        {"width", "N", "Channels of the network at full resolution (default 16)."},
        {"depth", "N", "Resolutions of the network (default 4)."},
        {"side", "N", "Side of the square slices (default 128)."}};
    for (Option& option : optionsOf(augmentationParameters())) {
        const std::string& name = option.name;
        if (name != "method" && name != "layout" && name != "originals" && name != "label-names" && name != "fields") {
            own.push_back(std::move(option));
        }
    }
    return own;
}

}  // namespace

Command experimentCommand() {
    return {
        "experiment",
        "segmentation --data PATH... --split FILE --out DIR [options]",
        "Find out what copies do for a segmentation network.",
        "Trains a plain U-Net under each method, number of subjects and seed, all with the same number of optimiser "
        "steps, measures each on the test subjects of its fold, and writes table.md, table.csv and table.json: Dice, "
        "sensitivity, precision, ASD and HD95 per label, with the spread over seeds and a paired test over subjects. "
        "Interrupted, the same command goes on.",
        options(),
        run};
}

}  // namespace drdm
