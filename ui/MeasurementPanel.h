#pragma once

#include "ui/Measurement.h"

#include <QFrame>

class QListWidget;

namespace drdm {

class ViewPair;

/// The list of what was drawn to be measured, with its numbers for original and variation. Hidden while it is empty.
class MeasurementPanel : public QFrame {
    Q_OBJECT

public:
    /// Reads and removes the measurements of `views`, which must live as long.
    explicit MeasurementPanel(ViewPair* views, QWidget* parent = nullptr);

    void setUnit(const QString& unit);

private:
    void list();
    void fill();  ///< the numbers alone
    void removeChosen();
    [[nodiscard]] QString text(const Measurement& measurement) const;

    ViewPair* m_views;
    QListWidget* m_list;
    QString m_unit;
};

}  // namespace drdm
