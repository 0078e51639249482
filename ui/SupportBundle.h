#pragma once

#include <QString>

namespace drdm {

/// Versions, machine and settings as text for whoever is asked for help: no path, no patient, no description. Call it
/// in the GUI thread.
QString supportReport();

/// Writes report.txt and the log's files into the .zip `path`, complete or not at all; any thread. \throws Error: the
/// file cannot be written.
void writeSupportBundle(const QString& path, const QString& report);

}  // namespace drdm
