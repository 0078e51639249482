#include "ui/ShortcutEditor.h"

#include "ui/ActionTips.h"
#include "ui/Shortcuts.h"
#include "ui/ShortcutsModel.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace drdm {

ShortcutEditor::ShortcutEditor(Shortcuts* shortcuts, QWidget* parent)
    : QWidget(parent),
      m_shortcuts(shortcuts),
      m_model(new ShortcutsModel(shortcuts, this)),
      m_filtered(new QSortFilterProxyModel(this)),
      m_filter(new QLineEdit),
      m_table(new QTableView),
      m_name(new QLabel),
      m_message(new QLabel),
      m_keys(new QKeySequenceEdit),
      m_none(new QPushButton(tr("No key"))),
      m_reset(new QPushButton(tr("Standard"))),
      m_take(new QPushButton(tr("Take it over"))) {
    m_filtered->setSourceModel(m_model);
    m_filtered->setFilterKeyColumn(-1);
    m_filtered->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_filter->setObjectName("shortcutFilter");
    m_filter->setPlaceholderText(tr("Find a command or a key"));
    m_filter->setClearButtonEnabled(true);
    m_table->setObjectName("shortcutTable");
    m_table->setAccessibleName(tr("Shortcuts"));
    m_table->setModel(m_filtered);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setShowGrid(false);
    m_table->setTabKeyNavigation(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->setVisible(false);
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 11);
    m_table->horizontalHeader()->setSectionResizeMode(ShortcutsModel::Command, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(ShortcutsModel::Menu, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(ShortcutsModel::Keys, QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_keys->setObjectName("shortcutKeys");
    m_keys->setToolTip(tr("Click here and press the new key"));
    m_keys->setAccessibleName(tr("New key"));
    m_none->setObjectName("shortcutNone");
    m_none->setToolTip(tr("The command keeps its menu entry and loses its key"));
    m_reset->setObjectName("shortcutReset");
    m_reset->setToolTip(tr("The key that this command was made with"));
    m_take->setObjectName("shortcutTake");
    m_take->setToolTip(tr("This command gets the key, the other one loses it"));
    m_name->setMinimumWidth(40);
    m_message->setObjectName("shortcutMessage");
    m_message->setProperty("role", "muted");
    m_message->setWordWrap(true);

    auto* edit = new QHBoxLayout;
    edit->setSpacing(8);
    edit->addWidget(m_name, 1);
    edit->addWidget(m_keys, 1);
    edit->addWidget(m_none);
    edit->addWidget(m_reset);
    auto* hint = new QHBoxLayout;
    hint->addWidget(m_message, 1);
    hint->addWidget(m_take);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_filter);
    layout->addWidget(m_table, 1);
    layout->addLayout(edit);
    layout->addLayout(hint);

    connect(m_filter, &QLineEdit::textChanged, m_filtered, &QSortFilterProxyModel::setFilterFixedString);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ShortcutEditor::showChosen);
    connect(m_table, &QTableView::activated, m_keys, qOverload<>(&QWidget::setFocus));
    connect(m_keys, &QKeySequenceEdit::keySequenceChanged, this, &ShortcutEditor::tryKeys);
    connect(m_none, &QPushButton::clicked, this, [this] {
        if (QAction* action = chosen()) {
            m_shortcuts->set(action, {});
            showChosen();
        }
    });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        if (QAction* action = chosen()) {
            m_shortcuts->reset(action);
            showChosen();
        }
    });
    connect(m_take, &QPushButton::clicked, this, &ShortcutEditor::take);
    connect(shortcuts, &Shortcuts::changed, this, [this](const QAction* action) {
        if (action == chosen()) {
            showChosen();
        }
    });
    m_table->setCurrentIndex(m_filtered->index(0, 0));
    showChosen();
}

QAction* ShortcutEditor::chosen() const {
    return m_model->actionAt(m_filtered->mapToSource(m_table->currentIndex()).row());
}

void ShortcutEditor::choose(const QAction* action) {
    for (int row = 0; row < m_model->rowCount(); ++row) {
        if (m_model->actionAt(row) == action) {
            m_table->setCurrentIndex(m_filtered->mapFromSource(m_model->index(row, ShortcutsModel::Command)));
        }
    }
}

void ShortcutEditor::showChosen() {
    const QAction* action = chosen();
    const QSignalBlocker quiet(m_keys);
    m_keys->setKeySequence(action != nullptr ? action->shortcut() : QKeySequence());
    m_name->setText(action != nullptr ? plainText(action) : QString());
    m_keys->setEnabled(action != nullptr);
    m_none->setEnabled(action != nullptr && !action->shortcuts().isEmpty());
    m_reset->setEnabled(action != nullptr && !m_shortcuts->isStandard(action));
    m_take->setVisible(false);
    m_message->setText(action == nullptr ? tr("No command is called that, and none has that key.")
                                         : tr("Click into the field and press the new key."));
}

void ShortcutEditor::tryKeys(const QKeySequence& keys) {
    QAction* action = chosen();
    if (action == nullptr || keys.isEmpty()) {
        return;
    }
    const QKeySequence first(keys[0]);  // one key, not a melody
    if (const QAction* holder = m_shortcuts->holderOf(first, action)) {
        m_message->setText(
            tr("%1 is the key of “%2”.").arg(first.toString(QKeySequence::NativeText), plainText(holder)));
        m_take->setVisible(true);
        if (keys.count() > 1) {
            const QSignalBlocker quiet(m_keys);
            m_keys->setKeySequence(first);
        }
        return;
    }
    m_shortcuts->set(action, first);
    showChosen();
}

void ShortcutEditor::take() {
    QAction* action = chosen();
    if (action == nullptr || m_keys->keySequence().isEmpty()) {
        return;
    }
    const QKeySequence keys(m_keys->keySequence()[0]);
    while (QAction* holder = m_shortcuts->holderOf(keys, action)) {
        m_shortcuts->set(holder, {});
    }
    m_shortcuts->set(action, keys);
    showChosen();
}

}  // namespace drdm
