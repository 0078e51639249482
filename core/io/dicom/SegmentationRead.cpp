#include "errors/Error.h"
#include "io/DicomKind.h"
#include "io/Memory.h"
#include "io/dicom/PrivateLabel.h"
#include "io/dicom/Structures.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace drdm::dicom {

namespace {

constexpr const char* labelMapStorage = "1.2.840.10008.5.1.4.1.1.66.7";  // too new for this DCMTK
constexpr std::int64_t mostFrames = 1 << 20;
constexpr const char* copyAgain = "; copy the file again from its source";

struct SegmentFrame {
    long segment = 0;  ///< 0 in a label map: the pixels say it
    Vec3 position_mm{};
    std::int64_t slice = 0;
};

class Reader {
public:
    explicit Reader(const std::string& path) : m_path(path), m_file(openFile(path)), m_dataset(*m_file->getDataset()) {
        m_isLabelMap =
            text(m_dataset, DCM_SOPClassUID) == labelMapStorage || text(m_dataset, DCM_SegmentationType) == "LABELMAP";
        readSizes();
        readFrames();
        readGrid();
        readPixels();
    }

    ReadLabels merged(const std::vector<std::string>& wanted) {
        Merging merging(m_path, m_grid, segments(), wanted);
        m_isLabelMap ? mergeValues(merging) : mergeFrames(merging);
        ReadLabels result = merging.finish();
        result.warnings.insert(result.warnings.end(), m_warnings.begin(), m_warnings.end());
        return result;
    }

    [[nodiscard]] std::string frameOfReference() { return text(m_dataset, DCM_FrameOfReferenceUID); }

private:
    [[noreturn]] void refuse(const std::string& what) const { throw Error(m_path + ": " + what); }

    void mergeFrames(Merging& merging) const {
        std::map<long, std::vector<std::size_t>> bySegment;
        for (std::size_t f = 0; f < m_frames.size(); ++f) {
            bySegment[m_frames[f].segment].push_back(f);
        }
        for (std::size_t s = 0; s < merging.structures().size(); ++s) {
            for (const std::size_t f : bySegment[merging.structures()[s].number]) {
                for (std::size_t i = 0; i < area(); ++i) {
                    if (isSet(f * area() + i)) {
                        merging.set(s, static_cast<std::size_t>(m_frames[f].slice) * area() + i);
                    }
                }
            }
        }
    }

    /// A label map has one segment at each voxel.
    void mergeValues(Merging& merging) const {
        std::vector<std::size_t> places(65536, merging.structures().size());
        for (std::size_t s = 0; s < merging.structures().size(); ++s) {
            const long number = merging.structures()[s].number;
            if (number > 0 && number < 65536) {
                places[static_cast<std::size_t>(number)] = s;
            }
        }
        for (std::size_t f = 0; f < m_frames.size(); ++f) {
            for (std::size_t i = 0; i < area(); ++i) {
                const std::size_t place = places[valueAt(f * area() + i)];
                if (place < merging.structures().size()) {
                    merging.set(place, static_cast<std::size_t>(m_frames[f].slice) * area() + i);
                }
            }
        }
    }

    [[nodiscard]] std::size_t area() const { return static_cast<std::size_t>(m_columns * m_rows); }

    void readSizes() {
        m_rows = static_cast<std::int64_t>(number(m_dataset, DCM_Rows).value_or(0));
        m_columns = static_cast<std::int64_t>(number(m_dataset, DCM_Columns).value_or(0));
        m_count = static_cast<std::int64_t>(number(m_dataset, DCM_NumberOfFrames).value_or(1));
        m_bits = static_cast<int>(number(m_dataset, DCM_BitsAllocated).value_or(0));
        if (m_rows < 1 || m_columns < 1 || m_count < 1 || m_count > mostFrames) {
            refuse("it states " + std::to_string(m_count) + " frames of " + std::to_string(m_columns) + " × " +
                   std::to_string(m_rows) + " pixels; that cannot be right" + copyAgain);
        }
        const bool fractional = text(m_dataset, DCM_SegmentationType) == "FRACTIONAL";
        if (m_bits != 8 && !(m_bits == 1 && !fractional && !m_isLabelMap) && !(m_bits == 16 && m_isLabelMap)) {
            refuse("segments of " + std::to_string(m_bits) + " bits are not known" + copyAgain);
        }
        if (fractional) {
            m_threshold = std::max(1.0, std::ceil(number(m_dataset, DCM_MaximumFractionalValue).value_or(255) / 2));
            m_warnings.push_back(m_path + ": a fractional segmentation (" +
                                 text(m_dataset, DCM_SegmentationFractionalType) + "); voxels of at least half (" +
                                 std::to_string(static_cast<int>(m_threshold)) + ") are taken");
        }
    }

    /// Frame `index`'s own item of a functional group, else the shared one.
    DcmItem* group(DcmItem* frame, const DcmTagKey& tag) {
        DcmItem* own = sequenceItem(frame, tag);
        return own != nullptr ? own : sequenceItem(m_shared, tag);
    }

