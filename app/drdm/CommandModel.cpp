#include "Commands.h"
#include "diffusion/Recovery.h"
#include "tasks/Sample.h"
#include "tasks/Train.h"
#include "tasks/TrainingData.h"

#include <optional>
#include <sstream>

namespace drdm {
namespace {

Json described(const ModelInfo& info) {
    Json scale = Json::array();
    for (const double value : info.labelScale) {
        scale.push(value);
    }
    Json record = info.trainingRecord;
    try {
        record = Json::parse(info.trainingRecord);
    } catch (const Error&) {
        // Files of other programs may hold anything here; it is then shown as text.
    }
    Json json = Json::object();
    json.set("name", info.name)
        .set("file", info.file)
        .set("sha256", info.sha256)
        .set("dims", info.dims)
        .set("grid", info.gridSide)
        .set("process", name(info.process))
        .set("normalisation", info.normalisation == Normalisation::Percentile ? "percentile"
                              : info.normalisation == Normalisation::CtWindow ? "ct-window"
                                                                              : "min-max")
        .set("fit", info.fit == Fit::KeepAspect ? "keep-aspect" : "squash")
        .set("steps", info.steps)
        .set("recursion", info.recursion)
        .set("modality", info.modality)
        .set("parameters", info.parameterCount)
        .set("schedule", isStandard(info.schedule) ? Json("standard") : toJson(info.schedule))
        .set("label_scale", std::move(scale))
        .set("training", std::move(record));
    return json;
}

void listModels(Console& console) {
    Json models = Json::array();
    for (const InstalledModel& model : installedModels()) {
        console.say(model.name + "  " + model.file);
        Json entry = Json::object();
        entry.set("name", model.name).set("file", model.file);
        models.push(std::move(entry));
    }
    if (models.items().empty()) {
        console.say(
            "no models are installed; train one with \"drdm train\" or convert one with \"drdm model convert\"");
    }
    Json json = Json::object();
    json.set("models", std::move(models));
    console.result(json);
}

void showModel(const std::string& model, Console& console) {
    const Json json = described(DeformationModel::load(resolveModel(model), "cpu").info());
    for (const auto& [key, value] : json.members()) {
        if (key != "label_scale") {
            console.say(key + std::string(16 - key.size(), ' ') + (value.isString() ? value.string() : value.dump()));
        }
    }
    console.result(json);
}

std::vector<int> levels(const std::string& text) {
    std::vector<int> result;
    std::istringstream list(text);
    ParameterValues check(samplingParameters());
    for (std::string word; std::getline(list, word, ',');) {
        try {
            check.setFromText("level", word);
        } catch (const Error& error) {
            throw UsageError(std::string("option --levels: ") + error.what());
        }
        result.push_back(static_cast<int>(check.integer("level")));
    }
    return result;
}

void evaluate(const std::string& model, const Arguments& arguments, Console& console) {
    if (!arguments.has("data")) {
        throw UsageError("option --data PATH... is missing");
    }
    const JobContext context = console.context();
    const std::string file = resolveModel(model);
    const ModelInfo info = DeformationModel::load(file, "cpu").info();
    ParameterValues values(samplingParameters());
    if (arguments.has("seed")) {
        values.setFromText("seed", arguments.text("seed"));
    }
    std::optional<Process> process;
    if (arguments.has("process")) {
        process = processFromName(arguments.text("process"));
    }
    const TrainingData data = readTrainingData(arguments.all("data"), info.dims, context);
    Json curve = Json::array();
    for (const LevelFit& level :
         evaluateModel(file, data.images, levels(arguments.text("levels", "2,5,10,20,30,48,64,79")),
                       static_cast<unsigned long long>(values.integer("seed")), arguments.text("device", "auto"),
                       context, process)) {
        console.say("t = " + std::to_string(level.t) + "  cosine " + shortNumber(level.cosine, 4) + "  detail " +
                    shortNumber(level.detail, 3));
        Json entry = Json::object();
        entry.set("t", level.t).set("cosine", level.cosine).set("detail", level.detail);
        curve.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("model", info.name)
        .set("sha256", info.sha256)
        .set("process", name(process.value_or(info.process)))
        .set("images", data.images.size())
        .set("cosine", std::move(curve));
    console.result(json);
}

void run(const Arguments& arguments, Console& console) {
    const auto& words = arguments.positional();
    const std::string verb = words.empty() ? std::string() : words[0];
    if (verb == "list") {
        arguments.expectPositional(1, 1, "list");
        listModels(console);
    } else if (verb == "info") {
        arguments.expectPositional(1, 2, "info [MODEL]");
        showModel(words.size() > 1 ? words[1] : std::string(), console);
    } else if (verb == "convert") {
        arguments.expectPositional(3, 3, "convert FROM TO");
        if (!words[2].ends_with(".safetensors")) {
            throw UsageError("the converted model's name must end with .safetensors, not " + words[2]);
        }
        convertModel(words[1], words[2], weightPrecisionFromName(arguments.text("weights", "single")));
        console.say("wrote " + words[2]);
        Json json = Json::object();
        json.set("model", words[2]);
        console.result(json);
    } else if (verb == "evaluate") {
        arguments.expectPositional(1, 2, "evaluate [MODEL] --data PATH...");
        evaluate(words.size() > 1 ? words[1] : std::string(), arguments, console);
    } else {
        throw UsageError("drdm model: say list, info, convert or evaluate");
    }
}

}  // namespace

Command modelCommand() {
    return {"model",
            "list | info [MODEL] | convert FROM TO [--weights KIND] | evaluate [MODEL] --data PATH...",
            "List, describe, convert and test models.",
            "MODEL is a name from the list or a file; the default model if not given. \"convert\" also reads the .pth "
            "files of the method's authors. \"evaluate\" measures how well the model points back along a random "
            "deformation at each level: -1 is perfect, 0 is nothing.",
            {{"weights", "KIND",
              "For convert: single (default), half (half the space, rounded to 11 bits) or byte (a quarter of it, "
              "rounded to a 254th of the largest of a channel)."},
             {"data", "PATH...", "For evaluate: images or packs.", manyValues},
             {"levels", "LIST", "For evaluate: levels with commas between (default 2,5,10,20,30,48,64,79)."},
             {"seed", "N", "For evaluate: seed of the random deformations (default 1)."},
             {"process", "NAME",
              "For evaluate: released or diffeomorphic deformations instead of the model's own kind, to "
              "compare models on the same ones."},
             {"device", "TEXT", "For evaluate: auto, cpu or cuda:N."}},
            run};
}

}  // namespace drdm
