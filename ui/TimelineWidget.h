#pragma once

#include "diffusion/Recovery.h"

#include <QWidget>

#include <vector>

namespace drdm {

/// All steps of a trajectory side by side: the diffusion half amber, the recovery half teal, the mean displacement as a
/// curve. Steps that are still to come are drawn faintly, so that nothing moves while sampling runs.
class TimelineWidget : public QWidget {
    Q_OBJECT

public:
    struct Point {
        StepKind kind = StepKind::Diffusion;
        int t = 0;
        double mean_percent = 0;
        double max_percent = 0;
        bool folded = false;
    };

    explicit TimelineWidget(QWidget* parent = nullptr);

    void setPoints(std::vector<Point> points);
    /// How many steps of either half there will be; fewer than there are points counts as finished.
    void setExpected(int diffusion, int recovery);
    void setCurrent(int index);  ///< shows it; no signal

    [[nodiscard]] int current() const { return m_current; }
    [[nodiscard]] int count() const { return static_cast<int>(m_points.size()); }
    [[nodiscard]] const std::vector<Point>& points() const { return m_points; }
    /// The middle of a step in widget pixels.
    [[nodiscard]] double xOf(int index) const;
    /// The nearest step that is there; −1 if there is none.
    [[nodiscard]] int indexAt(double x) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void stepChosen(int index);  ///< by mouse, wheel or keyboard

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int index);
    [[nodiscard]] QRectF area() const;
    [[nodiscard]] int slotCount() const;
    [[nodiscard]] int diffusionSlots() const;

    std::vector<Point> m_points;
    int m_expectedDiffusion = 0, m_expectedRecovery = 0;
    int m_current = -1;
    int m_hover = -1;
};

}  // namespace drdm
