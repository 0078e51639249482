#pragma once

#include "imaging/Image.h"

#include <string>

namespace drdm {

/// One slice of one phase as an 8-bit grey picture: with the image's own window, else between its 0.5 and 99.5
/// percentiles. For looking at, not for measuring: no geometry is kept. `provenanceJson`, where there is one, is kept
/// in the file (tasks/FileNotes.h). Written beside the target and renamed. \throws Error
void writePng(const Image& image, std::int64_t slice, std::int64_t phase, const std::string& path,
              const std::string& provenanceJson = {});

}  // namespace drdm
