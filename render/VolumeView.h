#pragma once

#include "render/Surface.h"
#include "render/VtkWidget.h"

#include <QPointF>

namespace drdm {

/// Surfaces in space: the anatomy, half transparent, and what moves in it. The left button turns, wheel and right
/// button zoom, a double click shows everything again. GUI thread only.
class VolumeView : public VtkWidget {
    Q_OBJECT

public:
    explicit VolumeView(QWidget* parent = nullptr);
    ~VolumeView() override;

    void setAnatomy(const SurfaceMesh& mesh);  ///< empty hides
    void setSheet(const SurfaceMesh& mesh);    ///< empty hides
    void setAnatomyOpacity(double opacity);
    /// Slices are looked at as they lie on the screen, turned a little: `away` from the viewer, `down` on the screen.
    void setFacing(const Vec3& away, const Vec3& down);
    void showAll();
    [[nodiscard]] std::size_t triangleCount() const;

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void zoom(double factor);

    struct Scene;
    std::unique_ptr<Scene> m_scene;
    Vec3 m_away{0, 1, 0}, m_down{0, 0, -1};
    QPointF m_last;
};

}  // namespace drdm
