#include "ui/schedule/PresetPanel.h"

#include "ui/Icons.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

QToolButton* action(const QString& picture, const QString& tip, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(picture));
    button->setIconSize({18, 18});
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setObjectName(name);
    return button;
}

}  // namespace

PresetPanel::PresetPanel(QWidget* parent)
    : QFrame(parent),
      m_library(new ScheduleLibrary(this)),
      m_list(new QListView),
      m_name(new QLineEdit),
      m_save(new QPushButton(tr("Save"))),
      m_rename(action("rename", tr("Rename the chosen schedule (F2)"), "renameSchedule")),
      m_import(action("import", tr("Import a schedule from a file …"), "importSchedule")),
      m_export(action("export", tr("Export the chosen schedule to a file …"), "exportSchedule")),
      m_delete(action("trash", tr("Delete the chosen schedule …"), "deleteSchedule")),
      m_compare(new QComboBox),
      m_state(new QLabel) {
    setProperty("role", "card");
    auto* heading = new QLabel(tr("SCHEDULES"));
    heading->setProperty("role", "heading");
    m_list->setModel(m_library);
    m_list->setObjectName("scheduleList");
    m_list->setAccessibleName(tr("Schedules"));
    m_list->setEditTriggers(QAbstractItemView::EditKeyPressed);
    m_name->setObjectName("scheduleName");
    m_name->setPlaceholderText(tr("Name"));
    m_name->setMaxLength(80);
    m_name->setAccessibleName(tr("Name of the schedule"));
    m_name->setToolTip(tr("The name under which “Save” keeps the schedule; a new name makes a new one"));
    m_save->setObjectName("saveSchedule");
    m_save->setToolTip(tr("Keep the schedule under the name beside, as a file that can be shared"));
    m_state->setObjectName("scheduleState");
    m_state->setProperty("role", "muted");
    m_state->setWordWrap(true);
    m_compare->setObjectName("compareSchedule");
    m_compare->setToolTip(tr("Another schedule, drawn dashed"));
    m_compare->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    auto* compareLabel = new QLabel(tr("Compare with"));
    compareLabel->setProperty("role", "muted");
    compareLabel->setBuddy(m_compare);

    auto* verbs = new QHBoxLayout;
    verbs->setSpacing(2);
    for (QToolButton* button : {m_rename, m_import, m_export, m_delete}) {
        verbs->addWidget(button);
    }
    verbs->addStretch();
    auto* saving = new QHBoxLayout;
    saving->setSpacing(6);
    saving->addWidget(m_name, 1);
    saving->addWidget(m_save);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 12);
    column->setSpacing(7);
    column->addWidget(heading);
    column->addWidget(m_list, 1);
    column->addLayout(verbs);
    column->addLayout(saving);
    column->addWidget(m_state);
    column->addSpacing(6);
    column->addWidget(compareLabel);
    column->addWidget(m_compare);

    connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) {
        if (const auto schedule = m_library->schedule(index.row())) {
            Q_EMIT chosen(*schedule);
        } else {
            Q_EMIT told(m_library->errorOf(index.row()), true);
        }
    });
    connect(m_list, &QListView::activated, m_list, &QListView::clicked);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &PresetPanel::enableVerbs);
    connect(m_library, &ScheduleLibrary::modelReset, this, [this] {
        fillComparison();
        setCurrent(m_current);
    });
    connect(m_library, &ScheduleLibrary::failed, this, [this](const QString& why) { Q_EMIT told(why, true); });
    connect(m_name, &QLineEdit::returnPressed, this, &PresetPanel::save);
    connect(m_name, &QLineEdit::textEdited, this, &PresetPanel::renamed);
    connect(m_save, &QPushButton::clicked, this, &PresetPanel::save);
    connect(m_rename, &QToolButton::clicked, this, [this] { m_list->edit(m_list->currentIndex()); });
    connect(m_import, &QToolButton::clicked, this, &PresetPanel::importFiles);
    connect(m_export, &QToolButton::clicked, this, &PresetPanel::exportChosen);
    connect(m_delete, &QToolButton::clicked, this, &PresetPanel::removeChosen);
    connect(m_compare, &QComboBox::activated, this,
            [this](int index) { Q_EMIT compared(m_library->schedule(m_compare->itemData(index).toInt())); });
    fillComparison();
    m_list->setCurrentIndex(m_library->index(0));
    setCurrent({});
}

int PresetPanel::chosenRow() const {
    return m_list->currentIndex().isValid() ? m_list->currentIndex().row() : -1;
}

