#include "ui/schedule/NumberField.h"

#include <QKeyEvent>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

QString shown(double value) {
    return QString::number(value, 'g', 5);
}

}  // namespace

NumberField::NumberField(QString name, double least, double most, QWidget* parent)
    : QLineEdit(parent), m_name(std::move(name)), m_least(least), m_most(most) {
    setAccessibleName(m_name);
    setAlignment(Qt::AlignRight);
    setFixedWidth(72);
    connect(this, &QLineEdit::returnPressed, this, &NumberField::accept);
}

void NumberField::setRange(double least, double most) {
    m_least = least;
    m_most = most;
}

void NumberField::setValue(double value) {
    if (value != m_value || text().isEmpty()) {
        put(value);
    }
}

void NumberField::put(double value) {
    m_value = value;
    setText(shown(value));
}

void NumberField::accept() {
    if (text() == shown(m_value)) {
        return;  // untouched: the digits that are not shown stay
    }
    const QString typed = text().trimmed();
    bool fine = false;
    double value = QLocale::c().toDouble(typed, &fine);
    if (!fine) {
        value = QLocale().toDouble(typed, &fine);
    }
    if (!fine || !std::isfinite(value) || value < m_least || value > m_most) {
        put(m_value);
        Q_EMIT refused(tr("%1: “%2” is not accepted; give a number from %3 to %4")
                           .arg(m_name, typed.left(20), shown(m_least), shown(m_most)));
        return;
    }
    put(value);
    Q_EMIT entered(value);
}

void NumberField::keyPressEvent(QKeyEvent* event) {
    const int way = event->key() == Qt::Key_Up ? 1 : event->key() == Qt::Key_Down ? -1 : 0;
    if (way == 0) {
        QLineEdit::keyPressEvent(event);
        return;
    }
    const double share = event->modifiers() & Qt::ShiftModifier ? 0.002 : 0.02;
    put(std::clamp(m_value * (1 + way * share), m_least, m_most));
    Q_EMIT entered(m_value);
}

void NumberField::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    accept();
}

}  // namespace drdm
