#include "ui/MeasurementPanel.h"

#include "ui/Icons.h"
#include "ui/ViewPair.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace drdm {

MeasurementPanel::MeasurementPanel(ViewPair* views, QWidget* parent)
    : QFrame(parent), m_views(views), m_list(new QListWidget) {
    setProperty("role", "card");
    auto* heading = new QLabel(tr("MEASUREMENTS"));
    heading->setProperty("role", "heading");
    auto* remove = new QToolButton;
    remove->setObjectName("removeMeasurement");
    remove->setIcon(icon("trash"));
    remove->setToolTip(tr("Remove the chosen measurement (Delete)"));
    m_list->setObjectName("measurements");
    m_list->setAccessibleName(tr("Measurements"));
    m_list->setWordWrap(true);
    m_list->setMinimumHeight(120);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* header = new QHBoxLayout;
    header->addWidget(heading, 1);
    header->addWidget(remove);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 8, 8);
    column->setSpacing(4);
    column->addLayout(header);
    column->addWidget(m_list);
    connect(remove, &QToolButton::clicked, this, &MeasurementPanel::removeChosen);
    auto* key = new QShortcut(QKeySequence::Delete, m_list);
    key->setContext(Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &MeasurementPanel::removeChosen);
    connect(views, &ViewPair::measurementsChanged, this, &MeasurementPanel::list);
    connect(views, &ViewPair::measuredAnew, this, &MeasurementPanel::fill);
    list();
}

void MeasurementPanel::setUnit(const QString& unit) {
    m_unit = unit.isEmpty() ? QString() : " " + unit;
    fill();
}

void MeasurementPanel::list() {
    m_list->clear();
    for (const Measurement& m : m_views->measurements()) {
        auto* item = new QListWidgetItem(m_list);
        item->setData(Qt::UserRole, m.number);
    }
    fill();
    m_list->setCurrentRow(m_list->count() - 1);
    setVisible(m_list->count() > 0);
}

void MeasurementPanel::fill() {
    for (int row = 0; row < m_list->count(); ++row) {
        m_list->item(row)->setText(text(m_views->measurements()[static_cast<std::size_t>(row)]));
    }
}

void MeasurementPanel::removeChosen() {
    if (const QListWidgetItem* item = m_list->currentItem()) {
        m_views->removeMeasurement(item->data(Qt::UserRole).toInt());
    }
}

QString MeasurementPanel::text(const Measurement& m) const {
    const QString kind = m.kind == Measurement::Kind::Distance  ? tr("Distance")
                         : m.kind == Measurement::Kind::Ellipse ? tr("Ellipse")
                                                                : tr("Rectangle");
    const std::optional<MeasuredValues> values = m_views->measured(m);
    if (!values) {
        return tr("%1  %2 on slice %3").arg(m.number).arg(kind).arg(m.slice);
    }
    const auto region = [this](const QString& name, const RegionValues& r) {
        const int digits = r.maximum - r.minimum < 10 ? 2 : 0;
        return r.voxels == 0 ? tr("\n%1: no voxel inside").arg(name)
                             : tr("\n%1: %2 ± %3%6, from %4 to %5")
                                   .arg(name)
                                   .arg(r.mean, 0, 'f', std::max(digits, 1))
                                   .arg(r.deviation, 0, 'f', std::max(digits, 1))
                                   .arg(r.minimum, 0, 'f', digits)
                                   .arg(r.maximum, 0, 'f', digits)
                                   .arg(m_unit);
    };
    if (m.kind == Measurement::Kind::Distance) {
        QString line = tr("%1  Distance %2 mm").arg(m.number).arg(values->length_mm, 0, 'f', 1);
        if (values->carriedLength_mm) {
            line += tr("\nin the original: %1 mm").arg(*values->carriedLength_mm, 0, 'f', 1);
        }
        return line;
    }
    QString line = tr("%1  %2, %3 mm²").arg(m.number).arg(kind).arg(values->original.area_mm2, 0, 'f', 0);
    if (values->carriedArea_mm2) {
        line += tr(" (in the original %1 mm²)").arg(*values->carriedArea_mm2, 0, 'f', 0);
    }
    line += region(tr("Original"), values->original);
    if (values->variation) {
        line += region(tr("Variation"), *values->variation);
    }
    return line;
}

}  // namespace drdm
