#include "ui/TimelineLegend.h"

#include "ui/Theme.h"

#include <QAbstractButton>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>

#include <array>

namespace drdm {

namespace {

constexpr int swatchWidth = 16;

/// The name of a curve beside a piece of it; pale while it is off.
class CurveButton : public QAbstractButton {
public:
    CurveButton(TimelineCurve curve, const QString& text) : m_curve(curve) {
        setText(text);
        setAccessibleName(text);
        setCheckable(true);
        setChecked(true);
        setFocusPolicy(Qt::TabFocus);
        setAttribute(Qt::WA_Hover);
        QFont small = font();
        small.setPointSizeF(font().pointSizeF() * 0.92);
        setFont(small);
    }

    [[nodiscard]] QSize sizeHint() const override {
        return {swatchWidth + 16 + fontMetrics().horizontalAdvance(text()), 20};
    }
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        const Theme& theme = Theme::current();
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
        if (underMouse()) {
            p.setPen(Qt::NoPen);
            p.setBrush(theme.raised);
            p.drawRoundedRect(box, 5, 5);
        }
        if (hasFocus()) {
            p.setPen(QPen(theme.accent, 1));
            p.setBrush(Qt::NoBrush);
            p.drawRoundedRect(box, 5, 5);
        }
        p.setOpacity(isChecked() ? 1 : 0.4);
        paintSwatch(p, theme, {6, 0, swatchWidth, static_cast<double>(height())});
        p.setPen(isChecked() ? theme.text : theme.muted);
        QFont face = font();
        face.setStrikeOut(!isChecked());
        p.setFont(face);
        p.drawText(QRectF(rect()).adjusted(swatchWidth + 11, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, text());
    }

private:
    void paintSwatch(QPainter& p, const Theme& theme, const QRectF& r) const {
        const double y = r.center().y();
        if (m_curve == TimelineCurve::Folded) {
            p.fillRect(QRectF(r.left() + 2, y - 1, 3, 5), theme.folded);
            p.fillRect(QRectF(r.left() + 7, y - 5, 3, 9), theme.folded);
            p.fillRect(QRectF(r.left() + 12, y + 1, 3, 3), theme.folded);
        } else if (m_curve == TimelineCurve::LeastJacobian) {
            p.setPen(QPen(theme.text, 1.2, Qt::DashLine));
            p.drawLine(QPointF(r.left(), y), QPointF(r.right(), y));
        } else {
            const double width = m_curve == TimelineCurve::Mean ? 2.4 : 1.1;
            p.setPen(QPen(theme.diffusion, width));
            p.drawLine(QPointF(r.left(), y), QPointF(r.center().x(), y));
            p.setPen(QPen(theme.recovery, width));
            p.drawLine(QPointF(r.center().x(), y), QPointF(r.right(), y));
        }
    }

    TimelineCurve m_curve;
};

}  // namespace

TimelineLegend::TimelineLegend(QWidget* parent) : QWidget(parent), m_scale(new QLabel) {
    const std::array<std::array<QString, 3>, 4> texts{
        {{tr("Mean"), "curveMean", tr("Mean displacement over the image, in percent of its size")},
         {tr("Largest"), "curveLargest", tr("Largest displacement of any voxel, in percent of the image's size")},
         {tr("Least |J|"), "curveJacobian",
          tr("Smallest Jacobian determinant: 1 keeps the volume, ½ halves it, 0 and below is folded.\n"
             "Drawn on its own axis from 0 to 1.")},
         {tr("Folded"), "curveFolded",
          tr("Share of folded voxels: full colour by central differences, pale by the strict criterion.\n"
             "Drawn on its own axis; nothing is drawn where nothing is folded.")}}};
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4, 0, 10, 0);
    row->setSpacing(2);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto* button = new CurveButton(timelineCurves[i], texts[i][0]);
        button->setObjectName(texts[i][1]);
        button->setToolTip(texts[i][2]);
        connect(button, &QAbstractButton::toggled, this, &TimelineLegend::shownChanged);
        m_buttons.push_back(button);
        row->addWidget(button);
    }
    row->addStretch();
    m_scale->setObjectName("timelineScale");
    m_scale->setProperty("role", "muted");
    m_scale->setToolTip(tr("The lower and the upper edge of the strip"));
    row->addWidget(m_scale);
}

void TimelineLegend::setShown(const std::set<TimelineCurve>& shown) {
    const QSignalBlocker quiet(this);
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        m_buttons[i]->setChecked(shown.contains(timelineCurves[i]));
    }
}

std::set<TimelineCurve> TimelineLegend::shown() const {
    std::set<TimelineCurve> shown;
    for (std::size_t i = 0; i < m_buttons.size(); ++i) {
        if (m_buttons[i]->isChecked()) {
            shown.insert(timelineCurves[i]);
        }
    }
    return shown;
}

void TimelineLegend::setScale(const QString& text) {
    m_scale->setText(text);
}

}  // namespace drdm