    void readFrames() {
        m_shared = sequenceItem(&m_dataset, DCM_SharedFunctionalGroupsSequence);
        std::vector<DcmItem*> items = itemsOf(&m_dataset, DCM_PerFrameFunctionalGroupsSequence);
        items.resize(static_cast<std::size_t>(m_count));  // what is missing has to be shared
        for (std::int64_t i = 0; i < m_count; ++i) {
            DcmItem* item = items[static_cast<std::size_t>(i)];
            const std::string which = "frame " + std::to_string(i + 1);
            SegmentFrame frame;
            DcmItem* plane = group(item, DCM_PlanePositionSequence);
            const auto position = plane != nullptr ? numbers(*plane, DCM_ImagePositionPatient) : std::vector<double>();
            if (position.size() != 3) {
                refuse(which + " has no position in the patient, so it cannot be laid on an image");
            }
            std::copy(position.begin(), position.end(), frame.position_mm.begin());
            if (DcmItem* segment = group(item, DCM_SegmentIdentificationSequence)) {
                frame.segment = static_cast<long>(number(*segment, DCM_ReferencedSegmentNumber).value_or(0));
            }
            if (!m_isLabelMap && frame.segment < 1) {
                refuse(which + " does not say which segment it shows" + copyAgain);
            }
            m_frames.push_back(frame);
            DcmItem* orientation = group(item, DCM_PlaneOrientationSequence);
            const auto axes =
                orientation != nullptr ? numbers(*orientation, DCM_ImageOrientationPatient) : std::vector<double>();
            if (axes.size() != 6) {
                refuse(which + " has no orientation, so it cannot be laid on an image");
            }
            if (i == 0) {
                m_axes = axes;
            } else if (!std::equal(axes.begin(), axes.end(), m_axes.begin(),
                                   [](double a, double b) { return std::abs(a - b) < 1e-4; })) {
                refuse("its frames have different orientations, which is not supported; split it by orientation");
            }
        }
    }

    /// The grid that all frames lie on; slices without a frame are background.
    void readGrid() {
        DcmItem* measures =
            group(sequenceItem(&m_dataset, DCM_PerFrameFunctionalGroupsSequence, 0), DCM_PixelMeasuresSequence);
        const auto spacing = measures != nullptr ? numbers(*measures, DCM_PixelSpacing) : std::vector<double>();
        if (spacing.size() != 2 || !(spacing[0] > 0) || !(spacing[1] > 0)) {
            refuse("it does not say how large its pixels are, so it cannot be laid on an image");
        }
        const Vec3 row{m_axes[0], m_axes[1], m_axes[2]}, column{m_axes[3], m_axes[4], m_axes[5]};
        const Vec3 normal{row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
                          row[0] * column[1] - row[1] * column[0]};
        std::vector<double> places;
        for (const SegmentFrame& frame : m_frames) {
            places.push_back(along(normal, frame.position_mm));
        }
        std::vector<double> sorted = places;
        std::sort(sorted.begin(), sorted.end());
        sorted.erase(std::unique(sorted.begin(), sorted.end(), [](double a, double b) { return b - a < 1e-3; }),
                     sorted.end());
        const double step_mm = stepOf(sorted, *measures);
        m_grid.spacing_mm = {spacing[1], spacing[0], step_mm};
        const double slices = std::round((sorted.back() - sorted.front()) / step_mm) + 1;
        if (slices > 65535) {
            refuse("its frames are up to " + std::to_string(sorted.back() - sorted.front()) + " mm apart, " +
                   std::to_string(slices) + " slices; that cannot be right" + copyAgain);
        }
        m_grid.size = {m_columns, m_rows, static_cast<std::int64_t>(slices)};
        for (std::size_t k = 0; k < 3; ++k) {
            m_grid.direction[k] = {row[k], column[k], normal[k]};
        }
        const auto first = std::min_element(places.begin(), places.end()) - places.begin();
        m_grid.origin_mm = m_frames[static_cast<std::size_t>(first)].position_mm;
        m_grid.validate();
        for (std::size_t i = 0; i < m_frames.size(); ++i) {
            const double position = (places[i] - sorted.front()) / step_mm;
            m_frames[i].slice = static_cast<std::int64_t>(std::round(position));
        }
    }

    static double along(const Vec3& normal, const Vec3& p) {
        return normal[0] * p[0] + normal[1] * p[1] + normal[2] * p[2];
    }

