#pragma once

#include "parameters/Json.h"
#include "render/PlotFrame.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace drdm {

class PlotView;

/// Dice of a label against the number of training subjects: one line per method with the standard deviation over seeds
/// as upright bars; methods that do not train are dashed from side to side. From the contents of table.json.
std::vector<PlotCurve> experimentCurves(const Json& table, const QString& label, const PlotColours& colours);

/// Sets a view up for them.
void showExperiment(PlotView& view, const Json& table, const QString& label, const PlotColours& colours);

/// The labels of a table that have a Dice.
QStringList experimentLabels(const Json& table);

/// Writes dice-LABEL.png, dark on white, for each label of a table into a folder; returns their paths. GUI thread, with
/// a display. \throws Error naming a file that cannot be written
QStringList writeExperimentPlots(const Json& table, const QString& folder);

}  // namespace drdm
