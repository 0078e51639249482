#include "DicomFixture.h"
#include "IoChecks.h"
#include "io/DerivedSeries.h"
#include "io/Series.h"

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

using namespace drdm;

namespace {

bool anyContains(const std::vector<std::string>& warnings, const std::string& words) {
    return std::ranges::any_of(warnings, [&](const auto& w) { return w.find(words) != std::string::npos; });
}

/// What the patient is made of: linear, so that linear resampling must give it back wherever there is data.
double body(const Vec3& p) {
    return 20000 + 90 * p[0] + 60 * p[1] + 75 * p[2];
}

/// Slices of that patient with their first pixels at `origins`; 2 mm by 1.5 mm pixels, 24 × 20 of them.
void writeBody(const QTemporaryDir& folder, const std::vector<std::array<double, 3>>& origins) {
    for (std::size_t i = 0; i < origins.size(); ++i) {
        SliceSpec spec;
        spec.columns = 24;
        spec.rows = 20;
        spec.spacing = "1.5\\2";
        spec.thickness.reset();
        spec.instance = static_cast<int>(i) + 1;
        spec.position = origins[i];
        spec.value = [o = origins[i]](int x, int y) {
            return static_cast<int>(std::lround(body({o[0] + 2.0 * x, o[1] + 1.5 * y, o[2]})));
        };
        writeSlice(folder.filePath(QString("%1.dcm").arg(i)), spec);
    }
}

/// Greatest difference from the patient over all voxels.
double worst(const Image& image) {
    const Geometry& g = image.geometry();
    double most = 0;
    for (std::int64_t i = 0; i < g.voxelCount(); ++i) {
        const Vec3 p = g.toPatient({static_cast<double>(i % g.size[0]), static_cast<double>(i / g.size[0] % g.size[1]),
                                    static_cast<double>(i / g.size[0] / g.size[1])});
        most = std::max(most, std::abs(static_cast<double>(image.voxels()[static_cast<std::size_t>(i)]) - body(p)));
    }
    return most;
}

}  // namespace

