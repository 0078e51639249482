#include "ui/TimelineCurves.h"

#include "ui/Theme.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("drdm::TimelineWidget", text);
}

QColor withAlpha(QColor colour, int alpha) {
    colour.setAlpha(alpha);
    return colour;
}

/// A round number that is not below `value`.
double niceAbove(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(std::max(value, 1e-6))));
    for (const double factor : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}) {
        if (factor * power >= value * (1 - 1e-9)) {
            return factor * power;
        }
    }
    return 10 * power;
}

double foldedPercent(const FieldStatistics& s) {
    return 100 * std::max(s.folded_fraction_strict, s.folded_fraction_central);
}

/// The line of one half, with the step where the other half ended.
struct HalfLine {
    QPainterPath line;
    int first = -1, last = -1;
};

HalfLine halfLine(StepKind kind, const QRectF& area, const std::vector<TimelinePoint>& points,
                  const std::function<double(int)>& x, const std::function<double(const FieldStatistics&)>& height) {
    HalfLine half;
    const int count = static_cast<int>(points.size());
    for (int i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const bool joint = kind == StepKind::Recovery && i + 1 < count && points[at].kind == StepKind::Diffusion &&
                           points[at + 1].kind == StepKind::Recovery;
        if (points[at].kind != kind && !joint) {
            continue;
        }
        const QPointF place(x(i), area.bottom() - height(points[at].statistics) * area.height());
        if (half.first < 0) {
            half.line.moveTo(place);
            half.first = i;
        } else {
            half.line.lineTo(place);
        }
        half.last = i;
    }
    return half;
}

QString row(const QString& name, const QString& value, bool bad = false) {
    return QString("<tr><td style='padding-right:14px;color:%1'>%2</td><td align='right'%3>%4</td></tr>")
        .arg(Theme::current().muted.name(), name.toHtmlEscaped(),
             bad ? QString(" style='color:%1'").arg(Theme::current().folded.name()) : QString(), value.toHtmlEscaped());
}

QString foldedText(std::int64_t voxels, double share) {
    return voxels == 0 ? tr("none") : tr("%1 voxels · %2 %").arg(voxels).arg(100 * share, 0, 'f', 2);
}

}  // namespace

QColor halfColour(StepKind kind) {
    return kind == StepKind::Diffusion ? Theme::current().diffusion : Theme::current().recovery;
}

TimelineScale TimelineScale::of(const std::vector<TimelinePoint>& points, const std::set<TimelineCurve>& shown) {
    TimelineScale scale;
    double largest = 0, folded = 0;
    for (const TimelinePoint& point : points) {
        const FieldStatistics& s = point.statistics;
        largest = std::max(largest, shown.contains(TimelineCurve::Largest) ? s.max_percent : s.mean_percent);
        folded = std::max(folded, foldedPercent(s));
    }
    scale.displacement_percent = niceAbove(std::max(largest, 0.1) * 1.02);
    scale.folded_percent = folded > 0 ? niceAbove(folded) : 0;
    return scale;
}

double TimelineScale::height(TimelineCurve curve, const FieldStatistics& s) const {
    switch (curve) {
        case TimelineCurve::Mean:
            return std::clamp(s.mean_percent / displacement_percent, 0.0, 1.0);
        case TimelineCurve::Largest:
            return std::clamp(s.max_percent / displacement_percent, 0.0, 1.0);
        case TimelineCurve::LeastJacobian:
            return std::clamp(s.jacobian_min, 0.0, 1.0);
        case TimelineCurve::Folded:
            break;
    }
    return folded_percent > 0 ? std::clamp(100 * s.folded_fraction_strict / folded_percent, 0.0, 1.0) : 0.0;
}

QString TimelineScale::text(const std::set<TimelineCurve>& shown) const {
    QStringList parts;
    if (shown.contains(TimelineCurve::Mean) || shown.contains(TimelineCurve::Largest)) {
        parts << tr("0–%1 %").arg(displacement_percent);
    }
    if (shown.contains(TimelineCurve::LeastJacobian)) {
        parts << tr("|J| 0–1");
    }
    if (shown.contains(TimelineCurve::Folded) && folded_percent > 0) {
        parts << tr("folded 0–%1 %").arg(folded_percent);
    }
    return parts.join(" · ");
}

