#pragma once

#include <QColor>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <algorithm>
#include <cmath>
#include <vector>

namespace drdm {

/// One line of a plot. Values that are not finite (or ≤ 0 on a log axis) leave a gap.
struct PlotCurve {
    QString name;  ///< for the legend and the hover label; empty: not in the legend
    QColor colour;
    std::vector<double> x, y;  ///< same length
    bool dashed = false;
    bool points = false;     ///< marks at the values
    bool draggable = false;  ///< its points can be taken with the mouse or the keyboard
    bool line = true;        ///< false: marks alone
    double width = 2;        ///< of the line, widget pixels
};

/// The colours of a plot; `raised` lies under the hover label.
struct PlotColours {
    QColor ground{18, 21, 26}, text{220, 225, 233}, muted{143, 153, 168}, line{43, 50, 61}, raised{35, 41, 50};
};

struct PlotRange {
    double from = 0, to = 1;
    bool operator==(const PlotRange&) const = default;
};

/// Where values lie in a plot: the rectangle between the axes in widget pixels (y downwards) and the values at its
/// ends.
struct PlotFrame {
    QRectF area;
    PlotRange x, y;
    bool logY = false;

    [[nodiscard]] QPointF toWidget(double atX, double atY) const {
        const double low = scaled(y.from), high = scaled(y.to);
        return {area.left() + (atX - x.from) / (x.to - x.from) * area.width(),
                area.bottom() - (scaled(atY) - low) / (high - low) * area.height()};
    }
    [[nodiscard]] QPointF toData(QPointF widget) const {
        const double low = scaled(y.from), high = scaled(y.to);
        const double up = low + (area.bottom() - widget.y()) / area.height() * (high - low);
        return {x.from + (widget.x() - area.left()) / area.width() * (x.to - x.from), logY ? std::pow(10, up) : up};
    }

private:
    [[nodiscard]] double scaled(double value) const { return logY ? std::log10(std::max(value, 1e-300)) : value; }
};

}  // namespace drdm
