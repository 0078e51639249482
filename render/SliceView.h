#pragma once

#include "render/SliceScene.h"
#include "render/VtkWidget.h"

#include <QPointF>

namespace drdm {

/// A slice on the screen, with the mouse on it. It changes nothing by itself: it says what the user wants (window,
/// camera, another slice) and its owner tells every linked view. Positions are plane millimetres.
class SliceView : public VtkWidget {
    Q_OBJECT

public:
    /// What dragging with the left button does. The right button always sets the window, the middle one always pans.
    enum class Tool { Window, Pan, Zoom };

    explicit SliceView(QWidget* parent = nullptr);
    ~SliceView() override;

    void setImage(const ScalarPlane& plane);
    void setWindow(double centre, double width);
    void setSmooth(bool smooth);
    void setColours(SliceScene::Layer layer, const ColourPlane& plane);
    void setGrid(const LineSet& lines);
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

Q_SIGNALS:
    void windowDragged(double changeX, double changeY);  ///< share of the view's size dragged to the right and upwards
    void cameraWanted(const drdm::PlaneCamera& camera);
    void sliceStepped(int steps);  ///< wheel
    void pointedAt(QPointF plane_mm);
    void pointerLeft();
    void fitWanted();  ///< double click
    void resizedView();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeGL(int width, int height) override;

private:
    enum class Drag { None, Window, Pan, Zoom };
    void zoom(double factor, QPointF around_mm);
    [[nodiscard]] double millimetresPerPixel() const;

    std::unique_ptr<SliceScene> m_scene;
    PlaneGrid m_grid;
    PlaneCamera m_camera;
    Tool m_tool = Tool::Window;
    Drag m_drag = Drag::None;
    QPointF m_last, m_pressed_mm;
    int m_wheel = 0;
    bool m_flipX = false, m_flipY = false;
};

}  // namespace drdm
