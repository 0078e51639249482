#include "Commands.h"
#include "tasks/Train.h"
#include "tasks/TrainingData.h"

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
    withContext("while reading " + path, [&] {
        const Json json = Json::parse(text.str());
        for (const auto& [name, value] : json.members()) {
            if (!values.set().contains(name)) {
                throw Error("\"" + name + "\" is not a training parameter; see \"drdm help train\"");
            }
            if (value.isString()) {
                values.set(name, value.string());
            } else if (value.isInteger()) {
                values.set(name, value.integer());
            } else if (value.isNumber()) {
                values.set(name, value.number());
            } else {
                values.set(name, value.boolean());
            }
        }
    });
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(0, 0, "options only");
    TrainingRequest request;
    if (arguments.has("config")) {
        readConfig(arguments.text("config"), request.values);
    }
    arguments.into(request.values);
    request.folder = arguments.text("out");
    request.resume = arguments.has("resume");
    request.device = arguments.text("device", "auto");
    const JobContext context = console.context();
    const auto read = [&](const std::string& option) {
        TrainingData data = readTrainingData(arguments.all(option), static_cast<int>(request.values.integer("dims")),
                                             context, arguments.text("cache", ""));
        for (const std::string& note : data.notes) {
            console.say(note);
        }
        return data;
    };
    TrainingData data = read("data");
    console.say("training on " + data.description);
    if (arguments.has("validation")) {
        TrainingData validation = read("validation");
        console.say("validation on " + validation.description);
        request.validation = std::move(validation.images);
    }
    request.images = std::move(data.images);
    request.dataDescription = data.description;
    const long long logEvery = request.values.integer("log-every");
    const auto onStep = [&](const TrainingStep& step) {
        if (step.step % logEvery == 0) {
            console.say("step " + std::to_string(step.step) + "  loss " + shortNumber(step.loss, 4) + "  distance " +
                        shortNumber(step.distance, 4) + "  cosine " + shortNumber(step.angle, 4) + "  smoothness " +
                        shortNumber(step.smoothness, 5) + "  " + shortNumber(step.seconds, 0) + " s");
        }
    };
    const auto onValidation = [&](const TrainingValidation& found, const std::string& picture) {
        console.say("validation at step " + std::to_string(found.step) + "  mean cosine " +
                    shortNumber(meanCosine(found.fit), 4) + (found.best ? "  (best so far)" : "") + "  " + picture +
                    (found.last ? "  nothing better for long enough: the end" : ""));
    };
    const std::string model = train(request, context, onStep, onValidation);
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
        "same result as without the break.\n\nSeveral processes train one model together when each is told its place "
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
