#pragma once

#include "ui/sampling/SampleOrder.h"

#include <vector>

namespace drdm {

/// A sheet of variations: one parameter along the columns, another along the rows, all else equal.
struct SheetAxis {
    std::string parameter;  ///< of samplingParameters()
    QStringList values;
};

struct SheetPlan {
    SampleOrder base;  ///< its own values of the two parameters are not used
    SheetAxis x, y;

    [[nodiscard]] int columns() const { return static_cast<int>(x.values.size()); }
    [[nodiscard]] int rows() const { return static_cast<int>(y.values.size()); }
    [[nodiscard]] SampleOrder order(int column, int row) const;
};

inline constexpr int largestSheet = 144;  ///< cells

/// Parameters that make sense along an axis.
std::vector<const Parameter*> sheetParameters();

/// "16, 32, 48", "1-4", "10-40:10", or names separated by commas. \throws Error naming what does not fit.
QStringList parseSheetValues(const Parameter& parameter, const QString& text);

/// \throws Error if the parameters are the same or there are too many cells.
void checkSheet(const SheetPlan& plan);

}  // namespace drdm
