#pragma once

#include "io/Series.h"

#include <QImage>

namespace drdm {

/// The middle slice of a series' first phase as it lies in the views, in its automatic window, at most `size` pixels
/// a side. Reads one file where a series has one per slice. For a worker. \throws Error, Cancelled.
QImage seriesThumbnail(const SeriesInfo& series, int size, const JobContext& context);

}  // namespace drdm
