#include "ui/training/TrainingPresets.h"

#include "tasks/Sample.h"

#include <QObject>

namespace drdm {

// What worked in tests/bench/results/2026-11-23-models.md: blocks of voxels, the detail term instead of the smoothness
// term, small batches; few steps learn the high levels alone.
std::vector<TrainingPreset> trainingPresets(int dims) {
    const std::map<std::string, QString> common{
        {"process", "diffeomorphic"}, {"smoothness-weight", "0"}, {"detail-weight", "1"}, {"warm-start", ""}};
    const auto with = [&common](std::map<std::string, QString> own) {
        own.insert(common.begin(), common.end());
        return own;
    };
    const bool flat = dims == 2;
    std::vector<TrainingPreset> presets{
        {QObject::tr("Quick try (minutes)"),
         QObject::tr("A small network, few steps, strong deformations only: shows whether the data are right"),
         with({{"grid", flat ? "128" : "64"},
               {"width", "10"},
               {"patch", "4"},
               {"batch", flat ? "4" : "1"},
               {"steps", flat ? "1500" : "400"},
               {"learning-rate", "0.001"},
               {"learning-rate-final", "0.0001"},
               {"minimum-level", "40"},
               {"validate-every", flat ? "250" : "100"}}),
         {}},
        {QObject::tr("Good (hours)"),
         QObject::tr("The form of the shipped model, trained from nothing on your images"),
         with({{"grid", flat ? "256" : "96"},
               {"width", "20"},
               {"patch", flat ? "8" : "4"},
               {"batch", flat ? "4" : "2"},
               {"steps", flat ? "40000" : "20000"},
               {"learning-rate", "0.0008"},
               {"learning-rate-final", "0.00001"},
               {"minimum-level", "5"},
               {"validate-every", "1000"}}),
         {}}};
    if (const auto models = installedModels();
        flat && !models.empty() && models.front().file.ends_with(".safetensors")) {
        presets.push_back({QObject::tr("Warm start (an hour)"),
                           QObject::tr("Continues from the shipped model: fits %1 to your images in an hour or so")
                               .arg(QString::fromStdString(models.front().name)),
                           {{"batch", "4"},
                            {"steps", "5000"},
                            {"learning-rate", "0.0002"},
                            {"learning-rate-final", "0.00001"},
                            {"minimum-level", "1"},
                            {"smoothness-weight", "0"},
                            {"detail-weight", "1"},
                            {"validate-every", "500"}},
                           models.front().file});
    }
    return presets;
}

}  // namespace drdm
