#pragma once

#include "render/Plane.h"
#include "ui/Windowing.h"

#include <QImage>

namespace drdm {

/// A plane as a grey picture, seen through a window; every n-th voxel so that no side is longer than about
/// `largestSide`. Any thread.
QImage greyImage(const ScalarPlane& plane, const DisplayWindow& window, int largestSide);

}  // namespace drdm
