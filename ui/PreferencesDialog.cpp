#include "ui/PreferencesDialog.h"

#include "ui/Icons.h"
#include "ui/Shortcuts.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace drdm {

PreferencesDialog::PreferencesDialog(const Preferences& now, const PreferencesOffer& offer, QWidget* parent)
    : QDialog(parent),
      m_now(now),
      m_list(new QListWidget),
      m_pages(new QStackedWidget),
      m_restore(new QPushButton(tr("Restore defaults"))),
      m_shortcuts(offer.shortcuts) {
    setObjectName("preferencesDialog");
    setWindowTitle(tr("Preferences"));
    resize(760, 520);
    m_list->setObjectName("preferencesPages");
    m_list->setAccessibleName(tr("Pages"));
    m_list->setIconSize({18, 18});
    m_list->setFixedWidth(m_list->fontMetrics().horizontalAdvance(QString(22, 'n')));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_restore->setObjectName("restoreDefaults");
    m_restore->setToolTip(tr("This page as it was at first; the other pages stay"));
    auto* close = new QPushButton(tr("Close"));
    close->setObjectName("closePreferences");
    auto* side = new QFrame;
    side->setProperty("role", "card");
    auto* sideLayout = new QVBoxLayout(side);
    sideLayout->setContentsMargins(8, 8, 8, 8);
    sideLayout->addWidget(m_list);
    auto* top = new QHBoxLayout;
    top->setSpacing(14);
    top->addWidget(side);
    top->addWidget(m_pages, 1);
    auto* said = new QLabel(tr("Changes take effect at once."));
    said->setProperty("role", "muted");
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_restore);
    bottom->addWidget(said, 1, Qt::AlignCenter);
    bottom->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 14);
    layout->setSpacing(14);
    layout->addLayout(top, 1);
    layout->addLayout(bottom);

    addDisplay(offer);
    addComputing(offer);
    addExport();
    addPaths(offer);
    addServers();
    addKeys(offer);
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int row) {
        m_pages->setCurrentIndex(row);
        m_restore->setEnabled(row != Servers);  // there is no list of servers to begin with
        if (row == Paths) {
            measureCache();
        }
    });
    connect(m_restore, &QPushButton::clicked, this, &PreferencesDialog::restorePage);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    for (QPushButton* button : findChildren<QPushButton*>()) {
        button->setAutoDefault(false);  // Return ends an entry, not the dialog
    }
    m_list->setCurrentRow(0);
    refresh();
}

void PreferencesDialog::showPage(Page page) {
    m_list->setCurrentRow(page);
}

void PreferencesDialog::take(const Preferences& now) {
    m_now = now;
    refresh();
}

PreferencesDialog::Form* PreferencesDialog::addPage(const QString& name, const QString& picture,
                                                    const QString& objectName) {
    auto* item = new QListWidgetItem(icon(picture, &Theme::muted), name, m_list);
    item->setSizeHint({10, m_list->fontMetrics().height() + 18});
    auto* page = new QWidget;
    page->setObjectName(objectName);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(12);
    auto* title = new QLabel(name);
    title->setProperty("role", "pageTitle");
    column->addWidget(title);
    m_forms.push_back(std::make_unique<Form>());
    Form* form = m_forms.back().get();
    form->grid = new QGridLayout;
    form->grid->setHorizontalSpacing(16);
    form->grid->setVerticalSpacing(10);
    form->grid->setColumnStretch(1, 1);
    form->grid->setColumnMinimumWidth(0, fontMetrics().horizontalAdvance(tr("Series numbers from")));
    column->addLayout(form->grid);
    column->addStretch(1);
    m_pages->addWidget(page);
    return form;
}

void PreferencesDialog::addRow(Form* form, const QString& label, QWidget* editor, const QString& objectName,
                               const QString& tip) {
    const int row = form->grid->rowCount();
    if (!label.isEmpty()) {
        auto* name = new QLabel(label);
        name->setProperty("role", "muted");
        name->setBuddy(editor);
        name->setToolTip(tip);
        form->grid->addWidget(name, row, 0);
    }
    if (editor->objectName().isEmpty()) {
        editor->setObjectName(objectName);
    }
    editor->setAccessibleName(label);
    editor->setToolTip(tip);
    form->grid->addWidget(editor, row, 1);
}

