#include "errors/Error.h"
#include "io/dicom/Structures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

/// RT Structure Sets (PS3.3 A.19): planar contours in patient millimetres.
namespace drdm::dicom {

namespace {

struct Point {
    double x, y;
};
using Polygon = std::vector<Point>;  ///< in voxels of the image

/// One structure's polygons by the plane that they lie in (a slice position, not always a whole one).
struct Outline {
    std::map<long, std::vector<Polygon>> planes;  ///< key: position in thousandths of a slice
    int left = 0;                                 ///< contours that are no closed planar ones
};

constexpr double perSlice = 1000;

Outline outlineOf(DcmItem& roi, const Geometry& grid, const std::string& which) {
    Outline outline;
    int i = -1;
    for (DcmItem* contour : itemsOf(&roi, DCM_ContourSequence)) {
        ++i;
        const std::string kind = text(*contour, DCM_ContourGeometricType);
        if (!kind.starts_with("CLOSED_PLANAR") && !kind.starts_with("CLOSEDPLANAR")) {
            ++outline.left;
            continue;
        }
        const std::vector<double> data = numbers(*contour, DCM_ContourData);
        if (data.size() < 9 || data.size() % 3 != 0) {
            throw Error(which + ": contour " + std::to_string(i + 1) + " has " + std::to_string(data.size()) +
                        " numbers, which is no polygon; export the structures again");
        }
        Polygon polygon;
        double low = 1e300, high = -1e300;
        for (std::size_t k = 0; k < data.size(); k += 3) {
            const Vec3 voxel = grid.toVoxel({data[k], data[k + 1], data[k + 2]});
            polygon.push_back({voxel[0], voxel[1]});
            low = std::min(low, voxel[2]);
            high = std::max(high, voxel[2]);
        }
        if (high - low > 0.1) {
            throw Error(which + ": contour " + std::to_string(i + 1) +
                        " does not lie in a slice of the image (it "
                        "spans " +
                        std::to_string(high - low) +
                        " slices); export the structures on this image, or as a DICOM segmentation");
        }
        if (!(std::abs(low) < 1e6)) {
            throw Error(which + ": contour " + std::to_string(i + 1) +
                        " lies nowhere near the image; open structures "
                        "that were drawn on it");
        }
        outline.planes[std::lround((low + high) / 2 * perSlice)].push_back(std::move(polygon));
    }
    return outline;
}

/// The voxels of one slice whose centres lie inside, by the even-odd rule: a polygon within another one is a hole.
template <typename Visit>
void fill(const std::vector<Polygon>& polygons, const Size3& size, Visit&& visit) {
    double top = 1e300, bottom = -1e300;
    for (const Polygon& polygon : polygons) {
        for (const Point& point : polygon) {
            top = std::min(top, point.y);
            bottom = std::max(bottom, point.y);
        }
    }
    const auto rows = static_cast<double>(size[1]);
    const auto first = static_cast<std::int64_t>(std::clamp(std::floor(top), 0.0, rows));
    const auto last = static_cast<std::int64_t>(std::clamp(std::ceil(bottom) + 1, 0.0, rows));
    std::vector<double> crossings;
    for (std::int64_t y = first; y < last; ++y) {
        crossings.clear();
        const auto at = static_cast<double>(y);
        for (const Polygon& polygon : polygons) {
            for (std::size_t i = 0; i < polygon.size(); ++i) {
                const Point& a = polygon[i];
                const Point& b = polygon[(i + 1) % polygon.size()];
                if ((a.y <= at) != (b.y <= at)) {
                    crossings.push_back(a.x + (at - a.y) / (b.y - a.y) * (b.x - a.x));
                }
            }
        }
        std::sort(crossings.begin(), crossings.end());
        for (std::size_t k = 0; k + 1 < crossings.size(); k += 2) {
            const auto columns = static_cast<double>(size[0]);
            const auto from = static_cast<std::int64_t>(std::clamp(std::ceil(crossings[k]), 0.0, columns));
            const auto to = static_cast<std::int64_t>(std::clamp(std::ceil(crossings[k + 1]), 0.0, columns));
            for (std::int64_t x = from; x < to; ++x) {
                visit(y * size[0] + x);
            }
        }
    }
}

/// The contours that a slice takes: those nearest to it, not farther than half their own distance.
const std::vector<Polygon>* polygonsAt(const Outline& outline, double slice, double reach) {
    const std::vector<Polygon>* best = nullptr;
    double nearest = reach;
    for (const auto& [key, polygons] : outline.planes) {
        const double distance = std::abs(static_cast<double>(key) / perSlice - slice);
        if (distance < nearest) {
            nearest = distance;
            best = &polygons;
        }
    }
    return best;
}

double distanceOfPlanes(const Outline& outline) {
    std::vector<double> gaps;
    for (auto i = outline.planes.begin(); i != outline.planes.end() && std::next(i) != outline.planes.end(); ++i) {
        gaps.push_back(static_cast<double>(std::next(i)->first - i->first) / perSlice);
    }
    if (gaps.empty()) {
        return 1;
    }
    std::nth_element(gaps.begin(), gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2), gaps.end());
    return std::max(1.0, gaps[gaps.size() / 2]);
}

std::set<std::string> framesOf(DcmItem& dataset) {
    std::set<std::string> frames;
    for (DcmItem* item : itemsOf(&dataset, DCM_ReferencedFrameOfReferenceSequence)) {
        frames.insert(text(*item, DCM_FrameOfReferenceUID));
    }
    for (DcmItem* item : itemsOf(&dataset, DCM_StructureSetROISequence)) {
        frames.insert(text(*item, DCM_ReferencedFrameOfReferenceUID));
    }
    frames.erase(std::string());
    return frames;
}

/// The data set's character set counts for its items, too.
std::string nameOf(DcmItem& dataset, DcmItem& roi) {
    DcmItem one;
    one.putAndInsertString(DCM_SpecificCharacterSet, text(dataset, DCM_SpecificCharacterSet).c_str());
    one.putAndInsertString(DCM_ROIName, text(roi, DCM_ROIName).c_str());
    return utf8Text(one, DCM_ROIName);
}

void requireSlicesMet(const std::map<long, Outline>& outlines, const std::string& path) {
    for (const auto& [number, outline] : outlines) {
        for (const auto& [key, polygons] : outline.planes) {
            const double slice = static_cast<double>(key) / perSlice;
            if (std::abs(slice - std::round(slice)) > 0.05) {
                throw Error(path +
                            ": the structures lie in another frame of reference than the image, and their contours do "
                            "not lie on its slices; open structures that were drawn on this image");
            }
        }
    }
}

}  // namespace

