#pragma once

#include <QLineEdit>

namespace drdm {

/// A number to type, of any size (1.3, 3.8e-4). Up and Down change it by 2 % (Shift: 0.2 %). What is no number in the
/// range is refused with a message, and the number before it comes back.
class NumberField : public QLineEdit {
    Q_OBJECT

public:
    /// `name`: what the message calls it.
    NumberField(QString name, double least, double most, QWidget* parent = nullptr);

    void setValue(double value);  ///< no signal
    void setRange(double least, double most);
    [[nodiscard]] double value() const { return m_value; }

Q_SIGNALS:
    void entered(double value);
    void refused(const QString& why);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void accept();
    void put(double value);

    QString m_name;
    double m_least, m_most, m_value = 0;
};

}  // namespace drdm