void PreferencesDialog::addNote(Form* form, const QString& text, const QString& objectName) {
    auto* note = new QLabel(text);
    note->setObjectName(objectName);
    note->setProperty("role", "muted");
    note->setWordWrap(true);
    form->grid->addWidget(note, form->grid->rowCount(), 1);
}

QComboBox* PreferencesDialog::addCombo(Form* form, const QString& label, const QString& objectName, const QString& tip,
                                       const std::vector<std::pair<QString, QVariant>>& choices) {
    auto* combo = new QComboBox;
    for (const auto& [text, value] : choices) {
        combo->addItem(text, value);
    }
    addRow(form, label, combo, objectName, tip);
    return combo;
}

namespace {

template <typename T>
QVariant asVariant(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return static_cast<int>(value);
    } else {
        return value;
    }
}

template <typename T>
T fromVariant(const QVariant& value) {
    if constexpr (std::is_enum_v<T>) {
        return static_cast<T>(value.toInt());
    } else {
        return value.value<T>();
    }
}

}  // namespace

template <typename T>
void PreferencesDialog::bindCombo(Form* form, QComboBox* combo, T Preferences::*member) {
    form->copies.emplace_back([member](Preferences& to, const Preferences& from) { to.*member = from.*member; });
    m_refreshers.emplace_back([this, combo, member] {
        const QSignalBlocker quiet(combo);
        const QVariant value = asVariant(m_now.*member);
        if (combo->findData(value) < 0) {
            combo->addItem(tr("%1 (not there now)").arg(value.toString()), value);
        }
        combo->setCurrentIndex(combo->findData(value));
    });
    connect(combo, &QComboBox::currentIndexChanged, this, [this, combo, member] {
        m_now.*member = fromVariant<T>(combo->currentData());
        commit();
    });
}
template void PreferencesDialog::bindCombo(Form*, QComboBox*, ThemeChoice Preferences::*);
template void PreferencesDialog::bindCombo(Form*, QComboBox*, int Preferences::*);
template void PreferencesDialog::bindCombo(Form*, QComboBox*, QString Preferences::*);

void PreferencesDialog::bindText(Form* form, QLineEdit* edit, QString Preferences::*member) {
    form->copies.emplace_back([member](Preferences& to, const Preferences& from) { to.*member = from.*member; });
    m_refreshers.emplace_back([this, edit, member] { edit->setText(m_now.*member); });
    connect(edit, &QLineEdit::editingFinished, this, [this, edit, member] {
        if (m_now.*member != edit->text().trimmed()) {
            m_now.*member = edit->text().trimmed();
            commit();
        }
    });
}

void PreferencesDialog::bindNumber(Form* form, QSpinBox* spin, int Preferences::*member) {
    form->copies.emplace_back([member](Preferences& to, const Preferences& from) { to.*member = from.*member; });
    m_refreshers.emplace_back([this, spin, member] {
        const QSignalBlocker quiet(spin);
        spin->setValue(m_now.*member);
    });
    connect(spin, &QSpinBox::valueChanged, this, [this, member](int value) {
        m_now.*member = value;
        commit();
    });
}

void PreferencesDialog::bindFlag(Form* form, QCheckBox* box, bool Preferences::*member) {
    form->copies.emplace_back([member](Preferences& to, const Preferences& from) { to.*member = from.*member; });
    m_refreshers.emplace_back([this, box, member] {
        const QSignalBlocker quiet(box);
        box->setChecked(m_now.*member);
    });
    connect(box, &QCheckBox::toggled, this, [this, member](bool on) {
        m_now.*member = on;
        commit();
    });
}

void PreferencesDialog::commit() {
    m_now.save();
    Q_EMIT changed(m_now);
}

void PreferencesDialog::refresh() {
    for (const auto& each : m_refreshers) {
        each();
    }
}

void PreferencesDialog::restorePage() {
    if (m_list->currentRow() == Keys) {
        m_shortcuts->resetAll();
        return;
    }
    const Preferences standard;
    for (const auto& copy : m_forms[static_cast<std::size_t>(m_list->currentRow())]->copies) {
        copy(m_now, standard);
    }
    refresh();
    commit();
}

}  // namespace drdm
