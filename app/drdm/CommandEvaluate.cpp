#include "Commands.h"
#include "Labels.h"
#include "tasks/Evaluate.h"

namespace drdm {
namespace {

Json evaluated(const std::string& path, const Arguments& arguments, Console& console) {
    const DisplacementField field = readField(path);
    const FieldStatistics found = statistics(field);
    const Geometry& grid = field.geometry();
    Json size = Json::array();
    Json spacing = Json::array();
    for (std::size_t axis = 0; axis < 3; ++axis) {
        size.push(grid.size[axis]);
        spacing.push(grid.spacing_mm[axis]);
    }
    Json json = Json::object();
    json.set("path", path).set("dims", field.dims()).set("size", std::move(size)).set("spacing_mm", std::move(spacing));
    const Json numbers = statisticsJson(found);
    for (const auto& [key, value] : numbers.members()) {
        json.set(key, value);
    }
    console.say(path);
    console.say("    displacement    mean " + shortNumber(found.mean_vox) + ", p95 " + shortNumber(found.p95_vox) +
                ", max " + shortNumber(found.max_vox) + " voxels");
    console.say("                    mean " + shortNumber(found.mean_mm) + ", p95 " + shortNumber(found.p95_mm) +
                ", max " + shortNumber(found.max_mm) + " mm");
    console.say("                    mean " + shortNumber(found.mean_percent) + ", p95 " +
                shortNumber(found.p95_percent) + ", max " + shortNumber(found.max_percent) + " % of the image side");
    console.say("    |J|             " + shortNumber(found.jacobian_min, 4) + " to " +
                shortNumber(found.jacobian_max, 4));
    console.say("    folded voxels   " + std::to_string(found.folded_voxels_central) + " by central differences (" +
                shortNumber(100 * found.folded_fraction_central, 4) + " %), " +
                std::to_string(found.folded_voxels_strict) + " by the strict criterion (" +
                shortNumber(100 * found.folded_fraction_strict, 4) + " %)");
    if (arguments.has("labels-of")) {
        const Json changes = volumeChangeJson(labelsFrom(arguments.text("labels-of"), console), field);
        for (const auto& [label, change] : changes.members()) {
            console.say("    volume of label " + label + ": " + shortNumber(100 * change.number(), 2) + " %");
        }
        json.set("volume_change", changes);
    }
    return json;
}

Json overlap(const std::vector<std::string>& files, Console& console) {
    Json json = overlapJson(labelsFrom(files.at(0), console), labelsFrom(files.at(1), console));
    for (const auto& [label, found] : json.members()) {
        const auto number = [&found = found](const char* key) {
            return found.at(key).isNumber() ? shortNumber(found.at(key).number(), 4) : std::string("-");
        };
        console.say("label " + label + ": Dice " + number("dice") + ", sensitivity " + number("sensitivity") +
                    ", precision " + number("precision") + ", ASD " + number("asd_mm") + " mm, HD95 " +
                    number("hd95_mm") + " mm");
    }
    return json;
}

void run(const Arguments& arguments, Console& console) {
    if (!arguments.has("labels")) {
        arguments.expectPositional(1, static_cast<std::size_t>(-1), "one or more displacement fields, or --labels A B");
    }
    Json json = Json::object();
    Json fields = Json::array();
    for (const std::string& path : arguments.positional()) {
        console.context().throwIfCancelled();
        fields.push(evaluated(path, arguments, console));
    }
    json.set("fields", std::move(fields));
    if (arguments.has("labels")) {
        json.set("labels", overlap(arguments.all("labels"), console));
    }
    console.result(json);
}

}  // namespace

Command evaluateCommand() {
    return {
        "evaluate",
        "FIELD... [--labels A B] [--labels-of FILE] [--json]",
        "Measure displacement fields and label maps.",
        "Per field: displacement in voxels, millimetres and percent of the image side; smallest and largest Jacobian "
        "determinant; folded voxels by central differences and by the strict criterion.",
        {{"labels", "A B", "Overlap and surface distances of two label maps, A being the reference.", 2},
         {"labels-of", "FILE", "Label map of the unmoved image: volume change of every label under each field."}},
        run};
}

}  // namespace drdm
