#include "Commands.h"
#include "parameters/NumberFromText.h"
#include "tasks/Experiment.h"

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
    arguments.expectPositional(1, 1, "the kind of experiment: segmentation or registration");
    ExperimentPlan plan;
    try {
        plan = ExperimentPlan::ofKind(arguments.positional().front());
    } catch (const Error& error) {
        throw UsageError(error.what());
    }
    const auto belongsTo = [&](const char* kind, const std::vector<std::string>& names) {
        for (const std::string& name : names) {
            if (plan.kind != kind && arguments.has(name)) {
                throw UsageError("option --" + name + " is one of \"experiment " + kind + "\"; leave it out");
            }
        }
    };
    belongsTo("segmentation", {"mixing"});
    belongsTo("registration", {"pairs", "tuning", "smoothness"});
    plan.data.data = arguments.all("data");
    plan.data.labels = arguments.text("labels");
    plan.split = arguments.text("split");
    plan.folder = arguments.text("out");
    arguments.into(plan.copies);
    plan.device = plan.copies.text("device");
    plan.methods = words(arguments, "methods", plan.methods);
    plan.subjects = numbers(arguments, "subjects", plan.subjects);
    plan.seeds = numbers(arguments, "seeds", plan.seeds);
    plan.reference = arguments.text("reference", plan.reference);
    plan.pairs = arguments.text("pairs");
    set<long long>(arguments, "steps", plan.steps, 1, 100'000'000);
    set(arguments, "batch", plan.batch, 1, 1024);
    set(arguments, "learning-rate", plan.rate, 1e-8, 1.0);
    set(arguments, "mixing", plan.mixing, 0.0, 1.0);
    set(arguments, "tuning", plan.tuning, 0.0, 1.0);
    set(arguments, "smoothness", plan.smoothness, 0.0, 1e6);
    set(arguments, "width", plan.width, 1, 256);
    set(arguments, "depth", plan.levels, 1, 8);
    set<std::int64_t>(arguments, "side", plan.side, 16, 1024);
    try {
        levelsFromText(plan.copies.text("levels"));
        requireSensible(plan);
    } catch (const Error& error) {
        throw UsageError(error.what());
    }
    const ExperimentTable table =
        runExperiment(plan, console.context(), [&console](const std::string& text) { console.say(text); });
    console.say(table.markdown);
    console.say(std::to_string(table.made) + " runs made in " + shortNumber(table.seconds, 0) + " s, " +
                std::to_string(table.there) + " of " + std::to_string(table.runs) + " are in " + plan.folder);
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
        {"methods", "LIST",
         "Methods with commas between (default for segmentation none,elastic,bigaug,drdm,drdm-intensity; for "
         "registration unregistered,mrbs,drdm,drdm-tuned,elastix; mrbs-tuned is there, too)."},
        {"subjects", "LIST",
         "Numbers of training subjects: the first so many of a fold (default 1,3,5; for registration 5)."},
        {"seeds", "LIST", "Seeds of the networks (default 1,2,3)."},
        {"reference", "NAME", "The method that the others are tested against (default none; for registration mrbs)."},
        {"steps", "N", "Optimiser steps of every run (default 1000)."},
        {"batch", "N", "Slices in each step (default 8)."},
        {"learning-rate", "N", "Of Adam at the start; it falls to 0 along a cosine (default 0.001)."},
        {"mixing", "N", "Segmentation: share of each batch that is copies (default 0.5)."},
        {"pairs", "FILE",
         "Registration: CSV (moving,fixed) of the images that belong together, by their names in the data set; "
         "without, "
         "NAME_ED and NAME_ES do."},
        {"tuning", "N",
         "Registration: share of the steps of a tuned method that are on real pairs, the last ones (default 0.25)."},
        {"smoothness", "N", "Registration: weight of the field's roughness in those steps (default 1)."},
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
        "segmentation|registration --data PATH... --split FILE --out DIR [options]",
        "Find out what synthetic images do for a network that segments or registers.",
        "Trains a plain U-Net under each method, number of subjects and seed, all with the same number of optimiser "
        "steps, measures each on the test subjects of its fold, and writes table.md, table.csv and table.json, with "
        "the "
        "spread over seeds and a paired test over subjects. segmentation: what copies do for drawing labels (Dice, "
        "sensitivity, precision, ASD, HD95). registration: what synthetic pairs do for finding the field between two "
        "images of a subject, slice by slice (the same of the moved labels, folds, endpoint error), beside no "
        "registration and elastix, if that is installed. The window's Experiments page shows the same folder with its "
        "plots. Interrupted, the same command goes on.",
        options(),
        run};
}

}  // namespace drdm
