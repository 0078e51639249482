#include "IoChecks.h"
#include "TestData.h"
#include "imaging/Warp.h"
#include "io/DerivedObjects.h"
#include "io/Labels.h"
#include "io/MetaImage.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>

using namespace drdm;

namespace {

const Derivation derivation{"DRDM variation", "DRDM", R"({"seed":1})", 9000};

/// A structure set as planning systems write it, by hand. Contours: ROI number and points in mm.
struct Roi {
    int number;
    std::string name;
    std::vector<std::vector<Vec3>> contours;
    std::string kind = "CLOSED_PLANAR";
};

void writeStructureSet(const std::string& path, const std::string& frameOfReference, const std::vector<Roi>& rois) {
    DcmFileFormat file;
    DcmDataset& d = *file.getDataset();
    const auto put = [](DcmItem& item, const DcmTagKey& tag, const std::string& value) {
        item.putAndInsertString(tag, value.c_str());
    };
    const auto add = [](DcmItem& item, const DcmTagKey& tag) {
        DcmItem* made = nullptr;
        item.findOrCreateSequenceItem(tag, made, -2);
        return made;
    };
    put(d, DCM_SpecificCharacterSet, "ISO_IR 100");
    put(d, DCM_SOPClassUID, UID_RTStructureSetStorage);
    put(d, DCM_SOPInstanceUID, "1.2.3.4.77");
    put(d, DCM_Modality, "RTSTRUCT");
    put(*add(d, DCM_ReferencedFrameOfReferenceSequence), DCM_FrameOfReferenceUID, frameOfReference);
    for (const Roi& roi : rois) {
        DcmItem* item = add(d, DCM_StructureSetROISequence);
        put(*item, DCM_ROINumber, std::to_string(roi.number));
        put(*item, DCM_ROIName, roi.name);
        put(*item, DCM_ReferencedFrameOfReferenceUID, frameOfReference);
        DcmItem* drawn = add(d, DCM_ROIContourSequence);
        put(*drawn, DCM_ReferencedROINumber, std::to_string(roi.number));
        for (const auto& points : roi.contours) {
            DcmItem* contour = add(*drawn, DCM_ContourSequence);
            put(*contour, DCM_ContourGeometricType, roi.kind);
            put(*contour, DCM_NumberOfContourPoints, std::to_string(points.size()));
            std::string data;
            for (const Vec3& point : points) {
                for (const double value : point) {
                    char text[24];
                    std::snprintf(text, sizeof text, "%.9g", value);
                    data += (data.empty() ? "" : "\\") + std::string(text);
                }
            }
            put(*contour, DCM_ContourData, data);
        }
    }
    file.saveFile(path.c_str(), EXS_LittleEndianExplicit);
}

/// A rectangle from voxel x0, y0 to x1, y1 (its edges half way between voxels) in slice z.
std::vector<Vec3> rectangle(const Geometry& g, double x0, double y0, double x1, double y1, double z) {
    return {g.toPatient({x0 - 0.5, y0 - 0.5, z}), g.toPatient({x1 + 0.5, y0 - 0.5, z}),
            g.toPatient({x1 + 0.5, y1 + 0.5, z}), g.toPatient({x0 - 0.5, y1 + 0.5, z})};
}

std::int64_t count(const LabelMap& map, std::uint16_t label) {
    return std::count(map.labels().begin(), map.labels().end(), label);
}

bool mentions(const std::vector<std::string>& warnings, const std::string& text) {
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const std::string& w) { return w.find(text) != std::string::npos; });
}

double dice(const LabelMap& a, const LabelMap& b) {
    double both = 0, sum = 0;
    for (std::size_t i = 0; i < a.labels().size(); ++i) {
        both += a.labels()[i] != 0 && b.labels()[i] != 0 ? 2 : 0;
        sum += (a.labels()[i] != 0 ? 1 : 0) + (b.labels()[i] != 0 ? 1 : 0);
    }
    return both / sum;
}

}  // namespace

