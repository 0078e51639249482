#pragma once

#include "render/SliceScene.h"
#include "render/VtkWidget.h"

#include <QPointF>

#include <optional>

namespace drdm {

/// A slice on the screen, with the mouse on it. It changes nothing by itself: it says what the user wants (window,
/// camera, another slice) and its owner tells every linked view. Positions are plane millimetres.
class SliceView : public VtkWidget {
    Q_OBJECT

public:
    /// What dragging with the left button does. The right button always sets the window, the middle one always pans.
    enum class Tool { Window, Pan, Zoom, Distance, Ellipse, Rectangle, LockEllipse, LockRectangle, LockBrush };

    explicit SliceView(QWidget* parent = nullptr);
    ~SliceView() override;

    void setImage(const ScalarPlane& plane);
    void setWindow(double centre, double width);
    void setSmooth(bool smooth);
    void setColours(SliceScene::Layer layer, const ColourPlane& plane);
    void setLines(SliceScene::Layer layer, const LineSet& lines);
    void setTexts(const std::vector<PlaneText>& texts);
    /// A line across the view at this x, which can be dragged; none: no line.
    void setCurtain(std::optional<double> x_mm);
    void setOpacity(SliceScene::Layer layer, double opacity);
    void showLinkedCursor(QPointF plane_mm);
    void hideLinkedCursor();
    void setOrientation(const std::array<std::string, 4>& letters);
    void setFlips(bool horizontally, bool vertically);
    void setCamera(const PlaneCamera& camera);
    void setTool(Tool tool);

    [[nodiscard]] const PlaneCamera& camera() const { return m_camera; }
    [[nodiscard]] const PlaneGrid& planeGrid() const { return m_grid; }
    /// The camera that shows the whole plane in this view.
    [[nodiscard]] PlaneCamera fitted() const;
    /// Plane millimetres under a place in the widget.
    [[nodiscard]] QPointF toPlane(QPointF widget) const;
    /// The place in the widget of plane millimetres: the inverse.
    [[nodiscard]] QPointF fromPlane(QPointF plane_mm) const;
    [[nodiscard]] bool flippedHorizontally() const { return m_flipX; }
    [[nodiscard]] double scaleBar_mm() const { return m_scene->scaleBar_mm(); }

Q_SIGNALS:
    void windowDragged(double changeX, double changeY);  ///< share of the view's size dragged to the right and upwards
    void cameraWanted(const drdm::PlaneCamera& camera);
    void sliceStepped(int steps);  ///< wheel
    void pointedAt(QPointF plane_mm);
    void pointerLeft();
    void fitWanted();  ///< double click
    void resizedView();
    void curtainDragged(double x_mm);
    /// A tool that draws does so from here to there; `done` when the button is released.
    void shapeDragged(drdm::SliceView::Tool tool, QPointF from_mm, QPointF to_mm, bool done);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeGL(int width, int height) override;

private:
    enum class Drag { None, Window, Pan, Zoom, Curtain, Shape };
    [[nodiscard]] bool overCurtain(QPointF widget) const;
    void zoom(double factor, QPointF around_mm);
    [[nodiscard]] double millimetresPerPixel() const;

    std::unique_ptr<SliceScene> m_scene;
    PlaneGrid m_grid;
    PlaneCamera m_camera;
    Tool m_tool = Tool::Window;
    Drag m_drag = Drag::None;
    QPointF m_last, m_pressed_mm;
    std::optional<double> m_curtain_mm;
    int m_wheel = 0;
    bool m_flipX = false, m_flipY = false;
};

}  // namespace drdm
