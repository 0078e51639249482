#pragma once

#include "render/PlotFrame.h"
#include "render/VtkWidget.h"

#include <QMargins>

#include <functional>
#include <optional>

namespace drdm {

class PlotScene;

/// Lines against an axis, drawn by VTK charts. Shows what it is given and says what the mouse and the keyboard want:
/// a dragged point moves when the owner sets the curves anew. Keyboard: Page Up and Down choose a draggable point,
/// the arrow keys move it (with Shift in small steps). GUI thread only.
class PlotView : public VtkWidget {
    Q_OBJECT

public:
    explicit PlotView(QWidget* parent = nullptr);
    ~PlotView() override;

    void setCurves(std::vector<PlotCurve> curves);
    void setPlotColours(const PlotColours& colours);
    /// Empty titles take no room.
    void setAxisTitles(const QString& x, const QString& y);
    void setLogY(bool log);
    /// The values at the ends of the axes; without: the curves' own extent (y with a little air).
    void setRange(std::optional<PlotRange> x, std::optional<PlotRange> y);
    /// A vertical line; its colour is the text's unless given.
    void setCursor(std::optional<double> x, const QColor& colour = {});
    using QWidget::setCursor;
    /// A vertical stripe behind the curves (mix opacity into the colour); from == to hides it.
    void setBand(double from, double to, const QColor& colour);
    void setLegend(bool shown);
    /// Room between the widget's edges and the axes, widget pixels, to line plots up with each other or with another
    /// widget; without: enough for labels and titles.
    void setMargins(std::optional<QMargins> margins);
    /// Text of the label under the mouse; without: name and the two numbers.
    void setHoverText(std::function<QString(const PlotCurve& curve, double x, double y)> text);
    /// Draws numbers at the axes (default) or not.
    void setAxisLabels(bool x, bool y);

    [[nodiscard]] const std::vector<PlotCurve>& curves() const { return m_curves; }
    /// Where values lie now (widget pixels).
    [[nodiscard]] PlotFrame frame() const;
    /// The label under the mouse, empty if none (for tests).
    [[nodiscard]] QString hoverLabel() const { return m_hoverLabel; }

Q_SIGNALS:
    void clickedAt(double x);  ///< left button pressed or dragged away from a draggable point, within the x range
    void pointDragged(int curve, int index, double x, double y);  ///< data coordinates, within the ranges
    void pointReleased(int curve, int index, double x, double y);
    void doubleClickedAt(double x, double y);
    void pointMenuWanted(int curve, int index, const QPoint& globally);  ///< right button on a draggable point

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeGL(int width, int height) override;

private:
    struct Place {
        int curve = -1, index = -1;
        [[nodiscard]] bool valid() const { return curve >= 0; }
        bool operator==(const Place&) const = default;
    };
    [[nodiscard]] Place nearest(QPointF widget, double within, bool draggableOnly) const;
    [[nodiscard]] QPointF clamped(QPointF value) const;
    [[nodiscard]] QMargins margins() const;
    void stepPoint(int by);
    void updateHover(std::optional<QPointF> widget);
    void updateFrame();

    std::unique_ptr<PlotScene> m_scene;
    std::vector<PlotCurve> m_curves;
    QString m_titleX, m_titleY, m_hoverLabel;
    std::optional<PlotRange> m_x, m_y;
    std::optional<QMargins> m_margins;
    std::function<QString(const PlotCurve&, double, double)> m_hoverText;
    Place m_dragged, m_chosen;
    QPointF m_grip;  ///< from the mouse to the point when it was taken, widget pixels
    QPointF m_lastDragged;
    bool m_log = false, m_labelsX = true, m_labelsY = true, m_scrubbing = false;
};

}  // namespace drdm
