#pragma once

#include "imaging/Image.h"
#include "parameters/Parameter.h"
#include "tasks/Trajectory.h"

#include <functional>
#include <optional>

namespace drdm {

struct SampleRequest {
    Image image;              ///< the whole series (all slices, all phases)
    SampleSettings settings;  ///< seed = the first sample's seed
    int count = 1;            ///< seeds seed … seed + count − 1
    bool allSlices = false;   ///< 2-D model on every slice: the same initial random field for each
    bool keepSteps = true;    ///< false: only the last step is kept (statistics of it alone)
    std::optional<DisplacementField> initialField;  ///< on the slice's (or volume's) grid
    std::optional<LabelMap> lockMask;               ///< on the image's grid; non-zero = nothing moves there
};

/// Settings from the registry's values (set samplingParameters()).
SampleSettings sampleSettings(const ParameterValues& values);

/// Generates one variation per seed. For `allSlices` the trajectory of each slice is made separately and the result is
/// one trajectory with a 3-D field (z displacement 0) as its only step. `onStep(sample index, trajectory so far)`: on
/// the worker's thread, after every step; may be empty. \throws Error (model, device, image), Cancelled. "finish" keeps
/// what is there.
std::vector<Trajectory> sample(const SampleRequest& request, const JobContext& context,
                               const std::function<void(int, const Trajectory&)>& onStep = {});

/// Models shipped in resources/models and installed by the user ($XDG_DATA_HOME/drdm-studio/models); by name.
struct InstalledModel {
    std::string name;
    std::string file;
};
std::vector<InstalledModel> installedModels();
/// One more folder, looked into before the others; "" = none. For the whole program, any thread.
void setModelFolder(const std::string& folder);
/// Copies a model file among the user's, under this name, or with a number behind it where the name is taken.
/// \throws Error
InstalledModel installModel(const std::string& file, const std::string& name);
/// Name of an installed model that learned the image's modality where `chosen` learned another one; "" where none did
/// or nothing is known. Models of volumes are named only for 16 slices or more.
std::string betterSuitedModel(const ModelInfo& chosen, const std::string& modality, std::int64_t slices);
/// The file of a model given by name or path; "" = the default model. \throws Error listing what there is.
std::string resolveModel(const std::string& nameOrFile);

}  // namespace drdm
