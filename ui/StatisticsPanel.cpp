#include "ui/StatisticsPanel.h"

#include <QGridLayout>
#include <QLabel>
#include <QStyle>

#include <array>

namespace drdm {

StatisticsPanel::StatisticsPanel(QWidget* parent) : QFrame(parent) {
    setProperty("role", "card");
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setHorizontalSpacing(10);
    layout->setVerticalSpacing(6);
    layout->setColumnStretch(1, 1);
    auto* heading = new QLabel(tr("THIS STEP"));
    heading->setProperty("role", "heading");
    layout->addWidget(heading, 0, 0, 1, 2);
    const std::array<std::array<QString, 3>, Count> texts{
        {{tr("Mean shift"), tr("Mean length of the displacement: millimetres, and percent of the image's side"),
          "statMean"},
         {tr("Largest shift"), tr("Largest displacement: millimetres, and percent of the image's side"), "statMax"},
         {tr("|J| range"), tr("Smallest and largest Jacobian determinant: 1 keeps the volume, 0 or less is folded"),
          "statJacobian"},
         {tr("Folded"), tr("Voxels with |J| ≤ 0, central differences: the number that papers report"), "statCentral"},
         {tr("Folded, strict"),
          tr("Voxels where any of the finite-difference determinants that matter is ≤ 0 (Liu et al. 2022)"),
          "statStrict"},
         {tr("Guard, here"), tr("Share of the motion proposed in this step that the guard against folds took away"),
          "statGuard"},
         {tr("Guard, in all"),
          tr("Share of the proposed motion that the guard against folds took away, over the whole recovery so far"),
          "statGuardSoFar"}}};
    for (int i = 0; i < Count; ++i) {
        const auto line = static_cast<std::size_t>(i);
        auto* name = new QLabel(texts[line][0]);
        name->setProperty("role", "muted");
        name->setToolTip(texts[line][1]);
        m_values[line] = new QLabel;
        m_values[line]->setObjectName(texts[line][2]);
        m_values[line]->setProperty("role", "value");
        m_values[line]->setToolTip(texts[line][1]);
        m_values[line]->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_values[line]->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(name, i + 1, 0);
        layout->addWidget(m_values[line], i + 1, 1);
    }
    clear();
}

void StatisticsPanel::clear() {
    for (QLabel* value : m_values) {
        value->setText(QStringLiteral("–"));
    }
}

void StatisticsPanel::show(const Trajectory& trajectory, std::size_t index) {
    if (index >= trajectory.stepCount()) {
        clear();
        return;
    }
    const TrajectoryStep& step = trajectory.step(index);
    const FieldStatistics& s = step.statistics;
    const auto length = [](double mm, double percent) {
        return tr("%1 mm · %2 %").arg(mm, 0, 'f', mm < 10 ? 2 : 1).arg(percent, 0, 'f', percent < 10 ? 2 : 1);
    };
    const auto folded = [](std::int64_t voxels, double share) {
        return voxels == 0 ? tr("none") : tr("%1 voxels · %2 %").arg(voxels).arg(100 * share, 0, 'f', 2);
    };
    const auto put = [this](Line line, const QString& text, bool bad = false) {
        QLabel* label = m_values[static_cast<std::size_t>(line)];
        label->setText(text);
        if (label->property("role").toString() != (bad ? "bad" : "value")) {
            label->setProperty("role", bad ? "bad" : "value");
            label->style()->polish(label);
        }
    };
    put(Mean, length(s.mean_mm, s.mean_percent));
    put(Largest, length(s.max_mm, s.max_percent));
    put(Jacobian, tr("%1 to %2").arg(s.jacobian_min, 0, 'f', 3).arg(s.jacobian_max, 0, 'f', 2), s.jacobian_min <= 0);
    put(Central, folded(s.folded_voxels_central, s.folded_fraction_central), s.folded_voxels_central > 0);
    put(Strict, folded(s.folded_voxels_strict, s.folded_fraction_strict), s.folded_voxels_strict > 0);
    put(Guard, tr("%1 % taken").arg(100 * step.guard.removedShare(), 0, 'f', 1));
    put(GuardSoFar, tr("%1 % taken").arg(100 * trajectory.guardRemovedShare(), 0, 'f', 1));
}

}  // namespace drdm