ReadLabels readStructureSet(const std::string& path, const LabelTarget& target,
                            const std::vector<std::string>& wanted) {
    if (!target.grid) {
        throw Error(path + ": a structure set has no voxels of its own; give the image that it was drawn on, too");
    }
    const Geometry& grid = *target.grid;
    const auto file = openFile(path);
    DcmDataset& dataset = *file->getDataset();
    std::vector<Structure> all;
    for (DcmItem* item : itemsOf(&dataset, DCM_StructureSetROISequence)) {
        all.push_back({static_cast<long>(number(*item, DCM_ROINumber).value_or(0)), nameOf(dataset, *item), 0});
    }
    Merging merging(path, grid, all, wanted);
    std::vector<std::string> warnings;
    std::map<long, Outline> outlines;
    for (DcmItem* item : itemsOf(&dataset, DCM_ROIContourSequence)) {
        const long roi = static_cast<long>(number(*item, DCM_ReferencedROINumber).value_or(-1));
        const auto found = std::find_if(merging.structures().begin(), merging.structures().end(),
                                        [roi](const Structure& structure) { return structure.number == roi; });
        if (found != merging.structures().end()) {
            outlines[roi] = outlineOf(*item, grid, path + ", structure \"" + found->name + "\"");
        }
    }
    const std::set<std::string> frames = framesOf(dataset);
    if (!frames.empty() && !target.frameOfReferenceUid.empty() && !frames.contains(target.frameOfReferenceUid)) {
        requireSlicesMet(outlines, path);
        warnings.push_back(path +
                           ": it names another frame of reference than the image, but its contours lie on the image's "
                           "slices; matched by geometry");
    }
    const auto area = static_cast<std::size_t>(grid.size[0] * grid.size[1]);
    for (std::size_t s = 0; s < merging.structures().size(); ++s) {
        const Structure& structure = merging.structures()[s];
        const Outline& outline = outlines[structure.number];
        if (outline.left > 0) {
            warnings.push_back(path + ": " + std::to_string(outline.left) + " contours of \"" + structure.name +
                               "\" are points or open lines and were left out");
        }
        const double distance = distanceOfPlanes(outline);
        for (std::int64_t z = 0; z < grid.size[2]; ++z) {
            // A hair more than half: a slice exactly between two planes belongs to one of them.
            const auto* polygons = polygonsAt(outline, static_cast<double>(z), distance / 2 + 1e-3);
            if (polygons != nullptr) {
                fill(*polygons, grid.size, [&](std::int64_t i) {
                    merging.set(s, static_cast<std::size_t>(z) * area + static_cast<std::size_t>(i));
                });
            }
        }
        int beyond = 0;
        for (const auto& [key, polygons] : outline.planes) {
            const double slice = static_cast<double>(key) / perSlice;
            beyond +=
                slice < -0.5 || slice > static_cast<double>(grid.size[2]) - 0.5 ? static_cast<int>(polygons.size()) : 0;
        }
        if (beyond > 0) {
            warnings.push_back(path + ": " + std::to_string(beyond) + " contours of \"" + structure.name +
                               "\" lie beyond the image's slices");
        }
    }
    ReadLabels result = merging.finish();
    result.warnings.insert(result.warnings.end(), warnings.begin(), warnings.end());
    return result;
}

}  // namespace drdm::dicom
