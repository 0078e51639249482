#pragma once

#include "diffusion/Trainer.h"

#include <string>
#include <vector>

namespace drdm {

/// What the eye needs beside the numbers of validation: for each of the first images (prepared, on the model's grid; in
/// 3-D the middle slice) original | diffused | recovered, one row an image, level 48 and the same seeds every time.
/// Returns the path of the picture, `folder`/validation-STEP. \throws Error, Cancelled
std::string writeTrainingPictures(const std::string& modelFile, const std::string& device,
                                  const std::vector<std::vector<float>>& images, long long step,
                                  const std::string& folder, const JobContext& context);

}  // namespace drdm
