#pragma once

#include "ui/TimelineCurves.h"

#include <QImage>
#include <QWidget>

#include <map>
#include <set>
#include <vector>

namespace drdm {

/// All steps of a trajectory side by side: the diffusion half amber, the recovery half teal, curves over the steps and,
/// if wanted, a filmstrip below on the same axis. Steps that are still to come are drawn faintly, so that nothing moves
/// while sampling runs.
class TimelineWidget : public QWidget {
    Q_OBJECT

public:
    using Point = TimelinePoint;

    explicit TimelineWidget(QWidget* parent = nullptr);

    void setPoints(std::vector<Point> points);
    /// How many steps of either half there will be; fewer than there are points counts as finished.
    void setExpected(int diffusion, int recovery);
    void setCurrent(int index);  ///< shows it; no signal
    void setShownCurves(std::set<TimelineCurve> shown);
    [[nodiscard]] const std::set<TimelineCurve>& shownCurves() const { return m_shown; }
    [[nodiscard]] TimelineScale scale() const { return TimelineScale::of(m_points, m_shown); }

    [[nodiscard]] int current() const { return m_current; }
    [[nodiscard]] int count() const { return static_cast<int>(m_points.size()); }
    [[nodiscard]] const std::vector<Point>& points() const { return m_points; }
    /// The middle of a step in widget pixels.
    [[nodiscard]] double xOf(int index) const;
    /// The nearest step that is there; −1 if there is none.
    [[nodiscard]] int indexAt(double x) const;
    /// The same, but on a picture of the filmstrip the step of that picture.
    [[nodiscard]] int indexAt(QPointF place) const;

    // The filmstrip.
    void setFilmVisible(bool visible);
    [[nodiscard]] bool filmVisible() const { return m_filmVisible; }
    void setFilmAspect(double widthOverHeight);
    /// The steps whose pictures have a place, from left to right; some may not be there yet. Empty while hidden.
    [[nodiscard]] std::vector<int> filmSteps() const;
    void setThumbnails(std::map<int, QImage> pictures);  ///< by step
    [[nodiscard]] const std::map<int, QImage>& thumbnails() const { return m_thumbnails; }
    [[nodiscard]] static int filmHeight();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void stepChosen(int index);  ///< by mouse, wheel or keyboard
    void filmStepsChanged();     ///< other pictures have a place now

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void choose(int index);
    void noteFilm();
    void paintBand(QPainter& painter, const QRectF& band) const;
    void paintCursor(QPainter& painter, const QRectF& band) const;
    void paintFilm(QPainter& painter) const;
    [[nodiscard]] bool blank() const;
    [[nodiscard]] QRectF band() const;
    [[nodiscard]] QRectF curveArea() const;
    [[nodiscard]] QRectF film() const;
    [[nodiscard]] QRectF filmCell(int cell, int cells) const;
    [[nodiscard]] int slotCount() const;
    [[nodiscard]] int diffusionSlots() const;

    std::vector<Point> m_points;
    std::set<TimelineCurve> m_shown{std::begin(timelineCurves), std::end(timelineCurves)};
    std::map<int, QImage> m_thumbnails;
    std::vector<int> m_filmSteps;
    double m_filmAspect = 1;
    bool m_filmVisible = false;
    int m_expectedDiffusion = 0, m_expectedRecovery = 0;
    int m_current = -1;
    int m_hover = -1;
    int m_wheel = 0;  ///< eighths of a degree turned since the last step
};

}  // namespace drdm
