#include "ui/SeriesThumbnail.h"

#include "ui/PlaneOrientation.h"
#include "ui/Windowing.h"

#include <QTransform>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

/// A series that is only to be looked at small must not fill the memory.
constexpr std::int64_t mostVoxels = 200'000'000;

/// The series with the one file that holds its middle slice, where slices are files.
SeriesInfo middleOnly(const SeriesInfo& series) {
    SeriesInfo one = series;
    const auto slices = static_cast<std::size_t>(series.size[2]);
    if (series.format == "dicom" && slices > 1 && series.files.size() >= slices && series.files[0] != series.files[1]) {
        one.files = {series.files[slices / 2]};
        one.size[2] = one.size[3] = 1;
    } else if (series.format == "dicom" && series.size[3] > 1 && series.files.size() > 1) {
        one.files = {series.files.front()};
        one.size[3] = 1;
    }
    return one;
}

}  // namespace

QImage seriesThumbnail(const SeriesInfo& series, int size, const JobContext& context) {
    const SeriesInfo one = middleOnly(series);
    const std::int64_t perFile = one.size[0] * one.size[1] * one.size[2] * std::max<std::int64_t>(1, one.size[3]);
    if (perFile > mostVoxels) {
        throw Error("the series " + series.uid + " is too large for a small picture; open it to see it");
    }
    const Image whole = readSeries(one, context);
    context.throwIfCancelled();
    const Image middle = whole.slice(whole.geometry().size[2] / 2, 0);
    const DisplayWindow window = windowPresets(middle).front().window;
    const auto width = static_cast<int>(middle.geometry().size[0]),
               height = static_cast<int>(middle.geometry().size[1]);
    const double low = window.centre - window.width / 2;
    QImage picture(width, height, QImage::Format_Grayscale8);
    const auto voxels = middle.voxels();
    for (int y = 0; y < height; ++y) {
        uchar* line = picture.scanLine(y);
        for (int x = 0; x < width; ++x) {
            const double value =
                voxels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
            line[x] = static_cast<uchar>(std::clamp((value - low) / std::max(window.width, 1e-6), 0.0, 1.0) * 255);
        }
    }
    const PlaneOrientation turned = planeOrientation(whole.geometry(), series.format != "nifti");
    const double wide_mm = width * middle.geometry().spacing_mm[0], high_mm = height * middle.geometry().spacing_mm[1];
    const double scale = size / std::max(wide_mm, high_mm);
    const QSize wanted(std::max(1, static_cast<int>(std::lround(wide_mm * scale))),
                       std::max(1, static_cast<int>(std::lround(high_mm * scale))));
    return picture.mirrored(turned.flipHorizontally, turned.flipVertically)
        .scaled(wanted, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
}

}  // namespace drdm
