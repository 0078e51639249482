#include "Commands.h"
#include "tasks/TrainingData.h"

namespace drdm {
namespace {

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(0, 0, "options only");
    const std::string out = arguments.text("out");
    if (!out.ends_with(".safetensors")) {
        throw UsageError("option --out: the pack's name must end with .safetensors, not " + out);
    }
    ParameterValues values(trainingParameters());
    arguments.into(values);
    const TrainingData data =
        readTrainingData(arguments.all("data"), static_cast<int>(values.integer("dims")), console.context());
    for (const std::string& note : data.notes) {
        console.say(note);
    }
    writePack(data.images, out);
    console.say("wrote " + data.description + " to " + out);
    Json json = Json::object();
    json.set("pack", out).set("images", data.images.size());
    console.result(json);
}

}  // namespace

Command packCommand() {
    const Parameter& dims = trainingParameters().at("dims");
    return {"pack",
            "--data PATH... --out FILE.safetensors",
            "Put a training set into one file.",
            "For machines without DICOM libraries: \"drdm train --data FILE.safetensors\" reads it there.",
            {{"data", "PATH...", "Folders or files of DICOM or NIfTI images, or other packs.", manyValues, true},
             {"out", "FILE", "The pack; its name ends with .safetensors.", 1, true},
             {"dims", "N", dims.help, 1, false, &dims}},
            run};
}

}  // namespace drdm
