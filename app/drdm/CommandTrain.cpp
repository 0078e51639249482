#include "Commands.h"
#include "tasks/TrainingPlan.h"

#include <fstream>
#include <sstream>

namespace drdm {
namespace {

/// A JSON object of parameter values, as trainingParameters() names them.
void readConfig(const std::string& path, ParameterValues& values) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Error("cannot read " + path + "; check the path given with --config");
    }
    std::ostringstream text;
    text << file.rdbuf();
    withContext("while reading " + path, [&] { setParameters(values, Json::parse(text.str())); });
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(0, 0, "options only");
    TrainingPlan plan;
    if (arguments.has("config")) {
        readConfig(arguments.text("config"), plan.values);
    }
    arguments.into(plan.values);
    plan.paths = arguments.all("data");
    if (arguments.has("validation")) {
        plan.validationPaths = arguments.all("validation");
    }
    plan.folder = arguments.text("out");
    plan.resume = arguments.has("resume");
    plan.device = arguments.text("device", "auto");
    plan.cache = arguments.text("cache", "");
    const long long logEvery = plan.values.integer("log-every");
    TrainingEvents events;
    events.note = [&console](const std::string& text) { console.say(text); };
    events.step = [&](const TrainingStep& step) {
        if (step.step % logEvery == 0) {
            console.say("step " + std::to_string(step.step) + "  loss " + shortNumber(step.loss, 4) + "  distance " +
                        shortNumber(step.distance, 4) + "  cosine " + shortNumber(step.angle, 4) + "  smoothness " +
                        shortNumber(step.smoothness, 5) + "  " + shortNumber(step.seconds, 0) + " s");
        }
    };
    events.validation = [&console](const TrainingValidation& found, const std::string& picture) {
        console.say("validation at step " + std::to_string(found.step) + "  mean cosine " +
                    shortNumber(meanCosine(found.fit), 4) + (found.best ? "  (best so far)" : "") + "  " + picture +
                    (found.last ? "  nothing better for long enough: the end" : ""));
    };
    const std::string model = train(plan, console.context(), events);
    console.say("the model is " + model);
    Json json = Json::object();
    json.set("model", model);
    console.result(json);
}

}  // namespace

Command trainCommand() {
    const Parameter& device = samplingParameters().at("device");
    return {
        "train",
        "--data PATH... --out DIR [options]",
        "Train a deformation model on your own images.",
        "Cancelled training (Ctrl-C) leaves a checkpoint; the same command with --resume goes on from there, to the "
        "same result as without the break. The folder can also be opened in the training page of DRDM "
        "Studio.\n\nSeveral processes train one model together when each is told its place "
        "by "
        "RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT (torchrun, Slurm and mpirun do: see installer/cluster). The "
        "batch "
        "is per process.",
        withParameters(
            {{"data", "PATH...", "Folders or files of DICOM or NIfTI images, or packed sets (.safetensors).",
              manyValues, true},
             {"validation", "PATH...", "Images to measure on while training, as --data; never trained on.", manyValues},
             {"cache", "DIR", "Keep what was read from DICOM and NIfTI there, for the next time."},
             {"out", "DIR", "Folder for checkpoints, loss log and model.", 1, true},
             {"config", "FILE", "JSON file of the options below; what stands on the command line wins."},
             {"resume", "", "Go on from the last checkpoint in the folder.", switchOnly},
             {"device", "TEXT", device.help, 1, false, &device}},
            trainingParameters()),
        run};
}

}  // namespace drdm
