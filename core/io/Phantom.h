#pragma once

#include "imaging/Image.h"
#include "jobs/JobContext.h"

#include <string>
#include <vector>

namespace drdm {

/// A synthetic beating-heart short-axis study: body outline, lungs, RV, myocardium, LV, texture, noise.
/// Labels: 1 myocardium, 2 LV cavity, 3 RV cavity.
struct PhantomSettings {
    int subjects = 1;
    int slices = 8;
    int size = 256;  ///< in-plane voxels a side
    int frames = 8;
    bool labels = false;
    unsigned long long seed = 1;
};

struct PhantomSubject {
    Image image;                   ///< oblique short-axis MR, all slices and frames; no source files
    std::vector<LabelMap> labels;  ///< one per frame
    std::string patientName;       ///< "PHANTOM^0001"
};

/// Subject number `index` (0…): size, shape, orientation, contrast, spacing depend on seed and index alone.
PhantomSubject makePhantom(const PhantomSettings& settings, int index);

/// Writes every subject as real MR DICOM below `folder`/subject-NNN/dicom (+ labels as NIfTI beside it).
/// Returns the subjects' folders. \throws Error
std::vector<std::string> writePhantom(const PhantomSettings& settings, const std::string& folder,
                                      const JobContext& context = {});

}  // namespace drdm