void PresetPanel::fillComparison() {
    const QString before = m_compare->currentText();
    m_compare->clear();
    m_compare->addItem(tr("Nothing"), -1);
    for (int row = 0; row < m_library->rowCount(); ++row) {
        if (m_library->schedule(row)) {
            m_compare->addItem(m_library->index(row).data().toString(), row);
        }
    }
    m_compare->setCurrentIndex(std::max(0, m_compare->findText(before)));
}

void PresetPanel::setCurrent(const Schedule& schedule) {
    m_current = schedule;
    const QString name = QString::fromStdString(schedule.name);
    if (!m_name->hasFocus() || m_name->text().trimmed() != name) {
        m_name->setText(name);
    }
    const int row = m_library->rowOf(name.trimmed());
    const auto saved = row >= 0 ? m_library->schedule(row) : std::nullopt;
    const bool same = saved && sameNumbers(*saved, schedule);
    m_state->setText(same && row == 0 ? tr("The shipped models' own schedule.")
                     : same           ? tr("Saved.")
                     : row == 0       ? tr("“%1” is built in; type another name to save this one.").arg(name)
                     : row > 0        ? tr("Changed; not saved yet.")
                                      : tr("Not saved yet."));
    m_save->setEnabled(!same && row != 0 && !name.trimmed().isEmpty());
    if (row >= 0 && row != chosenRow()) {
        m_list->setCurrentIndex(m_library->index(row));
    }
    enableVerbs();
}

void PresetPanel::enableVerbs() {
    const int listed = chosenRow();
    const bool own = listed > 0;
    m_rename->setEnabled(own && m_library->schedule(listed));
    m_export->setEnabled(listed >= 0 && m_library->schedule(listed));
    m_delete->setEnabled(own);
}

void PresetPanel::attempt(const std::function<void()>& work) {
    try {
        work();
    } catch (const std::exception& failure) {
        Q_EMIT told(QString::fromStdString(failure.what()), true);
    }
}

void PresetPanel::save() {
    attempt([this] {
        const int row = m_library->save(m_current);
        m_list->setCurrentIndex(m_library->index(row));
        Q_EMIT told(tr("Saved as %1").arg(m_library->fileOf(row)), false);
    });
}

void PresetPanel::importFiles() {
    auto* dialog = new QFileDialog(window(), tr("Import schedules"), {}, tr("Noise schedules (*.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList& files) {
        for (const QString& file : files) {
            attempt([this, &file] {
                const int row = m_library->importFile(file);
                m_list->setCurrentIndex(m_library->index(row));
                Q_EMIT chosen(m_library->schedule(row).value());
            });
        }
    });
    dialog->open();
}

void PresetPanel::exportChosen() {
    const int row = chosenRow();
    if (row < 0) {
        return;
    }
    const QString name = m_library->index(row).data().toString();
    auto* dialog = new QFileDialog(window(), tr("Export “%1”").arg(name), name + ".json",
                                   tr("Noise schedules (*.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("json");
    connect(dialog, &QFileDialog::fileSelected, this, [this, name](const QString& file) {
        attempt([this, &name, &file] {
            m_library->exportTo(m_library->rowOf(name), file);
            Q_EMIT told(tr("Exported to %1").arg(file), false);
        });
    });
    dialog->open();
}

void PresetPanel::removeChosen() {
    const int row = chosenRow();
    if (row <= 0) {
        return;
    }
    const QString name = m_library->index(row).data().toString(), file = m_library->fileOf(row);
    auto* question =
        new QMessageBox(QMessageBox::Question, tr("Delete a schedule"),
                        tr("Delete “%1”? Its file is removed; export it first if you may want it again.").arg(name),
                        QMessageBox::Cancel, window());
    question->setObjectName("deleteScheduleQuestion");
    question->setInformativeText(file);
    auto* yes = question->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    question->setDefaultButton(QMessageBox::Cancel);
    question->setAttribute(Qt::WA_DeleteOnClose);
    connect(question, &QMessageBox::buttonClicked, this, [this, yes, file](QAbstractButton* button) {
        if (button != yes) {
            return;
        }
        attempt([this, &file] {
            for (int at = 1; at < m_library->rowCount(); ++at) {
                if (m_library->fileOf(at) == file) {
                    m_library->remove(at);
                    m_list->setCurrentIndex(m_library->index(0));
                    return;
                }
            }
        });
    });
    question->open();
}

}  // namespace drdm
