#include "ui/MessagePanel.h"

#include "ui/Icons.h"
#include "ui/MessageModel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

MessagePanel::MessagePanel(MessageModel* model, QWidget* parent)
    : QWidget(parent),
      m_model(model),
      m_list(new QListView),
      m_details(new QPlainTextEdit),
      m_copy(new QPushButton(icon("copy"), tr("Copy"))),
      m_clear(new QPushButton(icon("trash"), tr("Clear"))) {
    m_list->setObjectName("messages");
    m_list->setAccessibleName(tr("Messages"));
    m_list->setModel(model);
    m_list->setUniformItemSizes(true);
    m_list->setIconSize({16, 16});
    m_list->setMinimumHeight(76);
    m_details->setObjectName("messageDetails");
    m_details->setAccessibleName(tr("Details of the message"));
    m_details->setReadOnly(true);
    m_details->setMinimumHeight(76);
    m_details->setPlaceholderText(tr("Choose a message to read all of it."));
    m_copy->setObjectName("copyMessage");
    m_copy->setToolTip(tr("Copy this message with its time"));
    m_clear->setObjectName("clearMessages");
    m_clear->setToolTip(tr("Empty the list; the log keeps its lines"));
    auto* heading = new QLabel(tr("MESSAGES"));
    heading->setProperty("role", "heading");
    auto* close = new QToolButton;
    close->setObjectName("closeMessages");
    close->setIcon(icon("close"));
    close->setIconSize({16, 16});
    close->setToolTip(tr("Close this list; Help → Messages shows it again"));
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(heading, 1);
    top->addWidget(m_copy);
    top->addWidget(m_clear);
    top->addWidget(close);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_list, 2);
    row->addWidget(m_details, 3);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 2, 8, 8);
    column->setSpacing(6);
    column->addLayout(top);
    column->addLayout(row, 1);
    connect(close, &QToolButton::clicked, this, &MessagePanel::closeWanted);
    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, &MessagePanel::showChosen);
    connect(model, &QAbstractItemModel::rowsInserted, this, &MessagePanel::showNewest);
    connect(model, &QAbstractItemModel::modelReset, this, &MessagePanel::showChosen);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        const auto at = static_cast<std::size_t>(m_list->currentIndex().row());
        if (m_list->currentIndex().isValid()) {
            QGuiApplication::clipboard()->setText(m_model->messages()[at].plain());
        }
    });
    connect(m_clear, &QPushButton::clicked, model, &MessageModel::clear);
    showNewest();
}

void MessagePanel::showNewest() {
    m_list->setCurrentIndex(m_model->index(m_model->rowCount() - 1));
    m_list->scrollToBottom();
    showChosen();
}

void MessagePanel::showChosen() {
    const QModelIndex index = m_list->currentIndex();
    const bool any = index.isValid() && index.row() < m_model->rowCount();
    const MessageModel::Message message =
        any ? m_model->messages()[static_cast<std::size_t>(index.row())] : MessageModel::Message{};
    m_details->setPlainText(message.text.isEmpty() ? message.title : message.title + "\n\n" + message.text);
    m_copy->setEnabled(any);
    m_clear->setEnabled(m_model->rowCount() > 0);
}

}  // namespace drdm
