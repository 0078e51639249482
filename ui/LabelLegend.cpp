#include "ui/LabelLegend.h"

#include "render/LabelOverlay.h"
#include "ui/Theme.h"

#include <QPainter>

namespace drdm {

void LabelLegend::show(std::vector<std::uint16_t> labels) {
    m_labels = std::move(labels);
    update();
}

void LabelLegend::paintEvent(QPaintEvent* /*event*/) {
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    double x = 24;
    for (const std::uint16_t label : m_labels) {
        const QString number = QString::number(label);
        const double end = x + 18 + fontMetrics().horizontalAdvance(number);
        if (end > width() - 14) {
            p.setPen(Theme::current().muted);
            p.drawText(QRectF(x, 0, 14, height()), Qt::AlignVCenter, QStringLiteral("…"));
            break;
        }
        const Rgba c = labelColour(label);
        p.setPen(Qt::NoPen);
        p.setBrush(QColor(c[0], c[1], c[2]));
        p.drawRoundedRect(QRectF(x, height() / 2.0 - 6, 12, 12), 3, 3);
        p.setPen(Theme::current().muted);
        p.drawText(QRectF(x + 17, 0, 60, height()), Qt::AlignVCenter, number);
        x = end + 14;
    }
}

}  // namespace drdm
