#pragma once

#include "diffusion/Schedule.h"
#include "imaging/ModelGrid.h"

#include <cstdint>
#include <string>
#include <vector>

namespace drdm {

/// How random deformations are made (METHOD.md): `Released` is the authors' arithmetic bit for bit, `Diffeomorphic`
/// ours.
enum class Process { Released, Diffeomorphic };
std::string name(Process process);
/// \throws Error naming the accepted words.
Process processFromName(const std::string& name);

/// What a model file says about itself (and what every output records of it).
struct ModelInfo {
    std::string name;    ///< "cardiac-mri-2d"
    std::string file;    ///< path it was read from
    std::string sha256;  ///< of the file
    int dims = 2;
    std::int64_t gridSide = 128;  ///< N: the model's grid is N^dims
    Process process = Process::Diffeomorphic;
    Schedule schedule;  ///< of `diffeomorphic`: the noise that it learned to undo
    Normalisation normalisation = Normalisation::Percentile;
    Fit fit = Fit::KeepAspect;
    int steps = 80;                  ///< T
    int recursion = 1;               ///< K at inference
    std::vector<double> labelScale;  ///< s(t), t = 0…T−1, fraction of the axis length; all 1 for released
    std::string modality;            ///< "MR", "CT", "" = any
    std::string trainingRecord;      ///< JSON: data, steps, losses, seed, program version
    std::int64_t parameterCount = 0;
    int width = 10;  ///< of the network (Architecture); set when a file is read, as is `patch`
    int patch = 1;
};

}  // namespace drdm
