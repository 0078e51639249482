#pragma once

#include "ui/TimelineCurves.h"

#include <QWidget>

class QAbstractButton;
class QLabel;

namespace drdm {

/// The names of the curves with their colours; each switches its curve on and off. At the right the ends of the axes.
class TimelineLegend : public QWidget {
    Q_OBJECT

public:
    explicit TimelineLegend(QWidget* parent = nullptr);

    void setShown(const std::set<TimelineCurve>& shown);  ///< no signal
    [[nodiscard]] std::set<TimelineCurve> shown() const;
    void setScale(const QString& text);

Q_SIGNALS:
    void shownChanged();

private:
    std::vector<QAbstractButton*> m_buttons;  ///< in the order of `timelineCurves`
    QLabel* m_scale;
};

}  // namespace drdm
