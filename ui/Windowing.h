#pragma once

#include "imaging/Image.h"

#include <QString>

#include <vector>

namespace drdm {

/// A display window in modality units.
struct DisplayWindow {
    double centre = 0.5;
    double width = 1;
    bool operator==(const DisplayWindow&) const = default;
};

/// A window under a name, for the menu and the chooser.
struct WindowPreset {
    QString name;
    DisplayWindow window;
};

/// What suits this image, the best first: for CT lung, soft tissue, bone, brain; always "Automatic" (1–99 percentile),
/// "Full range" and, where the file suggests one, "As in the file". Looks at a sample of the voxels: run it in a
/// worker.
std::vector<WindowPreset> windowPresets(const Image& image);

}  // namespace drdm
