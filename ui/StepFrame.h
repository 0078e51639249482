#pragma once

#include "render/ColourMap.h"
#include "render/Plane.h"
#include "render/Surface.h"
#include "tasks/Trajectory.h"

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace drdm {

/// The grid of slice planes of an image.
PlaneGrid planeGrid(const Geometry& geometry);
/// One slice of one phase as a plane. \throws Error if out of range.
ScalarPlane planeOf(const Image& image, std::int64_t slice, std::int64_t phase);

/// What the window wants to see of a variation.
struct StepRequest {
    int variation = 0;  ///< the window's own number of it; part of the cache key
    Trajectory trajectory;
    std::size_t index = 0;
    std::int64_t phase = 0;
    std::int64_t slice = 0;  ///< of the trajectory's own image: 0 unless that is a volume
    bool jacobian = false, displacement = false, grid = false;
    double jacobianLimit = 4;
    double displacementMax_mm = 10;
    LengthMap lengthMap = LengthMap::Plum;
    double gridSpacing_mm = 0;  ///< 0: about twenty lines along the longer side
    bool arrows = false;
    int arrowsAcross = 24;
    double arrowScale = 1;  ///< 0: so that the longest of the timeline (displacementMax_mm) stay apart
    LabelMap labels;        ///< on the trajectory's own grid; empty: none
    bool labelContours = false, labelFill = false;
    bool inSpace = false;  ///< also the deformed volume and its surface, where the trajectory's image is a volume
};

/// One step ready to be shown: plain arrays, made in a worker.
struct StepFrame {
    int variation = 0;
    std::size_t index = 0;
    std::size_t stepCount = 0;  ///< how many there were when this was asked for
    std::int64_t phase = 0;
    std::int64_t slice = 0;
    ScalarPlane image;
    ColourPlane jacobian, displacement, labels;
    LineSet grid, arrows, labelContours;
    Vec3 columnDirection{1, 0, 0}, rowDirection{0, 1, 0};                ///< patient directions of the plane's x and y
    std::shared_ptr<const std::vector<std::size_t>> folded;              ///< the plane's voxels with |J| ≤ 0
    std::shared_ptr<const std::vector<float>> jacobianValues;            ///< per voxel of the plane
    std::shared_ptr<const std::vector<float>> length_mm;                 ///< length of the displacement
    std::shared_ptr<const std::vector<std::array<float, 3>>> vector_mm;  ///< patient millimetres (LPS)
    std::shared_ptr<const Image> volume;                                 ///< the deformed volume; only where inSpace
    SurfaceMesh surface;                                                 ///< of it, coloured; only where inSpace
    std::string error;                                                   ///< not empty: nothing else is set
};

/// Makes frames and remembers fields it has computed, newest used last, up to about 200 MB. One thread at a time.
class StepFramer {
public:
    StepFrame make(const StepRequest& request);

private:
    struct Computed {
        DisplacementField field;
        std::shared_ptr<const std::vector<float>> jacobian;
        std::shared_ptr<const Image> warped;  ///< of `phase`
        std::int64_t phase = -1;
        std::size_t bytes = 0;
    };
    using Key = std::pair<int, std::size_t>;

    Computed& computed(const StepRequest& request);
    static void warpPhase(Computed& step, const StepRequest& request);

    std::list<std::pair<Key, Computed>> m_recent;
    std::size_t m_bytes = 0;
};

}  // namespace drdm