class TestLabels : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    Image m_image;

    [[nodiscard]] std::string path(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    [[nodiscard]] LabelMap boxes() const {
        const Geometry& g = m_image.geometry();
        std::vector<std::uint16_t> labels(static_cast<std::size_t>(g.voxelCount()), 0);
        for (std::size_t i = 0; i < labels.size(); ++i) {
            const auto x = static_cast<std::int64_t>(i) % g.size[0];
            const auto z = static_cast<std::int64_t>(i) / (g.size[0] * g.size[1]);
            labels[i] = z != 1 && x > 5 && x < 11 ? 2 : z == 3 && x > 20 && x < 29 ? 500 : 0;
        }
        LabelMap map(g, labels);
        map.names[2] = "Myokard größer";
        return map;
    }

private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.slices = 4;
        settings.size = 46;  // not a multiple of 8: frames of a segmentation begin within a byte
        settings.frames = 1;
        settings.seed = 3;
        m_image = readImage({writePhantom(settings, path("phantom")).front() + "/dicom"});
    }

    void segmentationComesBack() {
        const LabelMap labels = boxes();
        writeSegmentation(labels, {m_image, {}}, path("seg.dcm"), derivation);
        const ReadLabels back = readLabels(path("seg.dcm"), LabelTarget(m_image));
        QVERIFY(back.warnings.empty());
        QVERIFY(std::ranges::equal(back.map.labels(), labels.labels()));
        QCOMPARE(back.map.names.at(2), std::string("Myokard größer"));
        QCOMPARE(back.map.names.at(500), std::string("Label 500"));
        // Without an image: on its own grid, from the first to the last slice that holds something.
        const ReadLabels alone = readLabels(path("seg.dcm"));
        QVERIFY(cornerDistance_mm(alone.map.geometry(), m_image.geometry()) < 1e-3);
        // Chosen structures, by name or number.
        const ReadLabels one = readLabels(path("seg.dcm"), LabelTarget(m_image), {"label 500"});
        QCOMPARE(one.map.values(), std::vector<std::uint16_t>{500});
        QVERIFY(isUseful(errorOf([&] { readLabels(path("seg.dcm"), LabelTarget(m_image), {"heart"}); }), "seg.dcm",
                         "Myokard"));
    }

    void segmentationOnAnotherGrid() {
        writeSegmentation(boxes(), {m_image, {}}, path("fine.dcm"), derivation);
        LabelTarget target(m_image);
        target.grid->size[0] /= 2;
        target.grid->size[1] /= 2;
        target.grid->spacing_mm[0] *= 2;
        target.grid->spacing_mm[1] *= 2;
        const ReadLabels coarse = readLabels(path("fine.dcm"), target);
        QCOMPARE(coarse.map.geometry().size, target.grid->size);
        QVERIFY(mentions(coarse.warnings, "nearest"));
        QVERIFY(count(coarse.map, 2) > 0);
        // Elsewhere in the patient: refused, by either.
        target.grid->origin_mm[0] += 5000;
        QVERIFY(isUseful(errorOf([&] { readLabels(path("fine.dcm"), target); }), "fine.dcm", "drawn on this image"));
        LabelTarget other(m_image);
        other.frameOfReferenceUid = "1.2.3.99";
        const ReadLabels byGeometry = readLabels(path("fine.dcm"), other);
        QVERIFY(mentions(byGeometry.warnings, "matched by geometry"));
        other.grid->origin_mm[0] += 0.4 * other.grid->spacing_mm[0];
        QVERIFY(isUseful(errorOf([&] { readLabels(path("fine.dcm"), other); }), "fine.dcm", "frame of reference"));
    }

    void structureSet() {
        const Geometry& g = m_image.geometry();
        const std::string& frame = m_image.source.frameOfReferenceUid;
        // A ring (hole by a second contour), and a box over a part of it.
        writeStructureSet(path("rt.dcm"), frame,
                          {{1, "Ring", {rectangle(g, 4, 5, 23, 24, 1), rectangle(g, 10, 11, 13, 14, 1)}},
                           {2, "K\xe4stchen", {rectangle(g, 20, 20, 29, 29, 1), rectangle(g, 20, 20, 29, 29, 2)}},
                           {7, "Iso", {{g.toPatient({3, 3, 0})}}, "POINT"}});
        const ReadLabels read = readLabels(path("rt.dcm"), LabelTarget(m_image));
        QCOMPARE(count(read.map, 2), std::int64_t(200));
        QCOMPARE(count(read.map, 1), std::int64_t(400 - 16 - 20 /* taken by the box */));
        QCOMPARE(read.map.names.at(2), std::string("Kästchen"));
        QVERIFY(mentions(read.warnings, "share 20 voxels"));
        QVERIFY(mentions(read.warnings, "1 contours of \"Iso\""));
        // The other order, and one alone.
        const ReadLabels turned = readLabels(path("rt.dcm"), LabelTarget(m_image), {"2", "ring"});
        QCOMPARE(count(turned.map, 1), std::int64_t(400 - 16));
        QCOMPARE(count(turned.map, 2), std::int64_t(200 - 20));
        QCOMPARE(readLabels(path("rt.dcm"), LabelTarget(m_image), {"Ring"}).map.values(),
                 std::vector<std::uint16_t>{1});
        QVERIFY(isUseful(errorOf([&] { readLabels(path("rt.dcm")); }), "rt.dcm", "give the image"));
    }

    void structureSetOfOthers() {
        const Geometry& g = m_image.geometry();
        writeStructureSet(path("other.dcm"), "1.2.3.99", {{1, "A", {rectangle(g, 4, 5, 23, 24, 1)}}});
        QVERIFY(mentions(readLabels(path("other.dcm"), LabelTarget(m_image)).warnings, "matched by geometry"));
        writeStructureSet(path("between.dcm"), "1.2.3.99", {{1, "A", {rectangle(g, 4, 5, 23, 24, 1.4)}}});
        QVERIFY(isUseful(errorOf([&] { readLabels(path("between.dcm"), LabelTarget(m_image)); }), "between.dcm",
                         "drawn on this image"));
        // Contours that stand upright in the image's slices.
        writeStructureSet(path("upright.dcm"), m_image.source.frameOfReferenceUid,
                          {{1, "A", {{g.toPatient({3, 3, 0}), g.toPatient({9, 3, 0}), g.toPatient({9, 3, 3})}}}});
        QVERIFY(isUseful(errorOf([&] { readLabels(path("upright.dcm"), LabelTarget(m_image)); }), "upright.dcm",
                         "segmentation"));
        writeStructureSet(path("empty.dcm"), m_image.source.frameOfReferenceUid, {});
        QVERIFY(isUseful(errorOf([&] { readLabels(path("empty.dcm"), LabelTarget(m_image)); }), "empty.dcm",
                         "no structure"));
        // Numbers that cannot be labels.
        writeStructureSet(path("zero.dcm"), m_image.source.frameOfReferenceUid,
                          {{0, "A", {rectangle(g, 4, 5, 23, 24, 1)}}});
        const ReadLabels zero = readLabels(path("zero.dcm"), LabelTarget(m_image));
        QCOMPARE(count(zero.map, 1), std::int64_t(400));
        QVERIFY(mentions(zero.warnings, "cannot be labels"));
    }

    void damagedSegmentations() {
        writeSegmentation(boxes(), {m_image, {}}, path("good.dcm"), derivation);
        const auto changed = [&](const QString& name, const std::function<void(DcmDataset&)>& change) {
            DcmFileFormat file;
            file.loadFile(path("good.dcm").c_str());
            change(*file.getDataset());
            file.saveFile(path(name).c_str(), EXS_LittleEndianExplicit);
            return errorOf([&] { readLabels(path(name), LabelTarget(m_image)); });
        };
        QVERIFY(isUseful(
            changed("frames.dcm", [](DcmDataset& d) { d.putAndInsertString(DCM_NumberOfFrames, "900000000"); }),
            "frames.dcm", "copy the file again"));
        QVERIFY(isUseful(changed("more.dcm", [](DcmDataset& d) { d.putAndInsertUint16(DCM_Rows, 60000); }), "more.dcm",
                         "cut short"));
        QVERIFY(isUseful(changed("bits.dcm", [](DcmDataset& d) { d.putAndInsertUint16(DCM_BitsAllocated, 3); }),
                         "bits.dcm", "3 bits"));
        QVERIFY(
            isUseful(changed("place.dcm", [](DcmDataset& d) { delete d.remove(DCM_PerFrameFunctionalGroupsSequence); }),
                     "place.dcm", "no position"));
        QVERIFY(isUseful(changed("names.dcm", [](DcmDataset& d) { delete d.remove(DCM_SegmentSequence); }), "names.dcm",
                         "no structure"));
        const QByteArray bytes = bytesOf(m_folder.filePath("good.dcm"));
        writeBytes(m_folder.filePath("cut.dcm"), bytes.left(bytes.size() - 100));
        QVERIFY(isUseful(errorOf([&] { readLabels(path("cut.dcm"), LabelTarget(m_image)); }), "cut.dcm", "copy"));
        QVERIFY(isUseful(errorOf([&] { readLabels(path("gone.dcm")); }), "gone.dcm", "check the path"));
        QVERIFY(isUseful(errorOf([&] { readLabels(m_image.source.files.front()); }), ".dcm", "holds no labels"));
    }

    void fractionalSegmentation() {
        writeSegmentation(boxes(), {m_image, {}}, path("binary.dcm"), derivation);
        DcmFileFormat file;
        file.loadFile(path("binary.dcm").c_str());
        DcmDataset& d = *file.getDataset();
        OFString frames;
        d.findAndGetOFString(DCM_NumberOfFrames, frames);
        const std::size_t size = static_cast<std::size_t>(std::atoi(frames.c_str())) * 46 * 46;
        std::vector<Uint8> values(size, 0);
        values[0] = 99;   // below a half
        values[1] = 100;  // a half
        d.putAndInsertString(DCM_SegmentationType, "FRACTIONAL");
        d.putAndInsertString(DCM_SegmentationFractionalType, "PROBABILITY");
        d.putAndInsertUint16(DCM_MaximumFractionalValue, 200);
        d.putAndInsertUint16(DCM_BitsAllocated, 8);
        d.putAndInsertUint8Array(DCM_PixelData, values.data(), static_cast<unsigned long>(values.size()));
        file.saveFile(path("fractional.dcm").c_str(), EXS_LittleEndianExplicit);
        const ReadLabels read = readLabels(path("fractional.dcm"), LabelTarget(m_image));
        QCOMPARE(count(read.map, 2), std::int64_t(1));
        QCOMPARE(read.map.labels()[1], std::uint16_t(2));
        QVERIFY(mentions(read.warnings, "at least half (100)"));
    }

    void otherFormats() {
        const LabelMap labels = boxes();
        writeNiftiLabels(labels, path("l.nii.gz"));
        writeMetaLabels(labels, path("l.mha"), R"({"program":"x"})");
        for (const char* name : {"l.nii.gz", "l.mha"}) {
            const ReadLabels back = readLabels(path(name), LabelTarget(m_image));
            QVERIFY(back.warnings.empty());
            QVERIFY(std::ranges::equal(back.map.labels(), labels.labels()));
        }
        QCOMPARE(readMetaProvenance(path("l.mha")), std::string(R"({"program":"x"})"));
        // A folder with one file of labels.
        QDir(m_folder.path()).mkpath("folder");
        QVERIFY(isUseful(errorOf([&] { readLabels(path("folder")); }), "folder", "give one file"));
        writeMetaLabels(labels, path("folder/l.mha"));
        QCOMPARE(readLabels(path("folder")).map.values(), labels.values());
    }

    void realStructureSets() {
        if (testData().isEmpty()) {
            QSKIP("the real images are not there (DRDM_TEST_DATA)");
        }
        for (const QString kind : {"CT", "MR_T1"}) {
            const QString base = testData() + "/ibsi-sts-025/";
            const Image image = readImage({(base + "dicom/" + kind + "/image").toStdString()});
            const ReadLabels read = readLabels((base + "dicom/" + kind + "/mask").toStdString(), LabelTarget(image));
            const LabelMap truth =
                resample(readNiftiLabels((base + "nifti/" + kind + "_mask.nii.gz").toStdString()), image.geometry());
            const double agreement = dice(read.map, truth);
            qInfo("%s: Dice %.5f with the mask beside it, %lld and %lld voxels", qPrintable(kind), agreement,
                  static_cast<long long>(count(read.map, read.map.values().front())),
                  static_cast<long long>(count(truth, truth.values().front())));
            QVERIFY(agreement > 0.98);
            for (const std::string& warning : read.warnings) {
                qInfo("%s", warning.c_str());
            }
        }
    }

    void realSegmentation() {
        const std::string file = testData().toStdString() + "/dicom/awkward/real-odd/liver.dcm";
        if (testData().isEmpty()) {
            QSKIP("the real images are not there (DRDM_TEST_DATA)");
        }
        const ReadLabels read = readLabels(file);
        const Geometry& g = read.map.geometry();
        qInfo("%lld × %lld × %lld, spacing %.3f %.3f %.3f", static_cast<long long>(g.size[0]),
              static_cast<long long>(g.size[1]), static_cast<long long>(g.size[2]), g.spacing_mm[0], g.spacing_mm[1],
              g.spacing_mm[2]);
        for (const auto& [label, name] : read.map.names) {
            qInfo("%d %s: %lld voxels", label, name.c_str(), static_cast<long long>(count(read.map, label)));
        }
        for (const std::string& warning : read.warnings) {
            qInfo("%s", warning.c_str());
        }
        QCOMPARE(g.size, (Size3{512, 512, 3}));
    }
};

QTEST_GUILESS_MAIN(TestLabels)
#include "TestLabels.moc"
