#include "ui/ExportAmount.h"

namespace drdm {

namespace {

// Bytes per number after gzip or in PNG, as measured on the phantom.
constexpr double perField = 3.5, perScalar = 3.5, perVoxel = 3.0, perPixel = 0.7;
constexpr double perDicomVoxel = 2, dicomHeader = 4000;
constexpr double segments = 3;  // counting those of the labels would take longer than a summary may

}  // namespace

ExportAmount exportAmount(const ExportRequest& request) {
    ExportAmount amount{1, 4000};  // report.json
    const auto add = [&amount](int files, double bytes) {
        amount.files += files;
        amount.bytes += bytes;
    };
    for (const Trajectory& trajectory : request.trajectories) {
        if (trajectory.stepCount() == 0) {
            continue;
        }
        const Image& image = trajectory.image();
        const Geometry& grid = image.geometry();
        const auto voxels = static_cast<double>(grid.voxelCount()), phases = static_cast<double>(image.phases());
        const int dims = trajectory.step(0).onModelGrid.dims();
        const double field = voxels * dims * perField, warped = voxels * phases * perVoxel;
        add(2, field + voxels * perScalar);
        if (request.nifti) {
            add(1, warped);
        }
        if (request.dicom) {
            const auto planes = static_cast<int>(grid.size[2] * image.phases());
            add(planes, voxels * phases * perDicomVoxel + planes * dicomHeader);
        }
        if (request.png) {
            add(1, voxels / static_cast<double>(grid.size[2]) * perPixel);
        }
        if (request.registration) {
            add(1, voxels * 12 + dicomHeader);
        }
        if (request.parametricMap) {
            add(1, voxels * 4 + dicomHeader);
        }
        if (request.metaImage) {
            add(3, voxels * (12 + 4 + 2 * phases));
        }
        if (request.itkField) {
            add(1, field);
        }
        if (request.labels) {  // the map itself compresses to next to nothing
            add(1, voxels * 0.05);
            if (request.metaImage) {
                add(1, voxels * 2);
            }
            if (request.segmentation) {
                add(1, voxels / 8 * segments + dicomHeader);
            }
        }
        if (request.wholeTrajectory) {
            const auto steps = static_cast<int>(trajectory.stepCount());
            add(2 * steps, steps * (field + warped));
        }
    }
    return amount;
}

}  // namespace drdm
