#pragma once

#include "render/Plane.h"

#include <vtkActor.h>
#include <vtkImageData.h>
#include <vtkImageProperty.h>
#include <vtkImageSlice.h>
#include <vtkImageSliceMapper.h>
#include <vtkNew.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>

namespace drdm {

/// One image of a SliceScene's stack. The pixel memory is kept while the size stays, so that a new step costs one copy.
struct ImageLayer {
    vtkNew<vtkImageData> data;
    vtkNew<vtkImageSliceMapper> mapper;
    vtkNew<vtkImageSlice> slice;

    ImageLayer();
    void fill(const PlaneGrid& grid, int type, int components, const void* from, std::size_t bytes);
    void fill(const ScalarPlane& plane);  ///< hides what has no voxels
    void fill(const ColourPlane& plane);
    void setSmooth(bool smooth);
};

/// Straight pieces in front of the images: in the layer's colour, or each in its own.
struct LineLayer {
    vtkNew<vtkPolyData> lines;
    vtkNew<vtkPolyDataMapper> mapper;
    vtkNew<vtkActor> actor;

    LineLayer(double r, double g, double b);
    void fill(const LineSet& set);  ///< hides what has no pieces
};

}  // namespace drdm
