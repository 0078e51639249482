#include "ui/MessagePanel.h"

#include "ui/Icons.h"
#include "ui/MessageModel.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
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
    m_list->setMinimumHeight(90);
    m_details->setObjectName("messageDetails");
    m_details->setAccessibleName(tr("Details of the message"));
    m_details->setReadOnly(true);
    m_details->setPlaceholderText(tr("Choose a message to read all of it."));
    m_copy->setObjectName("copyMessage");
    m_copy->setToolTip(tr("Copy this message with its time"));
    m_clear->setObjectName("clearMessages");
    m_clear->setToolTip(tr("Empty the list; the log keeps its lines"));
    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(6);
    buttons->addWidget(m_copy);
    buttons->addWidget(m_clear);
    buttons->addStretch();
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 8, 8);
    row->setSpacing(8);
    row->addWidget(m_list, 2);
    row->addWidget(m_details, 3);
    row->addLayout(buttons);
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
