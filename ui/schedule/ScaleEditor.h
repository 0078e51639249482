#pragma once

#include "diffusion/Schedule.h"

#include <QFrame>

#include <vector>

class QGridLayout;
class QLabel;
class QSlider;

namespace drdm {

class NumberField;

/// How much of every scale of the random velocity a schedule has: a slider (logarithmic, its left end is off) and a
/// number in millionths of the side.
class ScaleEditor : public QFrame {
    Q_OBJECT

public:
    explicit ScaleEditor(QWidget* parent = nullptr);

    void setScales(const std::vector<ScheduleScale>& scales);  ///< no signal
    void setComparison(const std::vector<ScheduleScale>& scales);
    [[nodiscard]] const std::vector<ScheduleScale>& scales() const { return m_scales; }

Q_SIGNALS:
    void edited(const std::vector<drdm::ScheduleScale>& scales, bool finished);
    void refused(const QString& why);

private:
    struct Row {
        QLabel* name = nullptr;
        QSlider* slider = nullptr;
        NumberField* number = nullptr;
        QLabel* other = nullptr;  ///< what the comparison has
    };
    void makeRows();
    void refresh();

    std::vector<ScheduleScale> m_scales, m_comparison;
    std::vector<Row> m_rows;
    QGridLayout* m_grid;
};

}  // namespace drdm
