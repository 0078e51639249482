#pragma once

#include "render/Plane.h"

#include <array>
#include <memory>
#include <string>

class vtkRenderer;

namespace drdm {

/// What one slice view draws, from back to front: the image, the difference (instead of it), labels, displacement and
/// Jacobian map, deformed grid, arrows, label contours, measurements, the border of what is kept unchanged, the
/// curtain's line, the linked cursor; and at the edges the orientation letters and a scale bar. Owns its VTK pipeline;
/// is handed the renderer. GUI thread only.
class SliceScene {
public:
    enum class Layer {
        Difference,
        Labels,
        Displacement,
        Jacobian,
        Grid,
        Arrows,
        Contours,
        Measurements,
        Lock,
        Curtain
    };

    explicit SliceScene(vtkRenderer* renderer);
    ~SliceScene();

    void setImage(const ScalarPlane& plane);  ///< empty: nothing is shown
    void setWindow(double centre, double width);
    void setSmooth(bool smooth);                             ///< linear between voxels, or every voxel as a block
    void setColours(Layer layer, const ColourPlane& plane);  ///< layers before Grid; empty hides
    void setLines(Layer layer, const LineSet& lines);        ///< Grid and the layers after it; empty hides
    void setOpacity(Layer layer, double opacity);
    void setTexts(const std::vector<PlaneText>& texts);  ///< beside the measurements

    /// Mark of the position pointed at in the linked view, in plane millimetres.
    void setCursor(double x_mm, double y_mm);
    void hideCursor();

    /// Patient directions at the left, right, upper and lower edge: "R", "L", "A", "P", "H", "F", or "" for none.
    void setOrientation(const std::array<std::string, 4>& letters);

    /// Columns may run leftwards and rows upwards where a patient is shown the usual way round.
    void setFlips(bool horizontally, bool vertically);
    void setCamera(const PlaneCamera& camera);

    /// Called before a render: the size in device pixels and how many of them a widget pixel has.
    void setViewport(int width, int height, double pixelRatio);

    /// How long the scale bar is now: 1, 2 or 5 times a power of ten, at most a quarter of the view's width.
    [[nodiscard]] double scaleBar_mm() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
