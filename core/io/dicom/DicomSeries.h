#pragma once

#include "io/Series.h"

#include <string>
#include <vector>

namespace drdm::dicom {

/// Reads the headers of `files` and adds what they hold to `result`: one entry per series, or per part of a series
/// where orientations or sizes are mixed. No pixels are read. \throws Cancelled.
void scanFiles(const std::vector<std::string>& files, ScanResult& result, const JobContext& context);

/// Reads one series found by scanFiles. \throws Error, Cancelled.
Image readSeries(const SeriesInfo& series, const JobContext& context);

}  // namespace drdm::dicom
