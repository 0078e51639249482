#pragma once

#include <QOpenGLWidget>

#include <memory>
#include <string>

class vtkRenderer;

namespace drdm {

/// The one class that knows both VTK and QOpenGLWidget: a VTK render window that draws into a Qt widget. Debian's VTK
/// is built with Qt 5, so VTK's own Qt widgets cannot be used. GUI thread only.
class VtkWidget : public QOpenGLWidget {
    Q_OBJECT

public:
    explicit VtkWidget(QWidget* parent = nullptr);
    ~VtkWidget() override;

    /// The format that QSurfaceFormat::setDefaultFormat must get before the QApplication is made.
    static QSurfaceFormat surfaceFormat();
    /// Version of VTK, such as "9.1.0".
    static std::string libraryVersion();
    /// What draws: renderer and version of OpenGL; empty before the first view was shown.
    static QString openGlDescription();

    /// Draws anew soon; many requests become one rendering.
    void requestRender();

    /// How often VTK has rendered (for tests and the stall meter).
    [[nodiscard]] int renderCount() const;

protected:
    [[nodiscard]] vtkRenderer* renderer() const;

    /// Samples per pixel for smooth edges of lines; 0 (as made): none. Call in the constructor.
    void setSamples(int samples);

    /// Device pixels per widget pixel, as set on the VTK window.
    [[nodiscard]] double pixelRatio() const { return devicePixelRatioF(); }

    void initializeGL() override;
    void resizeGL(int width, int height) override;
    void paintGL() override;

private:
    void releaseContext();

    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