class TestSliceGrid : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void evenSlicesAreUntouched() {
        QTemporaryDir folder;
        writeBody(folder, {{-5, 3, 0}, {-5, 3, 4}, {-5, 3, 8.02}, {-5, 3, 12}});
        const Image image = readImage({folder.path().toStdString()});
        QCOMPARE(image.geometry().size, (Size3{24, 20, 4}));
        QVERIFY(std::abs(image.geometry().spacing_mm[2] - 4) < 1e-9);
        QCOMPARE(image.voxels()[2 * 480], static_cast<float>(std::lround(body({-5, 3, 8.02}))));
        QVERIFY(image.warnings.empty());
    }

    void unevenDistances() {
        QTemporaryDir folder;
        writeBody(folder, {{-5, 3, 0}, {-5, 3, 4}, {-5, 3, 5.1}, {-5, 3, 9.3}, {-5, 3, 16.7}});
        const Image image = readImage({folder.path().toStdString()});
        QVERIFY(anyContains(image.warnings, "varies from 1.1 mm to 7.4 mm: the 5 slices are resampled linearly to 16"));
        QVERIFY(std::abs(image.geometry().spacing_mm[2] * 15 - 16.7) < 1e-9);
        QCOMPARE(image.geometry().size[2], std::int64_t(16));
        QVERIFY(worst(image) <= 0.51);
        QCOMPARE(image.source.files.size(), std::size_t(16));
        QVERIFY(QString::fromStdString(image.source.files[15]).endsWith("4.dcm"));
    }

    void missingSlicesAreFilledIn() {
        QTemporaryDir folder;
        writeBody(folder, {{0, 0, 0}, {0, 0, 3}, {0, 0, 6}, {0, 0, 12}, {0, 0, 15}});
        const Image image = readImage({folder.path().toStdString()});
        QVERIFY(anyContains(image.warnings, "1 slice is missing: the usual distance is 3 mm, the largest 6 mm"));
        QCOMPARE(image.geometry().size[2], std::int64_t(6));
        QVERIFY(worst(image) <= 0.51);
        QCOMPARE(image.voxels()[4 * 480 + 5], static_cast<float>(body({10, 0, 12})));  // real slices stay as they are
    }

    void holesAreRefused() {
        QTemporaryDir folder;
        writeBody(folder, {{0, 0, 0}, {0, 0, 3}, {0, 0, 6}, {0, 0, 60}, {0, 0, 63}});
        const QString message = errorOf([&] { readImage({folder.path().toStdString()}); });
        QVERIFY(isUseful(message, "17 slices of 22 would be missing", "one stack of slices alone"));
        QTemporaryDir other;
        writeBody(other, {{0, 0, 0}, {0, 0, 3.3}, {0, 0, 6}, {0, 0, 61.1}, {0, 0, 63}});
        QVERIFY(isUseful(errorOf([&] { readImage({other.path().toStdString()}); }), "a hole of 55.1 mm",
                         "give a folder with the complete series"));
    }

    void tiltIsStraightened() {
        QTemporaryDir folder;
        std::vector<std::array<double, 3>> origins;
        for (int i = 0; i < 6; ++i) {
            origins.push_back({0, 5 * i * std::tan(0.3), 5.0 * i});
        }
        writeBody(folder, origins);
        const SeriesInfo info = scan({folder.path().toStdString()}).series.at(0);
        QVERIFY(anyContains(info.warnings, "sheared by 17.2°"));
        QVERIFY(anyContains(info.warnings, "corrected by resampling"));
        const Image image = readSeries(info);
        const Geometry& g = image.geometry();
        QCOMPARE(g.size, (Size3{24, 26, 6}));  // 7.73 mm further down are 6 rows
        QCOMPARE(g.direction, identity3);
        QVERIFY(std::abs(g.spacing_mm[2] - 5) < 1e-9);
        std::size_t inside = 0;
        // The rows at the rim mix with what lies outside; everything else is the patient.
        const Vec3 centre = g.toPatient({11, 13, 3});
        QVERIFY(std::abs(static_cast<double>(image.voxels()[(3 * 26 + 13) * 24 + 11]) - body(centre)) <= 0.51);
        std::size_t wrong = 0;
        for (std::int64_t z = 0; z < 6; ++z) {
            for (std::int64_t y = 0; y < 26; ++y) {
                const double row = static_cast<double>(y) - 5.0 * static_cast<double>(z) * std::tan(0.3) / 1.5;
                if (row < 0 || row > 19) {
                    continue;
                }
                for (std::int64_t x = 0; x < 24; ++x) {
                    const float value = image.voxels()[static_cast<std::size_t>((z * 26 + y) * 24 + x)];
                    const Vec3 p =
                        g.toPatient({static_cast<double>(x), static_cast<double>(y), static_cast<double>(z)});
                    wrong += std::abs(static_cast<double>(value) - body(p)) > 1.01 ? 1 : 0;
                    ++inside;
                }
            }
        }
        QVERIFY(inside > 2500);
        QCOMPARE(wrong, std::size_t(0));
        // A derived series says where its slices lie now, not where those of the source lay.
        const WrittenSeries written = writeDerivedSeries(image, folder.filePath("derived").toStdString(), {});
        const Image again = readImage({folder.filePath("derived").toStdString()}, written.seriesInstanceUid);
        QVERIFY(cornerDistance_mm(again.geometry(), g) < 1e-3);
    }

    void slicesBesideEachOther() {
        QTemporaryDir folder;
        writeBody(folder, {{0, 0, 0}, {400, 0, 3}, {0, 0, 6}});
        QVERIFY(isUseful(errorOf([&] { readImage({folder.path().toStdString()}); }), "shifted sideways",
                         "one stack of slices alone"));
    }

    void sharedUidsAreNoDuplicates() {
        QTemporaryDir folder;
        for (int i = 0; i < 3; ++i) {
            SliceSpec spec;
            spec.sop = "1.2.3.99";
            spec.position = {{0, 0, 2.5 * i}};
            writeSlice(folder.filePath(QString::number(i)), spec);
        }
        const Image image = readImage({folder.path().toStdString()});
        QCOMPARE(image.geometry().size[2], std::int64_t(3));
        QVERIFY(anyContains(image.warnings, "2 of 3 images have the SOP Instance UID of another one"));
    }
};

QTEST_GUILESS_MAIN(TestSliceGrid)
#include "TestSliceGrid.moc"
