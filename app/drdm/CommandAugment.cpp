#include "Commands.h"
#include "tasks/Augment.h"

namespace drdm {
namespace {

void run(const Arguments& arguments, Console& console, bool pairs) {
    arguments.expectPositional(0, 0, "options only");
    AugmentPlan plan;
    plan.pairs = pairs;
    plan.data.data = arguments.all("data");
    plan.data.labels = arguments.text("labels");
    plan.data.unlabelled = arguments.has("unlabelled");
    plan.folder = arguments.text("out");
    arguments.into(plan.values);
    try {
        levelsFromText(plan.values.text("levels"));
        labelNamesFromText(plan.values.text("label-names"));
        setShard(plan, arguments.text("shard", "1/1"));
    } catch (const Error& error) {
        throw UsageError(std::string("option --") + error.what());
    }
    const AugmentResult made =
        augment(plan, console.context(), [&console](const std::string& text) { console.say(text); });
    const std::string what = pairs ? " pairs" : " copies";
    console.say(std::to_string(made.made) + what + " made in " + shortNumber(made.seconds, 1) + " s" +
                (made.made > 0 ? " (" + shortNumber(static_cast<double>(made.made) / made.seconds, 2) + " per second)"
                               : std::string()) +
                ", " + std::to_string(made.redrawn) + " drawn again, " + std::to_string(made.leftOut) + " left out");
    console.say(made.complete() ? "all " + std::to_string(made.all) + what + " are there; the list is " + made.manifest
                                : std::to_string(made.there) + " of " + std::to_string(made.all) + what +
                                      " are there; the run that makes the last one writes the list");
    Json json = Json::object();
    json.set("made", made.made)
        .set("there", made.there)
        .set("all", made.all)
        .set("redrawn", made.redrawn)
        .set("left_out", made.leftOut)
        .set("seconds", made.seconds)
        .set("manifest", made.manifest);
    console.result(json);
}

void runCopies(const Arguments& arguments, Console& console) {
    run(arguments, console, false);
}

void runPairs(const Arguments& arguments, Console& console) {
    run(arguments, console, true);
}

std::vector<Option> options() {
    return withParameters(
        {{"data", "PATH...",
          "Folders with one folder per subject, or with files side by side, or one CSV file with the columns subject, "
          "image and label.",
          manyValues, true},
         {"labels", "PATH", "Folder of the label maps, where they do not lie beside the images."},
         {"unlabelled", "", "Also take images without labels.", switchOnly},
         {"out", "DIR", "Folder for the data set; called again, the same command goes on there.", 1, true},
         {"shard", "I/N", "Make only the I-th of N parts, such as 2/8; the parts share one folder."}},
        augmentationParameters());
}

}  // namespace

Command augmentCommand() {
    return {"augment",
            "--data PATH... --out DIR [options]",
            "Make copies of a labelled data set.",
            "For every image, strength and copy: the image and its labels moved by one deformation. The layout csv "
            "(dataset.csv, dataset.json) is read by MONAI and TorchIO, nnunet by nnU-Net (name the folder "
            "DatasetNNN_NAME), bids by what reads BIDS. manifest.csv lists seed, strength, measurements and change of "
            "volume of every copy. A killed or cancelled run goes on where it was, with the same result. "
            "installer/cluster/augment.sbatch shares the work on a Slurm cluster.",
            options(),
            runCopies};
}

Command synthesizePairsCommand() {
    return {"synthesize-pairs",
            "--data PATH... --out DIR [options]",
            "Make pairs for training registration, with their true field.",
            "One deformation of an image gives the moving image; another, made on the moving image, the fixed one. "
            "moving(x + field(x)) = fixed(x); the fixed image is resampled once, from the original. pairs.csv lists "
            "the files, manifest.csv also the measurements. Goes on like \"drdm augment\" after a break.",
            options(),
            runPairs};
}

}  // namespace drdm
