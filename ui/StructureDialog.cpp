#include "ui/StructureDialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {

namespace {

constexpr int numberRole = Qt::UserRole;

}  // namespace

StructureDialog::StructureDialog(const std::vector<NamedStructure>& structures, const QStringList& chosen,
                                 QWidget* parent)
    : QDialog(parent),
      m_list(new QListWidget),
      m_up(new QPushButton(tr("Up"))),
      m_down(new QPushButton(tr("Down"))),
      m_ok(nullptr) {
    setObjectName("structureDialog");
    setWindowTitle(tr("Choose structures"));
    resize(420, 440);
    std::vector<NamedStructure> ordered = structures;
    const auto rank = [&chosen](const NamedStructure& structure) {
        const auto at = chosen.indexOf(QString::number(structure.number));
        return at < 0 ? chosen.size() : at;
    };
    std::stable_sort(ordered.begin(), ordered.end(),
                     [&](const NamedStructure& a, const NamedStructure& b) { return rank(a) < rank(b); });
    for (const NamedStructure& structure : structures) {
        m_all << QString::number(structure.number);
    }
    m_list->setObjectName("structureList");
    m_list->setAccessibleName(tr("Structures"));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    for (const NamedStructure& structure : ordered) {
        const QString number = QString::number(structure.number);
        auto* item = new QListWidgetItem(
            structure.name.empty() ? tr("Structure %1").arg(number) : QString::fromStdString(structure.name), m_list);
        item->setData(numberRole, number);
        item->setToolTip(tr("Number %1 in the file").arg(number));
        item->setCheckState(chosen.isEmpty() || chosen.contains(number) ? Qt::Checked : Qt::Unchecked);
    }
    m_list->setCurrentRow(0);
    auto* note = new QLabel(tr("Where two overlap, the one further down has the voxel."));
    note->setProperty("role", "muted");
    note->setWordWrap(true);
    auto* all = new QPushButton(tr("All"));
    all->setObjectName("allStructures");
    auto* none = new QPushButton(tr("None"));
    none->setObjectName("noStructures");
    m_up->setObjectName("structureUp");
    m_down->setObjectName("structureDown");
    auto* side = new QVBoxLayout;
    for (QPushButton* button : {all, none, m_up, m_down}) {
        button->setAutoDefault(false);
        side->addWidget(button);
    }
    side->insertSpacing(2, 12);
    side->addStretch();
    auto* middle = new QHBoxLayout;
    middle->addWidget(m_list, 1);
    middle->addLayout(side);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(tr("Show these"));
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(middle, 1);
    layout->addWidget(note);
    layout->addWidget(buttons);
    connect(all, &QPushButton::clicked, this, [this] { checkAll(true); });
    connect(none, &QPushButton::clicked, this, [this] { checkAll(false); });
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    connect(m_list, &QListWidget::itemChanged, this, &StructureDialog::showWhatCanBeDone);
    connect(m_list, &QListWidget::currentRowChanged, this, &StructureDialog::showWhatCanBeDone);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    showWhatCanBeDone();
}

QStringList StructureDialog::chosen() const {
    QStringList numbers;
    for (int row = 0; row < m_list->count(); ++row) {
        if (m_list->item(row)->checkState() == Qt::Checked) {
            numbers << m_list->item(row)->data(numberRole).toString();
        }
    }
    return numbers == m_all ? QStringList() : numbers;
}

void StructureDialog::checkAll(bool on) {
    for (int row = 0; row < m_list->count(); ++row) {
        m_list->item(row)->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    }
}

void StructureDialog::move(int by) {
    const int row = m_list->currentRow();
    QListWidgetItem* item = m_list->takeItem(row);
    m_list->insertItem(row + by, item);
    m_list->setCurrentItem(item);
}

void StructureDialog::showWhatCanBeDone() {
    const int row = m_list->currentRow();
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_list->count());
    bool some = false;
    for (int k = 0; k < m_list->count(); ++k) {
        some = some || m_list->item(k)->checkState() == Qt::Checked;
    }
    m_ok->setEnabled(some);
    m_ok->setToolTip(some ? QString() : tr("Check one structure at least"));
}

}  // namespace drdm
