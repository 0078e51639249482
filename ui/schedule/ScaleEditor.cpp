#include "ui/schedule/ScaleEditor.h"

#include "ui/schedule/NumberField.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>

#include <cmath>

namespace drdm {

namespace {

constexpr double millionths = 1e6;
constexpr int sliderSteps = 400;
constexpr double smallest = 1e-6;  ///< σ at the first step of the slider

double sigmaAt(int step) {
    return step == 0 ? 0
                     : smallest * std::pow(schedulelimits::largestSigma / smallest,
                                           static_cast<double>(step - 1) / (sliderSteps - 1));
}

int stepOf(double sigma) {
    if (sigma <= 0) {
        return 0;
    }
    const double share = std::log(sigma / smallest) / std::log(schedulelimits::largestSigma / smallest);
    return std::clamp(1 + static_cast<int>(std::lround(share * (sliderSteps - 1))), 1, sliderSteps);
}

}  // namespace

ScaleEditor::ScaleEditor(QWidget* parent) : QFrame(parent), m_grid(new QGridLayout(this)) {
    setProperty("role", "card");
    m_grid->setContentsMargins(12, 8, 12, 10);
    m_grid->setHorizontalSpacing(10);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
    auto* heading = new QLabel(tr("AMOUNT OF EVERY SCALE"));
    heading->setProperty("role", "heading");
    heading->setToolTip(
        tr("σ: standard deviation of the random velocity, one value for every control grid; coarse "
           "grids move whole organs, fine grids bend contours"));
    auto* unit = new QLabel(tr("σ in millionths of the side"));
    unit->setProperty("role", "muted");
    unit->setAlignment(Qt::AlignRight);
    auto* header = new QHBoxLayout;
    header->addWidget(heading);
    header->addStretch();
    header->addWidget(unit);
    m_grid->addLayout(header, 0, 0, 1, 4);
}

void ScaleEditor::setScales(const std::vector<ScheduleScale>& scales) {
    bool same = scales.size() == m_rows.size();
    for (std::size_t i = 0; same && i < scales.size(); ++i) {
        same = scales[i].nodes == m_scales[i].nodes;
    }
    m_scales = scales;
    if (!same) {
        makeRows();
    }
    refresh();
}

void ScaleEditor::setComparison(const std::vector<ScheduleScale>& scales) {
    m_comparison = scales;
    refresh();
}

void ScaleEditor::makeRows() {
    for (const Row& row : m_rows) {
        for (QWidget* part : std::initializer_list<QWidget*>{row.name, row.slider, row.number, row.other}) {
            m_grid->removeWidget(part);
            part->deleteLater();
        }
    }
    m_rows.clear();
    for (std::size_t i = 0; i < m_scales.size(); ++i) {
        const QString nodes = QString::number(m_scales[i].nodes);
        Row row;
        row.name = new QLabel(tr("%1 × %1 nodes").arg(nodes));
        row.name->setProperty("role", "muted");
        row.slider = new QSlider(Qt::Horizontal);
        row.slider->setObjectName("sigmaSlider" + nodes);
        row.slider->setAccessibleName(tr("σ of the %1 × %1 grid").arg(nodes));
        row.slider->setRange(0, sliderSteps);
        row.slider->setPageStep(20);
        row.slider->setToolTip(tr("Logarithmic; the left end switches this scale off"));
        row.number = new NumberField(row.slider->accessibleName(), 0, schedulelimits::largestSigma * millionths);
        row.number->setObjectName("sigma" + nodes);
        row.other = new QLabel;
        row.other->setProperty("role", "muted");
        row.other->setToolTip(tr("What the schedule compared with has"));
        row.other->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row.other->setMinimumWidth(row.other->fontMetrics().horizontalAdvance("(00000)"));
        const int line = static_cast<int>(i) + 1;
        m_grid->addWidget(row.name, line, 0);
        m_grid->addWidget(row.slider, line, 1);
        m_grid->addWidget(row.number, line, 2);
        m_grid->addWidget(row.other, line, 3);
        connect(row.slider, &QSlider::valueChanged, this, [this, i, slider = row.slider](int step) {
            m_scales[i].sigma = sigmaAt(step);
            m_rows[i].number->setValue(m_scales[i].sigma * millionths);
            Q_EMIT edited(m_scales, !slider->isSliderDown());
        });
        connect(row.slider, &QSlider::sliderReleased, this, [this] { Q_EMIT edited(m_scales, true); });
        connect(row.number, &NumberField::entered, this, [this, i](double value) {
            m_scales[i].sigma = value / millionths;
            refresh();
            Q_EMIT edited(m_scales, true);
        });
        connect(row.number, &NumberField::refused, this, &ScaleEditor::refused);
        m_rows.push_back(row);
    }
}

void ScaleEditor::refresh() {
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const QSignalBlocker quiet(m_rows[i].slider);
        m_rows[i].slider->setValue(stepOf(m_scales[i].sigma));
        m_rows[i].number->setValue(m_scales[i].sigma * millionths);
        QString other;
        for (const auto& scale : m_comparison) {
            if (scale.nodes == m_scales[i].nodes) {
                other = "(" + QString::number(scale.sigma * millionths, 'g', 4) + ")";
            }
        }
        m_rows[i].other->setText(other);
        m_rows[i].other->setVisible(!m_comparison.empty());
    }
}

}  // namespace drdm
