#pragma once

#include "render/Plane.h"

#include <array>
#include <memory>
#include <string>

class vtkRenderer;

namespace drdm {

/// What one slice view draws, from back to front: the image, the Jacobian map, the displacement map, the deformed grid,
/// the linked cursor, the orientation letters. Owns its VTK pipeline; is handed the renderer. GUI thread only.
class SliceScene {
public:
    enum class Layer { Jacobian, Displacement, Grid };

    explicit SliceScene(vtkRenderer* renderer);
    ~SliceScene();

    void setImage(const ScalarPlane& plane);  ///< empty: nothing is shown
    void setWindow(double centre, double width);
    void setSmooth(bool smooth);                             ///< linear between voxels, or every voxel as a block
    void setColours(Layer layer, const ColourPlane& plane);  ///< Jacobian and Displacement; empty hides
    void setGrid(const LineSet& lines);                      ///< empty hides
    void setOpacity(Layer layer, double opacity);

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

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace drdm
