#include "ui/MessageModel.h"

#include "ui/Icons.h"
#include "ui/Log.h"
#include "ui/Theme.h"

#include <algorithm>

namespace drdm {

namespace {

constexpr std::size_t kept = 1000;

Log::Level levelOf(MessageModel::Kind kind) {
    return kind == MessageModel::Kind::Error     ? Log::Level::Error
           : kind == MessageModel::Kind::Warning ? Log::Level::Warning
                                                 : Log::Level::Info;
}

}  // namespace

QString MessageModel::Message::plain() const {
    const QString head = time.toString("yyyy-MM-dd HH:mm:ss") + "  " + title;
    return text.isEmpty() ? head : head + '\n' + text;
}

void MessageModel::add(Kind kind, const QString& title, const QString& text) {
    if (m_messages.size() >= kept) {
        beginRemoveRows({}, 0, 0);
        m_messages.erase(m_messages.begin());
        endRemoveRows();
    }
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_messages.push_back({kind, QDateTime::currentDateTime(), title, text});
    endInsertRows();
    Log::write(levelOf(kind), title);
    const Message message = m_messages.back();
    Q_EMIT added(message);
}

void MessageModel::clear() {
    beginResetModel();
    m_messages.clear();
    endResetModel();
}

int MessageModel::count(Kind kind) const {
    return static_cast<int>(std::ranges::count(m_messages, kind, &Message::kind));
}

int MessageModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_messages.size());
}

QVariant MessageModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount()) {
        return {};
    }
    const Message& message = m_messages[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return tr("%1   %2").arg(message.time.toString("HH:mm:ss"), message.title);
        case Qt::DecorationRole:
            return message.kind == Kind::Error     ? icon("warning", &Theme::danger)
                   : message.kind == Kind::Warning ? icon("warning", &Theme::diffusion)
                                                   : icon("info", &Theme::muted);
        case Qt::ToolTipRole:
            return message.plain();
        default:
            return {};
    }
}

}  // namespace drdm
