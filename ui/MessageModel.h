#pragma once

#include <QAbstractListModel>
#include <QDateTime>

#include <vector>

namespace drdm {

/// What the program had to say since its start: errors, warnings and news, the newest last. At most a thousand are
/// kept.
class MessageModel : public QAbstractListModel {
    Q_OBJECT

public:
    enum class Kind { News, Warning, Error };
    struct Message {
        Kind kind = Kind::News;
        QDateTime time;
        QString title, text;
        /// As it is copied: time, title and text.
        [[nodiscard]] QString plain() const;
    };

    using QAbstractListModel::QAbstractListModel;

    /// `title` goes into the log, so it names no file and no patient; `text` may.
    void add(Kind kind, const QString& title, const QString& text = {});
    void clear();
    [[nodiscard]] const std::vector<Message>& messages() const { return m_messages; }
    [[nodiscard]] int count(Kind kind) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

Q_SIGNALS:
    void added(const drdm::MessageModel::Message& message);

private:
    std::vector<Message> m_messages;
};

}  // namespace drdm
