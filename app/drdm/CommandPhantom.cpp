#include "Commands.h"
#include "io/Phantom.h"

namespace drdm {
namespace {

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(0, 0, "options only");
    ParameterValues values(phantomParameters());
    arguments.into(values);
    PhantomSettings settings;
    settings.subjects = static_cast<int>(values.integer("subjects"));
    settings.slices = static_cast<int>(values.integer("slices"));
    settings.size = static_cast<int>(values.integer("size"));
    settings.frames = static_cast<int>(values.integer("frames"));
    settings.labels = values.flag("labels");
    settings.seed = static_cast<unsigned long long>(values.integer("seed"));
    Json folders = Json::array();
    for (const std::string& folder : writePhantom(settings, arguments.text("out"), console.context())) {
        console.say("wrote " + folder);
        folders.push(folder);
    }
    Json json = Json::object();
    json.set("folders", std::move(folders));
    console.result(json);
}

}  // namespace

Command phantomCommand() {
    return {"phantom",
            "--out DIR [options]",
            "Write a synthetic beating-heart short-axis study as MR DICOM.",
            "Something to try everything out with: body outline, lungs, both ventricles, texture and noise; every "
            "subject differs in size, shape, orientation and contrast.",
            withParameters({{"out", "DIR", "Folder for the subjects' folders.", 1, true}}, phantomParameters()),
            run};
}

}  // namespace drdm
