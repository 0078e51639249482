#pragma once

#include "ui/MessageModel.h"

#include <QFrame>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace drdm {

/// The newest error or warning as a card over the top of a window, which goes on working below it. Several that come
/// before the card is closed are one card with a count.
class MessageBanner : public QFrame {
    Q_OBJECT

public:
    /// Lies over `area` (a child of the window), `top` pixels below its upper edge.
    MessageBanner(MessageModel* model, QWidget* area);

    [[nodiscard]] QString title() const;
    /// Errors and warnings that the card stands for.
    [[nodiscard]] int count() const { return m_count; }
    void dismiss();
    /// News with something to do: its button, "verb", calls `act` and closes the card.
    void withdrawOffer();  ///< if it is one that is shown
    void offer(const MessageModel::Message& news, const QString& verb, std::function<void()> act);

Q_SIGNALS:
    void detailsWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void show(const MessageModel::Message& message);
    void place();

    QWidget* m_area;
    QLabel *m_icon, *m_title, *m_text, *m_more;
    QPushButton *m_verb, *m_details, *m_copy;
    QToolButton* m_close;
    QString m_plain;
    int m_count = 0;
    std::function<void()> m_act;
};

}  // namespace drdm
