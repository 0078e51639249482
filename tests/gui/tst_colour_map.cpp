#include "GuiTest.h"
#include "errors/Error.h"
#include "render/ColourMap.h"
#include "render/DeformedGrid.h"

#include <cmath>
#include <limits>

using namespace drdm;

class ColourMapTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void halfAndDoubleAreEquallyFarFromTheMiddle() {
        QCOMPARE(jacobianPosition(1, 4), 0.5);
        QVERIFY(std::abs(jacobianPosition(0.5, 4) - 0.25) < 1e-12);
        QVERIFY(std::abs(jacobianPosition(2, 4) - 0.75) < 1e-12);
        for (const double j : {0.3, 0.7, 1.3, 2.9}) {
            QVERIFY(std::abs((0.5 - jacobianPosition(j, 8)) - (jacobianPosition(1 / j, 8) - 0.5)) < 1e-12);
            QVERIFY(std::abs(jacobianAt(jacobianPosition(j, 8), 8) - j) < 1e-12);
        }
        QCOMPARE(jacobianPosition(100, 4), 1.0);
        QCOMPARE(jacobianPosition(0.001, 4), 0.0);
    }

    void oneIsClearCompressionBlueExpansionOrange() {
        QCOMPARE(int(jacobianColour(1, 4)[3]), 0);
        const Rgba small = jacobianColour(0.25, 4), large = jacobianColour(4, 4);
        QVERIFY(small[2] > small[0] + 100);
        QVERIFY(large[0] > large[2] + 100);
        QCOMPARE(int(small[3]), 255);
        QCOMPARE(int(large[3]), 255);
    }

    void foldedIsLoudAndOccursNowhereElse() {
        QCOMPARE(jacobianColour(0, 4), foldedColour);
        QCOMPARE(jacobianColour(-3, 4), foldedColour);
        QCOMPARE(jacobianColour(std::numeric_limits<double>::quiet_NaN(), 4), foldedColour);
        for (double j = 0.01; j < 20; j *= 1.02) {
            const Rgba c = jacobianColour(j, 4);
            const int distance =
                std::abs(c[0] - foldedColour[0]) + std::abs(c[1] - foldedColour[1]) + std::abs(c[2] - foldedColour[2]);
            QVERIFY2(distance > 120, qPrintable(QString::number(j)));
        }
    }

    void displacementGrowsFromClear() {
        QCOMPARE(int(displacementColour(0, 10)[3]), 0);
        QCOMPARE(displacementColour(10, 10), displacementColour(25, 10));
        int last = -1;
        for (double mm = 0; mm <= 10; mm += 0.5) {
            QVERIFY(displacementColour(mm, 10)[3] >= last);
            last = displacementColour(mm, 10)[3];
        }
    }

    void planeNeedsOneValueAVoxel() {
        const PlaneGrid grid{3, 2, 1, 1};
        QCOMPARE(jacobianPlane(grid, std::vector<float>(6, 1.0F), 4).rgba->size(), std::size_t(24));
        QVERIFY_THROWS_EXCEPTION(Error, jacobianPlane(grid, std::vector<float>(5, 1.0F), 4));
    }

    void undeformedGridIsStraight() {
        const PlaneGrid grid{32, 16, 1, 2};  // 32 × 32 mm
        const LineSet lines = deformedGrid(grid, {}, {}, 4);
        QVERIFY(!lines.ends_mm->empty());
        for (std::size_t i = 0; i < lines.ends_mm->size(); i += 4) {
            const float* p = lines.ends_mm->data() + i;
            const bool vertical = std::abs(p[0] - p[2]) < 1e-4F && std::abs(std::fmod(p[0], 8.0F) - 4) < 1e-3F;
            const bool horizontal = std::abs(p[1] - p[3]) < 1e-4F && std::abs(std::fmod(p[1], 8.0F) - 4) < 1e-3F;
            QVERIFY(vertical || horizontal);
        }
    }

    void gridMovesWithTheImage() {
        // I_out(x) = I(x + 2): the image, and a line on it, moves 2 voxels to the left.
        const PlaneGrid grid{32, 32, 1, 1};
        const std::vector<float> two(grid.count(), 2.0F), none(grid.count(), 0.0F);
        const LineSet lines = deformedGrid(grid, two, none, 4);
        int found = 0;
        for (std::size_t i = 0; i < lines.ends_mm->size(); i += 4) {
            const float* p = lines.ends_mm->data() + i;
            if (std::abs(p[0] - p[2]) < 1e-4F && std::abs(p[1] - p[3]) > 0.1F) {
                QVERIFY2(std::abs(std::fmod(p[0], 8.0F) - 2) < 1e-3F,
                         qPrintable(QString::number(static_cast<double>(p[0]))));
                ++found;
            }
        }
        QVERIFY2(found > 60, qPrintable(QString::number(found)));
    }
};

DRDM_GUI_TEST_MAIN(ColourMapTest)
#include "tst_colour_map.moc"
