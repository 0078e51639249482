#pragma once

#include "tasks/Trajectory.h"

#include <QFrame>

#include <array>

class QLabel;

namespace drdm {

/// The numbers of the step that is shown.
class StatisticsPanel : public QFrame {
    Q_OBJECT

public:
    explicit StatisticsPanel(QWidget* parent = nullptr);

    void clear();
    void show(const Trajectory& trajectory, std::size_t index);

private:
    enum Line { Mean, Largest, Jacobian, Central, Strict, Guard, GuardSoFar, Count };
    std::array<QLabel*, Count> m_values{};
};

}  // namespace drdm
