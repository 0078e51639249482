#pragma once

#include <QFrame>

class QLabel;

namespace drdm {

/// A message in the page that blocks nothing: what went wrong and what to do, to copy and to put away. Hidden until
/// there is something to say.
class ErrorCard : public QFrame {
    Q_OBJECT

public:
    explicit ErrorCard(QWidget* parent = nullptr);

    void show(const QString& title, const QString& text);
    [[nodiscard]] QString text() const;

private:
    QLabel *m_title, *m_text;
};

}  // namespace drdm
