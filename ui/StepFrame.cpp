#include "ui/StepFrame.h"

#include "render/Arrows.h"
#include "render/DeformedGrid.h"
#include "render/LabelOverlay.h"
#include "ui/VolumeSurface.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr std::size_t cacheBytes = 200'000'000;

template <typename Values>
auto planeValues(const Values& values, std::size_t count, std::int64_t slice) {
    return values.subspan(static_cast<std::size_t>(slice) * count, count);
}

}  // namespace

PlaneGrid planeGrid(const Geometry& geometry) {
    return {static_cast<int>(geometry.size[0]), static_cast<int>(geometry.size[1]), geometry.spacing_mm[0],
            geometry.spacing_mm[1]};
}

ScalarPlane planeOf(const Image& image, std::int64_t slice, std::int64_t phase) {
    const Image one = image.slice(slice, phase);
    const auto voxels = one.voxels();
    return {planeGrid(image.geometry()), std::make_shared<std::vector<float>>(voxels.begin(), voxels.end()),
            one.colours, image.storedMaximum > 0 ? image.storedMaximum / 255.0 : 1};
}

StepFramer::Computed& StepFramer::computed(const StepRequest& request) {
    const Key key{request.variation, request.index};
    const auto found = std::ranges::find(m_recent, key, &std::pair<Key, Computed>::first);
    if (found != m_recent.end()) {
        m_recent.splice(m_recent.end(), m_recent, found);
        return m_recent.back().second;
    }
    Computed fresh;
    fresh.field = request.trajectory.field(request.index);
    fresh.jacobian = std::make_shared<std::vector<float>>(jacobianDeterminant(fresh.field));
    // Field, determinant and, soon, the warped image.
    fresh.bytes = (fresh.field.values_vox().size() + 2 * fresh.jacobian->size()) * sizeof(float);
    m_bytes += fresh.bytes;
    m_recent.emplace_back(key, std::move(fresh));
    while (m_bytes > cacheBytes && m_recent.size() > 1) {
        m_bytes -= m_recent.front().second.bytes;
        m_recent.pop_front();
    }
    return m_recent.back().second;
}

void StepFramer::warpPhase(Computed& step, const StepRequest& request) {
    if (step.warped && step.phase == request.phase) {
        return;
    }
    const Image& image = request.trajectory.image();
    const Image source = image.geometry().size[2] == 1 ? image.slice(0, request.phase) : image.phase(request.phase);
    auto warped = std::make_shared<Image>(warp(source, step.field, request.trajectory.settings().interpolation));
    warped->colours = warpColours(source, step.field);
    step.warped = std::move(warped);
    step.phase = request.phase;
}

StepFrame StepFramer::make(const StepRequest& request) {
    StepFrame frame;
    frame.variation = request.variation;
    frame.index = request.index;
    frame.stepCount = request.trajectory.stepCount();
    frame.phase = request.phase;
    frame.slice = request.slice;

    Computed& step = computed(request);
    warpPhase(step, request);
    const DisplacementField& field = step.field;
    const Geometry& geometry = field.geometry();
    const PlaneGrid grid = planeGrid(geometry);
    const std::size_t count = grid.count();

    frame.image = planeOf(*step.warped, request.slice, 0);

    const auto jacobian = planeValues(std::span(*step.jacobian), count, request.slice);
    frame.jacobianValues = std::make_shared<std::vector<float>>(jacobian.begin(), jacobian.end());
    auto length = std::make_shared<std::vector<float>>(count);
    auto vectors = std::make_shared<std::vector<std::array<float, 3>>>(count);
    for (std::size_t i = 0; i < count; ++i) {
        const Vec3 v = field.vector_mm(static_cast<std::int64_t>(static_cast<std::size_t>(request.slice) * count + i));
        (*vectors)[i] = {static_cast<float>(v[0]), static_cast<float>(v[1]), static_cast<float>(v[2])};
        (*length)[i] = static_cast<float>(std::sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]));
    }
    frame.length_mm = length;
    frame.vector_mm = vectors;

    if (request.jacobian) {
        frame.jacobian = jacobianPlane(grid, jacobian, request.jacobianLimit);
    }
    if (request.displacement) {
        frame.displacement = displacementPlane(grid, *length, request.displacementMax_mm, request.lengthMap);
    }
    auto folded = std::make_shared<std::vector<std::size_t>>();
    for (std::size_t i = 0; i < count; ++i) {
        if (!(jacobian[i] > 0)) {
            folded->push_back(i);
        }
    }
    frame.folded = folded;
    for (std::size_t c = 0; c < 3; ++c) {
        frame.columnDirection[c] = geometry.direction[c][0];
        frame.rowDirection[c] = geometry.direction[c][1];
    }

    const auto alongX = planeValues(field.component_vox(componentOfAxis(0, field.dims())), count, request.slice);
    const auto alongY = planeValues(field.component_vox(componentOfAxis(1, field.dims())), count, request.slice);
    if (request.grid) {
        frame.grid = request.gridSpacing_mm > 0 ? deformedGridOfSpacing(grid, alongX, alongY, request.gridSpacing_mm)
                                                : deformedGrid(grid, alongX, alongY);
    }
    if (request.arrows) {
        // By themselves the longest arrows of the whole timeline reach a little beyond their neighbours.
        const double distance_mm = std::max(grid.width_mm(), grid.height_mm()) / std::max(1, request.arrowsAcross);
        const double automatic = 1.6 * distance_mm / std::max(request.displacementMax_mm, 1e-3);
        frame.arrows =
            arrows(grid, alongX, alongY, request.arrowsAcross, request.arrowScale > 0 ? request.arrowScale : automatic);
    }
    const bool space = request.inSpace && geometry.size[2] > 1;
    const bool labelled = (request.labelContours || request.labelFill) && !request.labels.empty();
    const LabelMap moved = labelled ? warp(request.labels, field, Interpolation::Nearest) : LabelMap();
    if (space) {
        frame.volume = step.warped;
        frame.surface =
            movedSurface(request.trajectory.image().phase(request.phase), *step.warped, moved, field, *step.jacobian,
                         {request.jacobian, request.jacobianLimit, request.displacementMax_mm, request.lengthMap});
    }
    if (labelled) {
        const auto labels = planeValues(moved.labels(), count, request.slice);
        if (request.labelFill) {
            frame.labels = labelPlane(grid, labels);
        } else {
            frame.labelContours = labelContours(grid, labels);
        }
    }
    return frame;
}

}  // namespace drdm