    /// The stated distance of slices where all gaps are whole multiples of it, else the smallest gap.
    [[nodiscard]] double stepOf(const std::vector<double>& sorted, DcmItem& measures) const {
        const auto fitsAll = [&sorted](double step) {
            return step > 1e-3 && std::all_of(sorted.begin(), sorted.end(), [&](double place) {
                       const double steps = (place - sorted.front()) / step;
                       return std::abs(steps - std::round(steps)) < 0.05;
                   });
        };
        double smallest = 1e9;
        for (std::size_t i = 1; i < sorted.size(); ++i) {
            smallest = std::min(smallest, sorted[i] - sorted[i - 1]);
        }
        for (const DcmTagKey& tag : {DCM_SpacingBetweenSlices, DCM_SliceThickness}) {
            const double stated = std::abs(number(measures, tag).value_or(0));
            if (stated <= smallest + 0.01 && fitsAll(stated)) {
                return stated;
            }
        }
        if (sorted.size() == 1) {
            return 1;
        }
        if (!fitsAll(smallest)) {
            refuse("its slices are unevenly spaced (smallest distance " + std::to_string(smallest) +
                   " mm), which is not supported; resample it to an even spacing");
        }
        return smallest;
    }

    void readPixels() {
        const auto values = static_cast<std::uint64_t>(m_rows * m_columns) * static_cast<std::uint64_t>(m_count);
        const std::uint64_t bytes = (values * static_cast<std::uint64_t>(m_bits) + 7) / 8;
        requireMemory(bytes, "the segmentation " + m_path);
        DcmXfer syntax(m_dataset.getOriginalXfer());
        if (syntax.isEncapsulated() && m_dataset.chooseRepresentation(EXS_LittleEndianExplicit, nullptr).bad()) {
            refuse(std::string("segments compressed with \"") + syntax.getXferName() +
                   "\" cannot be read; convert the file to an uncompressed transfer syntax");
        }
        DcmElement* element = nullptr;
        if (m_dataset.findAndGetElement(DCM_PixelData, element).bad() || element->getLength() < bytes) {
            refuse("cut short: the header promises " + std::to_string(bytes) + " bytes of segments, there are " +
                   std::to_string(element != nullptr ? element->getLength() : 0) + copyAgain);
        }
        Uint8* read = nullptr;
        Uint16* words = nullptr;
        if (element->getUint16Array(words).good() && words != nullptr) {
            m_pixels = reinterpret_cast<const Uint8*>(words);
        } else if (element->getUint8Array(read).good() && read != nullptr) {
            m_pixels = read;
        } else {
            refuse(std::string("its pixels cannot be read") + copyAgain);
        }
    }

    [[nodiscard]] bool isSet(std::size_t i) const {
        return m_bits == 1 ? (m_pixels[i / 8] >> (i % 8) & 1) != 0 : m_pixels[i] >= m_threshold;
    }
    [[nodiscard]] std::size_t valueAt(std::size_t i) const {
        return m_bits == 8 ? m_pixels[i] : static_cast<std::size_t>(m_pixels[2 * i] | m_pixels[2 * i + 1] << 8);
    }

    std::vector<Structure> segments() {
        std::vector<Structure> result;
        for (DcmItem* item : itemsOf(&m_dataset, DCM_SegmentSequence)) {
            Structure structure;
            structure.number = static_cast<long>(number(*item, DCM_SegmentNumber).value_or(0));
            structure.name = utf8In(*item, DCM_SegmentLabel);
            if (text(*item, privateLabelCreator) == "DRDM STUDIO") {
                structure.label = static_cast<long>(number(*item, privateLabelValue).value_or(0));
            }
            if (structure.number > 0) {  // 0 is the background of label maps
                result.push_back(structure);
            }
        }
        return result;
    }

    /// A text of an item; the character set stands in the data set.
    std::string utf8In(DcmItem& item, const DcmTagKey& tag) {
        DcmItem one;
        one.putAndInsertString(DCM_SpecificCharacterSet, text(m_dataset, DCM_SpecificCharacterSet).c_str());
        one.putAndInsertString(tag, text(item, tag).c_str());
        return utf8Text(one, tag);
    }

    std::string m_path;
    std::unique_ptr<DcmFileFormat> m_file;
    DcmDataset& m_dataset;
    DcmItem* m_shared = nullptr;
    bool m_isLabelMap = false;
    std::int64_t m_rows = 0, m_columns = 0, m_count = 0;
    int m_bits = 0;
    double m_threshold = 1;
    std::vector<double> m_axes;
    std::vector<SegmentFrame> m_frames;
    Geometry m_grid;
    const Uint8* m_pixels = nullptr;
    std::vector<std::string> m_warnings;
};

}  // namespace

ReadLabels readSegmentation(const std::string& path, const LabelTarget& target,
                            const std::vector<std::string>& wanted) {
    Reader reader(path);
    ReadLabels result = reader.merged(wanted);
    const std::string frame = reader.frameOfReference();
    if (target.grid && !frame.empty() && !target.frameOfReferenceUid.empty() && frame != target.frameOfReferenceUid) {
        const double off = offGrid(result.map.geometry(), *target.grid);
        if (off > 0.05) {
            throw Error(path +
                        ": the segmentation lies in another frame of reference than the image, and its voxels do not "
                        "fall on the image's (up to " +
                        std::to_string(off) + " voxels off); open one that was made on this image");
        }
        result.warnings.push_back(path +
                                  ": it names another frame of reference than the image, but its voxels fall on the "
                                  "image's; matched by geometry");
    }
    return result;
}

}  // namespace drdm::dicom