void paintCurves(QPainter& painter, const QRectF& area, const std::vector<TimelinePoint>& points,
                 const std::set<TimelineCurve>& shown, const TimelineScale& scale,
                 const std::function<double(int)>& x) {
    const Theme& theme = Theme::current();
    const auto each = [&](TimelineCurve curve, auto draw) {
        if (!shown.contains(curve)) {
            return;
        }
        for (const StepKind kind : {StepKind::Diffusion, StepKind::Recovery}) {
            const HalfLine half =
                halfLine(kind, area, points, x, [&](const FieldStatistics& s) { return scale.height(curve, s); });
            if (half.first >= 0) {
                draw(kind, half);
            }
        }
    };
    if (shown.contains(TimelineCurve::Folded) && scale.folded_percent > 0) {
        const double width = points.size() > 1 ? std::clamp(x(1) - x(0) - 1, 1.0, 6.0) : 6.0;
        for (int i = 0; i < static_cast<int>(points.size()); ++i) {
            const FieldStatistics& s = points[static_cast<std::size_t>(i)].statistics;
            const auto bar = [&](double fraction, int alpha) {
                // A single folded voxel must be seen, too.
                const double height = std::max(2.0, 100 * fraction / scale.folded_percent * area.height());
                painter.fillRect(QRectF(x(i) - width / 2, area.bottom() - height, width, height),
                                 withAlpha(theme.folded, alpha));
            };
            if (s.folded_voxels_strict > 0) {
                bar(s.folded_fraction_strict, 110);
            }
            if (s.folded_voxels_central > 0) {
                bar(s.folded_fraction_central, 255);
            }
        }
    }
    each(TimelineCurve::Mean, [&](StepKind kind, const HalfLine& half) {
        QPainterPath fill = half.line;
        fill.lineTo(x(half.last), area.bottom());
        fill.lineTo(x(half.first), area.bottom());
        fill.closeSubpath();
        QLinearGradient shade(0, area.top(), 0, area.bottom());
        shade.setColorAt(0, withAlpha(halfColour(kind), 120));
        shade.setColorAt(1, withAlpha(halfColour(kind), 22));
        painter.fillPath(fill, shade);
    });
    each(TimelineCurve::LeastJacobian, [&](StepKind /*kind*/, const HalfLine& half) {
        painter.setPen(QPen(withAlpha(theme.text, 170), 1.2, Qt::DashLine));
        painter.drawPath(half.line);
    });
    each(TimelineCurve::Largest, [&](StepKind kind, const HalfLine& half) {
        painter.setPen(QPen(withAlpha(halfColour(kind), 190), 1.1));
        painter.drawPath(half.line);
    });
    each(TimelineCurve::Mean, [&](StepKind kind, const HalfLine& half) {
        painter.setPen(QPen(halfColour(kind), 2));
        painter.drawPath(half.line);
    });
}

QString stepReadout(const TimelinePoint& point, int index, int count) {
    const FieldStatistics& s = point.statistics;
    const auto length = [](double mm, double percent) {
        return tr("%1 mm · %2 %").arg(mm, 0, 'f', mm < 10 ? 2 : 1).arg(percent, 0, 'f', 2);
    };
    const QString half = point.kind == StepKind::Diffusion ? tr("Diffusion") : tr("Recovery");
    return QString(
               "<div style='white-space:nowrap'><b style='color:%1'>%2</b> &nbsp;%3</div><table cellspacing='0' "
               "cellpadding='1'>")
               .arg(halfColour(point.kind).name(), half.toHtmlEscaped(),
                    tr("t = %1 · step %2 of %3").arg(point.t).arg(index + 1).arg(count)) +
           row(tr("Mean shift"), length(s.mean_mm, s.mean_percent)) +
           row(tr("95 % are below"), length(s.p95_mm, s.p95_percent)) +
           row(tr("Largest shift"), length(s.max_mm, s.max_percent)) +
           row(tr("|J|"), tr("%1 to %2").arg(s.jacobian_min, 0, 'f', 3).arg(s.jacobian_max, 0, 'f', 2),
               s.jacobian_min <= 0) +
           row(tr("Folded"), foldedText(s.folded_voxels_central, s.folded_fraction_central),
               s.folded_voxels_central > 0) +
           row(tr("Folded, strict"), foldedText(s.folded_voxels_strict, s.folded_fraction_strict),
               s.folded_voxels_strict > 0) +
           "</table>";
}

}  // namespace drdm
