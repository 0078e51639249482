#include "Commands.h"
#include "Like.h"
#include "parameters/NumberFromText.h"
#include "tasks/Evaluate.h"
#include "tasks/PackedField.h"
#include "tasks/Report.h"
#include "tasks/Sample.h"
#include "tasks/Train.h"

#include <filesystem>

namespace drdm {
namespace {

const TrainingImage& chosen(const std::vector<TrainingImage>& images, const std::string& text) {
    const auto index = numberFromText<std::size_t>(text);
    if (!index) {
        throw UsageError("option --image: \"" + text + "\" is not accepted; give a number from 0");
    }
    if (*index >= images.size()) {
        throw Error("there is no image " + text + ": the pack has " + std::to_string(images.size()) +
                    ", counted from 0");
    }
    return images[*index];
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(1, 1, "one packed set (.safetensors)");
    ParameterValues values(samplingParameters());
    const Like like = Like::into(values, arguments, console);
    if (!values.text("lock-mask").empty()) {
        throw UsageError("option --lock-mask: this build of drdm does not read masks; use the full build");
    }
    const std::filesystem::path folder = arguments.text("out");
    SampleRequest request;
    request.image = toImage(chosen(readPack(arguments.positional().front()), arguments.text("image", "0")));
    request.settings = sampleSettings(values);
    request.count = static_cast<int>(values.integer("count"));
    request.keepSteps = false;
    if (!values.text("initial-field").empty()) {
        request.initialField = readField(values.text("initial-field"));
    }
    like.complete(request, arguments, console);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        throw Error("cannot create " + folder.string() + ": " + error.message() + "; choose another folder with --out");
    }
    Json::Array samples;
    std::vector<DisplacementField> fields;
    for (const Trajectory& trajectory : sample(request, console.context())) {
        const std::string name = sampleName(trajectory) + ".safetensors";
        const std::string path = (folder / name).string();
        const std::size_t last = trajectory.stepCount() - 1;
        const Json made = provenance(trajectory);
        writePackedField(trajectory.field(last), trajectory.warpedImage(last), made, path);
        fields.push_back(readField(path));
        Json entry = sampleReport(trajectory, statistics(fields.back()));
        Json files = Json::object();
        files.set("field", name).set("image", name);
        entry.set("files", std::move(files)).set("provenance", made);
        samples.push_back(std::move(entry));
        console.say("wrote " + path);
    }
    const Json json = report(commandLine(), std::move(samples), fields);
    writeTextFile((folder / "report.json").string(), json.dump(2) + "\n");
    console.result(json);
}

std::vector<Option> sampleOptions() {
    std::vector<Option> options{{"out", "DIR", "Folder for the results.", 1, true},
                                {"image", "N", "Which image of the pack, counted from 0 (default 0)."}};
    for (Option& option : Like::options()) {
        options.push_back(std::move(option));
    }
    return options;
}

}  // namespace

Command sampleCommand() {
    return {"sample",
            "PACK --out DIR [options]",
            "Generate plausible variations of one image of a packed set.",
            "Writes one .safetensors file per variation with the displacement field and the warped image, and "
            "report.json. Images of other kinds need the full build.",
            withParameters(sampleOptions(), samplingParameters()),
            run};
}

}  // namespace drdm
