#pragma once

#include "diffusion/Schedule.h"
#include "imaging/Image.h"
#include "parameters/Parameter.h"
#include "tasks/Provenance.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace drdm {

/// The settings of a record, ready to make the same variation again.
struct RecordedSettings {
    /// Names and texts for samplingParameters(): level, seed, count, process, start, stride, stop, allow-folds,
    /// interpolation, slice, phase. All of them are accepted by the registry.
    std::vector<std::pair<std::string, std::string>> values;
    std::optional<Schedule> schedule;  ///< where it was not the standard one
    std::string modelName, modelSha256;
    std::string initialFieldSha256, lockMaskSha256;  ///< of the files that it was made with, too; "" = none
    Json source;                                     ///< what is known of the image; null: nothing

    [[nodiscard]] std::string text(const std::string& name) const;  ///< "" if there is none
};

/// \throws Error if the record is of something else than a variation (a model, a picture of the original alone), or
/// holds what this version does not accept
RecordedSettings recordedSettings(const Provenance::Record& record);

/// The settings of a whole file: of its only record, of record `number`, or, where several records differ in nothing
/// but their seeds and these follow on each other, of them all (with "count"). `anySeed`: the seeds do not matter, for
/// another one is used. \throws Error naming the file, the records and what to do
RecordedSettings recordedSettings(const Provenance& provenance, std::optional<int> number, bool anySeed = false);

/// Where the recorded model is now.
struct RecordedModel {
    enum class State { Same, Other, Missing };  ///< Other: one of that name, but its content is another
    State state = State::Missing;
    std::string name, file;  ///< as installed
};
/// Looks through the installed models, by content and then by name. Reads files: for a worker.
RecordedModel findRecordedModel(const RecordedSettings& settings);

/// Whether an image (a whole series) is the one that was varied; nothing if the record does not say enough. Hashes the
/// voxels: for a worker.
std::optional<bool> isRecordedImage(const RecordedSettings& settings, const Image& series);

}  // namespace drdm
