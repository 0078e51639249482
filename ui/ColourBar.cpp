#include "ui/ColourBar.h"

#include "ui/Theme.h"

#include <QPainter>
#include <QPainterPath>

#include <cmath>
#include <vector>

namespace drdm {

namespace {

QString fraction(double j) {
    if (j >= 1) {
        return QString::number(j, 'g', 3);
    }
    const double below = 1 / j;
    return below == 2   ? QStringLiteral("½")
           : below == 4 ? QStringLiteral("¼")
           : below == 8 ? QStringLiteral("⅛")
                        : QString::number(j, 'g', 2);
}

}  // namespace

ColourBar::ColourBar(Map map, QWidget* parent) : QWidget(parent), m_map(map) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setToolTip(map == Map::Jacobian
                   ? tr("Jacobian determinant |J|: 1 keeps the volume, ½ halves it, 2 doubles it; magenta is folded")
               : map == Map::Difference
                   ? tr("Variation minus original: blue is darker than the original, orange brighter, black the same")
                   : tr("Length of the displacement in millimetres"));
}

void ColourBar::setLengthMap(LengthMap map) {
    m_lengthMap = map;
    update();
}

void ColourBar::setUnit(const QString& unit) {
    m_unit = unit;
    update();
}

void ColourBar::setLimit(double limit) {
    m_limit = limit;
    update();
}

void ColourBar::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::current();
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    QFont small = font();
    small.setPointSizeF(font().pointSizeF() * 0.88);
    p.setFont(small);
    const bool jacobian = m_map == Map::Jacobian;
    const double swatch = jacobian ? 44 : 0;
    const QRectF bar(8 + swatch, 3, width() - 18 - swatch, 13);

    QPainterPath shape;
    shape.addRoundedRect(bar, 3, 3);
    p.fillPath(shape, theme.imageGrey);
    p.save();
    p.setClipPath(shape);
    for (int x = 0; x < static_cast<int>(bar.width()) + 1; ++x) {
        const double at = x / bar.width();
        const Rgba c = jacobian                   ? jacobianColour(jacobianAt(at, m_limit), m_limit)
                       : m_map == Map::Difference ? differenceColour((2 * at - 1) * m_limit, m_limit)
                                                  : displacementColour(at * m_limit, m_limit, m_lengthMap);
        p.fillRect(QRectF(bar.left() + x, bar.top(), 1.0, bar.height()), QColor(c[0], c[1], c[2], c[3]));
    }
    p.restore();

    const auto tick = [&](double at, const QString& text) {
        const double x = bar.left() + at * bar.width();
        p.setPen(QPen(theme.muted, 1));
        p.drawLine(QPointF(x, bar.bottom() + 1), QPointF(x, bar.bottom() + 4));
        p.setPen(theme.muted);
        const double half = 30;
        const double from = std::clamp(
            x - half, m_map == Map::Difference ? 4 - half + p.fontMetrics().horizontalAdvance(text) / 2.0 : -half,
            width() - 2 * half);
        const bool last = from < x - half;
        p.drawText(QRectF(last ? width() - 2 * half - 2 : from, bar.bottom() + 4, 2 * half, 16),
                   last ? Qt::AlignRight | Qt::AlignTop : Qt::AlignHCenter | Qt::AlignTop, text);
    };
    if (jacobian) {
        const QRectF folded(8, 3, 26, 13);
        QPainterPath round;
        round.addRoundedRect(folded, 3, 3);
        p.fillPath(round, QColor(foldedColour[0], foldedColour[1], foldedColour[2]));
        p.setPen(theme.muted);
        p.drawText(QRectF(0, bar.bottom() + 4, 46, 16), Qt::AlignHCenter | Qt::AlignTop, tr("folded"));
        const double octaves = std::log2(m_limit);
        for (double k = -octaves; k <= octaves; k += octaves > 1 ? 1.0 : 0.5) {
            const double j = std::exp2(k);
            tick(jacobianPosition(j, m_limit), fraction(j));
        }
    } else if (m_map == Map::Difference) {
        for (const double at : {0.0, 0.5, 1.0}) {
            const double value = (2 * at - 1) * m_limit;
            const QString number = (at > 0.5 ? "+" : at < 0.5 ? "−" : "") + QString::number(std::abs(value), 'g', 3);
            tick(at, at == 1.0 && !m_unit.isEmpty() ? tr("%1 %2").arg(number, m_unit) : number);
        }
    } else {
        for (const double at : {0.0, 0.25, 0.5, 0.75, 1.0}) {
            const QString number = QString::number(at * m_limit, 'g', 3);
            tick(at, at == 1.0 ? tr("%1 mm").arg(number) : number);
        }
    }
}

}  // namespace drdm
