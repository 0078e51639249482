#include "GuiTest.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "render/Arrows.h"
#include "render/DeformedGrid.h"
#include "render/LabelOverlay.h"
#include "ui/MeasurementPanel.h"
#include "ui/OverlayPanel.h"
#include "ui/PlanesView.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/VolumeSurface.h"

#include <QAction>
#include <QCheckBox>
#include <QDir>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>

#include <cmath>
#include <numbers>

using namespace drdm;
using drdmtest::meanColour;

namespace {

constexpr int side = 64;
constexpr int patient_ms = 60000;

Geometry planeGeometry() {
    Geometry geometry;
    geometry.size = {side, side, 1};
    return geometry;
}

/// A plane whose values are a function of the voxel.
template <typename Value>
ScalarPlane plane(const Value& value) {
    auto values = std::make_shared<std::vector<float>>();
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            values->push_back(static_cast<float>(value(x, y)));
        }
    }
    return {planeGrid(planeGeometry()), values};
}

/// One step whose field is u = (ux(x, y), uy(x, y)) voxels on an image that holds x.
template <typename Ux, typename Uy>
Trajectory trajectory(const Ux& ux, const Uy& uy) {
    const ScalarPlane image = plane([](int x, int) { return x; });
    std::vector<float> u;
    for (const bool rows : {true, false}) {
        for (int y = 0; y < side; ++y) {
            for (int x = 0; x < side; ++x) {
                u.push_back(static_cast<float>(rows ? uy(x, y) : ux(x, y)));
            }
        }
    }
    TrajectoryStep step;
    step.onModelGrid = DisplacementField(planeGeometry(), 2, std::move(u));
    return Trajectory(Image(planeGeometry(), *image.values), nullptr, {}).appended(std::move(step));
}

StepFrame frameOf(const Trajectory& trajectory, StepRequest request = {}) {
    request.trajectory = trajectory;
    StepFramer framer;
    return framer.make(request);
}

double nothing(int, int) {
    return 0;
}

}  // namespace

/// Compare modes, overlays and measurements: what is on the screen, in pixels and numbers.
class ViewsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_views = std::make_unique<ViewPair>();
        m_views->resize(900, 460);
        m_views->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_views.get()));
        m_views->setOriginal(plane([](int, int) { return 20; }), {});
        m_views->setWindow({50, 100});
        StepFrame frame = frameOf(trajectory(nothing, nothing));
        frame.image = plane([](int, int) { return 80; });
        m_views->setVariation(frame);
    }

    void cleanup() { m_views.reset(); }

    void checkerboardAlternates() {
        show(CompareMode::Checkerboard);
        m_views->findChild<QSlider*>("squareSize")->setValue(16);
        QVERIFY(std::abs(greyAt(8, 8) - 51) < 4);
        QVERIFY(std::abs(greyAt(24, 8) - 204) < 4);
        QVERIFY(std::abs(greyAt(24, 24) - 51) < 4);
        QVERIFY(std::abs(greyAt(8, 24) - 204) < 4);
        m_views->findChild<QSlider*>("squareSize")->setValue(32);
        QVERIFY(std::abs(greyAt(24, 8) - 51) < 4);  // now in the first square
    }

    void curtainIsDragged() {
        show(CompareMode::Curtain);
        QVERIFY(std::abs(greyAt(20, 20) - 51) < 4);
        QVERIFY(std::abs(greyAt(44, 20) - 204) < 4);
        SliceView* view = m_views->variationView();
        const QPoint line = view->fromPlane({m_views->curtain_mm(), 10}).toPoint();
        const QPoint there = view->fromPlane({52, 10}).toPoint();
        QTest::mousePress(view, Qt::LeftButton, {}, line);
        QTest::mouseMove(view, there);
        QTest::mouseRelease(view, Qt::LeftButton, {}, there);
        QVERIFY(std::abs(m_views->curtain_mm() - 52) < 1);
        QVERIFY(std::abs(greyAt(44, 20) - 51) < 4);
        QVERIFY(std::abs(greyAt(58, 20) - 204) < 4);
        QCOMPARE(m_views->displayWindow(), (DisplayWindow{50, 100}));  // the drag was the line's
    }

    void blendMixes() {
        show(CompareMode::Blend);
        QVERIFY(std::abs(greyAt(32, 20) - 127) < 4);
        m_views->findChild<QSlider*>("blendShare")->setValue(0);
        QVERIFY(std::abs(greyAt(32, 20) - 51) < 4);
        m_views->findChild<QSlider*>("blendShare")->setValue(100);
        QVERIFY(std::abs(greyAt(32, 20) - 204) < 4);
    }

    void flickerBySpaceAndByItself() {
        show(CompareMode::Flicker);
        SliceView* view = m_views->variationView();
        QVERIFY(std::abs(greyAt(32, 20) - 204) < 4);
        QTest::keyPress(view, Qt::Key_Space);
        QVERIFY(std::abs(greyAt(32, 20) - 51) < 4);
        QTest::keyRelease(view, Qt::Key_Space);
        QVERIFY(std::abs(greyAt(32, 20) - 204) < 4);
        auto* automatic = m_views->findChild<QCheckBox*>("flickerAutomatic");
        m_views->findChild<QSlider*>("flickerSpeed")->setValue(8);
        QTest::mouseClick(automatic, Qt::LeftButton, {}, {8, automatic->height() / 2});
        QTRY_VERIFY(std::abs(greyAt(32, 20) - 51) < 4);
        QTRY_VERIFY(std::abs(greyAt(32, 20) - 204) < 4);
        show(CompareMode::Both);
        QVERIFY(!automatic->isChecked());
    }

    void differenceIsNeutralAtZero() {
        StepFrame frame = frameOf(trajectory(nothing, nothing));
        frame.image = plane([](int x, int) { return x < 20 ? 20 : x < 40 ? 60 : -20; });
        m_views->setVariation(frame);
        show(CompareMode::Difference);
        const auto same = colourAt(10, 40), brighter = colourAt(30, 40), darker = colourAt(50, 40);
        QVERIFY(same[0] < 30 && std::abs(same[0] - same[2]) < 12);
        QVERIFY(brighter[0] > brighter[2] + 60);
        QVERIFY(darker[2] > darker[0] + 60);
        m_views->setWindow({50, 1000});  // a wide window makes differences faint
        QVERIFY(colourAt(30, 40)[0] < brighter[0] - 60);
    }

    void overlaysAreDrawnInEveryMode_data() {
        QTest::addColumn<int>("mode");
        for (int mode = static_cast<int>(CompareMode::Variation); mode <= static_cast<int>(CompareMode::Difference);
             ++mode) {
            QTest::addRow("mode %d", mode) << mode;
        }
    }

    void overlaysAreDrawnInEveryMode() {
        QFETCH(int, mode);
        show(static_cast<CompareMode>(mode));
        const QImage plain = m_views->variationView()->grabFramebuffer();
        StepRequest request;
        request.arrows = request.displacement = true;
        request.lengthMap = LengthMap::Teal;
        request.displacementMax_mm = 4;
        StepFrame frame = frameOf(trajectory([](int, int) { return 3.0; }, nothing), request);
        frame.image = plane([](int, int) { return 80; });
        m_views->setVariation(frame);
        const QImage covered = m_views->variationView()->grabFramebuffer();
        int changed = 0;
        for (int y = 0; y < plain.height(); ++y) {
            for (int x = 0; x < plain.width(); ++x) {
                changed += plain.pixel(x, y) != covered.pixel(x, y) ? 1 : 0;
            }
        }
        QVERIFY(changed > 20000);
    }

    void arrowsFollowDensityAndScale() {
        const std::vector<float> three(side * side, 3), none(side * side, 0);
        const PlaneGrid grid = planeGrid(planeGeometry());
        const LineSet few = arrows(grid, three, none, 8, 1), many = arrows(grid, three, none, 16, 1);
        QCOMPARE(few.ends_mm->size(), std::size_t{8 * 8 * 3 * 4});
        QCOMPARE(many.ends_mm->size(), std::size_t{16 * 16 * 3 * 4});
        // From where the tissue was, x + u, to where it is shown, x.
        QCOMPARE((*few.ends_mm)[0] - (*few.ends_mm)[2], 3.0F);
        QCOMPARE((*arrows(grid, three, none, 8, 2.5).ends_mm)[0] - (*few.ends_mm)[2], 7.5F);
        QVERIFY(arrows(grid, none, none, 8, 1).ends_mm->empty());
        QVERIFY_THROWS_EXCEPTION(std::exception, arrows(grid, {}, {}, 8, 1));
    }

    void gridHasItsSpacing() {
        const PlaneGrid grid = planeGrid(planeGeometry());
        QCOMPARE(deformedGridOfSpacing(grid, {}, {}, 10).ends_mm->size(), std::size_t{2 * 6 * 4});
        QCOMPARE(deformedGridOfSpacing(grid, {}, {}, 20).ends_mm->size(), std::size_t{2 * 3 * 4});
    }

    void labelsMoveWithTheImage() {
        std::vector<std::uint16_t> labels(side * side);
        for (int y = 20; y < 30; ++y) {
            std::fill_n(labels.begin() + y * side + 20, 10, std::uint16_t{2});
        }
        StepRequest request;
        request.labels = LabelMap(planeGeometry(), labels);
        request.labelFill = true;
        // I_out(x) = I(x + 5): what lay at 20…29 is shown at 15…24.
        const StepFrame frame = frameOf(trajectory([](int, int) { return 5.0; }, nothing), request);
        const auto opaque = [&frame](int x, int y) {
            return (*frame.labels.rgba)[4 * static_cast<std::size_t>(y * side + x) + 3] == 255;
        };
        QVERIFY(!opaque(14, 25) && opaque(15, 25) && opaque(24, 25) && !opaque(25, 25));
        m_views->setVariation(frame);
        show(CompareMode::Variation);
        const Rgba wanted = labelColour(2);
        QVERIFY(std::abs(colourAt(20, 25)[0] - wanted[0]) < 6 && std::abs(colourAt(20, 25)[2] - wanted[2]) < 6);

        request.labelFill = false;
        request.labelContours = true;
        const StepFrame lines = frameOf(trajectory([](int, int) { return 5.0; }, nothing), request);
        float low = 1000, high = -1000;
        for (std::size_t i = 0; i < lines.labelContours.ends_mm->size(); i += 2) {
            low = std::min(low, (*lines.labelContours.ends_mm)[i]);
            high = std::max(high, (*lines.labelContours.ends_mm)[i]);
        }
        QCOMPARE(low, 14.5F);
        QCOMPARE(high, 24.5F);
        QCOMPARE(lines.labelContours.rgb->size() * 4, lines.labelContours.ends_mm->size() * 3);
        QVERIFY_THROWS_EXCEPTION(std::exception, labelPlane({3, 3, 1, 1}, labels));
    }

    void foldedVoxelsAreCountedAndShown() {
        StepFrame frame = frameOf(trajectory(nothing, nothing));
        QCOMPARE(frame.folded->size(), std::size_t{0});
        m_views->setVariation(frame);
        QVERIFY(!m_views->jumpToNextFolded());
        frame.folded =
            std::make_shared<std::vector<std::size_t>>(std::vector<std::size_t>{10 * side + 50, 40 * side + 7});
        m_views->setVariation(frame);
        QVERIFY(m_views->jumpToNextFolded());
        QCOMPARE(m_views->variationView()->camera().centreX_mm, 50.0);
        QVERIFY(m_views->jumpToNextFolded());
        QCOMPARE(m_views->variationView()->camera().centreY_mm, 40.0);
        OverlayPanel panel;
        panel.setOn(OverlayPanel::Jacobian, true);
        panel.show();
        panel.setFolded(2);
        QVERIFY(panel.findChild<QLabel*>("foldedCount")->text().startsWith("2 folded"));
        QSignalSpy wanted(&panel, &OverlayPanel::foldedWanted);
        QTest::mouseClick(panel.findChild<QPushButton*>("nextFolded"), Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        panel.setFolded(0);
        QVERIFY(!panel.findChild<QPushButton*>("nextFolded")->isVisible());
    }

    void measurementsHaveKnownNumbers() {
        // φ(x) = 1.1 x along columns and 1.2 y along rows: |J| = 1.32.
        const StepFrame frame =
            frameOf(trajectory([](int x, int) { return 0.1 * x; }, [](int, int y) { return 0.2 * y; }));
        const ScalarPlane image = plane([](int x, int) { return x; });
        Measurement m{Measurement::Kind::Rectangle, 1, 0, 10, 30, 20, 40};
        MeasuredValues values = measure(m, image, &frame);
        QCOMPARE(values.original.voxels, std::size_t{121});
        QCOMPARE(values.original.mean, 15.0);
        QCOMPARE(values.original.minimum, 10.0);
        QCOMPARE(values.original.maximum, 20.0);
        QVERIFY(std::abs(values.original.deviation - std::sqrt(10.0)) < 1e-9);
        QCOMPARE(values.original.area_mm2, 121.0);
        QVERIFY(std::abs(values.variation->mean - 16.5) < 1e-4);
        QVERIFY(std::abs(*values.carriedArea_mm2 - 121 * 1.32) < 1e-3);
        m.kind = Measurement::Kind::Ellipse;
        m = {Measurement::Kind::Ellipse, 1, 0, 10, 10, 50, 50};
        QVERIFY(std::abs(measure(m, image, nullptr).original.area_mm2 - std::numbers::pi * 400) < 20);
        QVERIFY(!measure(m, image, nullptr).carriedArea_mm2);
        m = {Measurement::Kind::Distance, 1, 0, 10, 10, 40, 50};
        values = measure(m, image, &frame);
        QCOMPARE(values.length_mm, 50.0);
        QVERIFY(std::abs(*values.carriedLength_mm - std::hypot(33.0, 48.0)) < 1e-4);
    }

    void measurementsAreDrawnListedAndRemoved() {
        MeasurementPanel panel(m_views.get());
        QVERIFY(panel.isHidden());
        QSignalSpy changed(m_views.get(), &ViewPair::measurementsChanged);
        SliceView* view = m_views->originalView();
        m_views->setTool(SliceView::Tool::Distance);
        drag(view, {10, 20}, {40, 20});
        m_views->setTool(SliceView::Tool::Ellipse);
        drag(view, {10, 30}, {40, 50});
        QTest::mouseClick(view, Qt::LeftButton, {}, view->fromPlane({5, 5}).toPoint());  // a click measures nothing
        QCOMPARE(changed.size(), 2);
        QCOMPARE(m_views->measurements().size(), std::size_t{2});
        auto* list = panel.findChild<QListWidget*>("measurements");
        panel.resize(300, 260);
        panel.show();
        QCOMPARE(list->count(), 2);
        QVERIFY(list->item(0)->text().contains("Distance 3"));
        QVERIFY(list->item(1)->text().contains("20.00 ± 0.00"));
        QVERIFY(list->item(1)->text().contains("80.00 ± 0.00"));
        QVERIFY(coloured(m_views->originalView()) > 60);  // the shapes are on both views
        QVERIFY(coloured(m_views->variationView()) > 60);
        m_views->setSlice(1);
        QVERIFY(coloured(m_views->originalView()) < 20);
        m_views->setSlice(0);
        list->setCurrentRow(0);
        QTest::mouseClick(panel.findChild<QToolButton*>("removeMeasurement"), Qt::LeftButton);
        QCOMPARE(m_views->measurements().size(), std::size_t{1});
        QCOMPARE(m_views->measurements().front().number, 2);
        m_views->setMeasurements({});
        QVERIFY(panel.isHidden());
        m_views->setTool(SliceView::Tool::Window);
    }

    void scaleBarIsRound() {
        const double whole = m_views->originalView()->scaleBar_mm();
        QVERIFY(whole == 10 || whole == 20);
        m_views->zoomBy(8);
        QVERIFY(m_views->originalView()->scaleBar_mm() < whole / 3);
    }

    void lengthMapsGetLighter() {
        for (const LengthMap map : {LengthMap::Plum, LengthMap::Teal, LengthMap::Steel}) {
            QCOMPARE(int(displacementColour(0, 10, map)[3]), 0);
            double last = 0;
            for (double mm = 0; mm <= 10; mm += 0.5) {
                const Rgba c = displacementColour(mm, 10, map);
                const double light = 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
                QVERIFY(light > last);
                last = light;
            }
        }
    }

    void surfaceOfABall() {
        Geometry g;
        g.size = {24, 24, 12};
        g.spacing_mm = {1, 1, 2};
        g.origin_mm = {5, -3, 7};
        std::vector<float> values;
        const Vec3 middle = g.toPatient({11.5, 11.5, 5.5});
        for (int n = 0; n < 24 * 24 * 12; ++n) {
            const Vec3 p = g.toPatient({double(n % 24), double(n / 24 % 24), double(n / 576)});
            values.push_back(static_cast<float>(8 - std::hypot(p[0] - middle[0], p[1] - middle[1], p[2] - middle[2])));
        }
        const SurfaceMesh mesh = isoSurface(g, values, 0);
        QVERIFY(!mesh.empty());
        const std::vector<float>& points = *mesh.points_mm;
        for (std::size_t i = 0; i < points.size(); i += 3) {
            const double r = std::hypot(double(points[i]) - middle[0], double(points[i + 1]) - middle[1],
                                        double(points[i + 2]) - middle[2]);
            QVERIFY(std::abs(r - 8) < 0.5);
        }
        // Closed and in one piece: V − E + F = 2 with E = 3 F / 2. And it encloses what a ball does, outward.
        QCOMPARE(points.size() / 3, mesh.triangles->size() / 3 / 2 + 2);
        double volume = 0;
        for (std::size_t t = 0; t < mesh.triangles->size(); t += 3) {
            std::array<Vec3, 3> c{};
            for (std::size_t k = 0; k < 3; ++k) {
                const auto at = static_cast<std::size_t>(3 * (*mesh.triangles)[t + k]);
                c[k] = {points[at] - middle[0], points[at + 1] - middle[1], points[at + 2] - middle[2]};
            }
            volume +=
                (c[0][0] * (c[1][1] * c[2][2] - c[1][2] * c[2][1]) - c[0][1] * (c[1][0] * c[2][2] - c[1][2] * c[2][0]) +
                 c[0][2] * (c[1][0] * c[2][1] - c[1][1] * c[2][0])) /
                6;
        }
        QVERIFY2(std::abs(volume - 4.0 / 3 * std::numbers::pi * 512) < 110, qPrintable(QString::number(volume)));
    }

    void planesAreCutFromTheVolume() {
        Geometry g;
        g.size = {4, 3, 2};
        g.spacing_mm = {1, 2, 3};
        std::vector<float> values(24);
        for (std::size_t i = 0; i < values.size(); ++i) {
            values[i] = static_cast<float>(i % 4 + 10 * (i / 4 % 3) + 100 * (i / 12));
        }
        const Image image(g, values);
        const ScalarPlane sagittal = planeAlong(image, 0, 0, 2), coronal = planeAlong(image, 0, 1, 1);
        QCOMPARE(*sagittal.values, (std::vector<float>{2, 12, 22, 102, 112, 122}));
        QCOMPARE(*coronal.values, (std::vector<float>{10, 11, 12, 13, 110, 111, 112, 113}));
        QCOMPARE(sagittal.grid.spacingX_mm, 2.0);
        QCOMPARE(sagittal.grid.spacingY_mm, 3.0);
        QVERIFY_THROWS_EXCEPTION(std::exception, planeAlong(image, 0, 1, 3));
        const SurfaceMesh sheet =
            raisedSlice(g.slice(1), std::vector<float>(12, 4), std::vector<std::uint8_t>(48, 255));
        QCOMPARE(sheet.triangles->size(), std::size_t{3 * 2 * 3 * 2});
        QCOMPARE((*sheet.points_mm)[2], 7.0F);  // the slice lies at 3 mm
    }

    /// A ball in a volume, moved by 4 mm along x: so are its surface and the planes across the slice; its colours say
    /// so.
    void volumesMoveInSpace() {
        Geometry g;
        g.size = {40, 40, 24};
        g.spacing_mm = {1, 1, 2};
        const auto count = static_cast<std::size_t>(g.voxelCount());
        std::vector<float> ball(count), shift(3 * count, 0.0F);
        std::vector<std::uint16_t> half(count);
        for (std::size_t i = 0; i < count; ++i) {
            const auto x = static_cast<double>(i % 40), y = static_cast<double>(i / 40 % 40),
                       z = 2.0 * static_cast<double>(i / 1600);
            const double r = std::hypot(x - 20, y - 20, z - 24);
            ball[i] = static_cast<float>(100 / (1 + std::exp(r - 10)));
            half[i] = r < 10 && z > 24 ? 1 : 0;
        }
        std::fill(shift.begin() + 2 * static_cast<std::ptrdiff_t>(count), shift.end(),
                  4.0F);  // x is the last component
        TrajectoryStep step;
        step.onModelGrid = DisplacementField(g, 3, std::move(shift));
        const Trajectory moved = Trajectory(Image(g, ball), nullptr, {}).appended(std::move(step));
        const auto centre = [](const SurfaceMesh& mesh, std::size_t axis) {
            double sum = 0;
            for (std::size_t i = axis; i < mesh.points_mm->size(); i += 3) {
                sum += (*mesh.points_mm)[i];
            }
            return 3 * sum / static_cast<double>(mesh.points_mm->size());
        };
        StepRequest request;
        request.slice = 12;
        QVERIFY(frameOf(moved, request).surface.empty());  // asked for only where it is seen
        request.inSpace = true;
        request.displacementMax_mm = 4;
        const StepFrame frame = frameOf(moved, request);
        QVERIFY(frame.surface.triangles->size() > 3 * 500);
        const SurfaceMesh before = bodySurface(Image(g, ball), 0);
        QVERIFY2(std::abs(centre(frame.surface, 0) - centre(before, 0) + 4) < 0.1,
                 qPrintable(QString::number(centre(frame.surface, 0))));
        QVERIFY(std::abs(centre(frame.surface, 2) - centre(before, 2)) < 0.1);
        const ScalarPlane coronal = planeAlong(*frame.volume, 0, 1, 20);
        QVERIFY(std::abs((*coronal.values)[12 * 40 + 16] - ball[12 * 1600 + 20 * 40 + 20]) < 0.01F);
        // All points moved as far as the range goes, so all have its last colour; |J| is 1, so they have that map's
        // middle.
        const auto colourOf = [](const SurfaceMesh& mesh, std::size_t point) {
            return std::vector<int>{(*mesh.rgb)[3 * point], (*mesh.rgb)[3 * point + 1], (*mesh.rgb)[3 * point + 2]};
        };
        QCOMPARE(frame.surface.rgb->size(), frame.surface.points_mm->size());
        QCOMPARE(colourOf(frame.surface, 5), colourOf(frame.surface, 100));
        request.jacobian = true;
        QVERIFY(colourOf(frameOf(moved, request).surface, 5) != colourOf(frame.surface, 5));
        // Labels, where shown, are the surface.
        request.labels = LabelMap(g, half);
        request.labelContours = true;
        const StepFrame labelled = frameOf(moved, request);
        QVERIFY2(centre(labelled.surface, 2) > 26, qPrintable(QString::number(centre(labelled.surface, 2))));
        QVERIFY(std::abs(centre(labelled.surface, 0) - 16) < 0.6);
    }

    void windowOpensLabelsAndComparesBySelector() {
        QTemporaryDir folder;
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 64;
        settings.frames = 2;
        settings.labels = true;
        const QString subject =
            QString::fromStdString(writePhantom(settings, folder.filePath("study").toStdString())[0]);
        const QString elsewhere = folder.filePath("labels_phase000.nii.gz");
        QVERIFY(QFile::rename(subject + "/labels_phase000.nii.gz", elsewhere));  // beside the images it would be found
        StudioWindow window;
        window.resize(1280, 800);
        window.show();
        QSignalSpy opened(&window, &StudioWindow::imageOpened), failed(&window, &StudioWindow::failed),
            labels(&window, &StudioWindow::labelsOpened);
        QVERIFY(!window.findChild<QAction*>("openLabels")->isEnabled());
        window.openPaths({subject + "/dicom"});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QVERIFY(window.findChild<QAction*>("openLabels")->isEnabled());
        QVERIFY(!window.findChild<QCheckBox*>("overlay-labels")->isEnabled());

        const QString wrong = folder.filePath("wrong.nii.gz");
        writeNiftiLabels(LabelMap(planeGeometry(), std::vector<std::uint16_t>(side * side, 1)), wrong.toStdString());
        window.openLabels(wrong);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patient_ms);
        QVERIFY(failed[0][0].toString().contains("64 × 64 × 1"));
        QTest::mouseClick(window.findChild<QToolButton*>("errorClose"), Qt::LeftButton);

        auto* original = window.findChild<SliceView*>("originalView");
        const int plain = coloured(original);
        window.openLabels(elsewhere);
        QTRY_COMPARE_WITH_TIMEOUT(labels.size(), 1, patient_ms);
        QVERIFY(window.findChild<QCheckBox*>("overlay-labels")->isChecked());
        QTRY_VERIFY(coloured(original) > plain + 200);

        for (const auto& [name, mode] : {std::pair{"compareBlend", CompareMode::Blend},
                                         {"compareCheckerboard", CompareMode::Checkerboard},
                                         {"compareCurtain", CompareMode::Curtain},
                                         {"compareFlicker", CompareMode::Flicker},
                                         {"compareDifference", CompareMode::Difference},
                                         {"layoutBoth", CompareMode::Both}}) {
            auto* action = window.findChild<QAction*>(name);
            action->trigger();
            QCOMPARE(window.views()->mode(), mode);
            QVERIFY(action->isChecked());
            QCOMPARE(window.findChild<QToolButton*>("compareSelector")->text(), action->text().remove('&'));
        }

        auto* planes = window.findChild<PlanesView*>();
        QSignalSpy surface(planes, &PlanesView::surfaceShown);
        window.findChild<QAction*>("layoutPlanes")->trigger();
        QVERIFY(planes->isVisible() && !original->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(surface.size(), 1, patient_ms);
        QVERIFY(planes->space()->triangleCount() > 1000);
        // Pointing at the first slice in a plane across it goes there.
        auto* slider = window.findChild<QSlider*>("sliceSlider");
        QCOMPARE(slider->value(), 1);
        SliceView* across = planes->plane(1);
        drag(across, {20, 0}, {30, 0});
        QCOMPARE(slider->value(), 0);
        QCOMPARE(planes->place()[2], std::int64_t{0});
        window.findChild<QAction*>("layoutBoth")->trigger();
        QVERIFY(original->isVisible());
    }

    void overlaysAndMeasurementsAreUndone() {
        QTemporaryDir folder;
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 64;
        settings.frames = 1;
        settings.labels = true;
        const std::string first = writePhantom(settings, folder.filePath("first").toStdString())[0];
        settings.seed = 9;
        const std::string second = writePhantom(settings, folder.filePath("second").toStdString())[0];
        StudioWindow window;
        window.resize(1280, 800);
        window.show();
        QSignalSpy opened(&window, &StudioWindow::imageOpened), labels(&window, &StudioWindow::labelsOpened);
        const auto open = [&](const std::string& path, int count) {
            window.openPaths({QString::fromStdString(path) + "/dicom"});
            QTRY_COMPARE_WITH_TIMEOUT(opened.size(), count, patient_ms);
            QTRY_COMPARE_WITH_TIMEOUT(labels.size(), count, patient_ms);
        };
        open(first, 1);
        auto* undo = window.findChild<QAction*>("undo");
        auto* redo = window.findChild<QAction*>("redo");
        QVERIFY(!undo->isEnabled());  // opening an image, and labels with it, is nothing to undo

        auto* grid = window.findChild<QCheckBox*>("overlay-grid");
        QTest::mouseClick(grid, Qt::LeftButton, {}, {8, grid->height() / 2});
        QVERIFY(grid->isChecked() && undo->isEnabled());
        auto* opacity = window.findChild<QSlider*>("opacity-grid");
        const int before = opacity->value();
        for (int value = before; value > before - 20; --value) {
            opacity->setValue(value);  // as a drag does
        }
        undo->trigger();
        QCOMPARE(opacity->value(), before);  // the drag is one
        QVERIFY(grid->isChecked());
        undo->trigger();
        QVERIFY(!grid->isChecked() && !undo->isEnabled());
        redo->trigger();
        QVERIFY(grid->isChecked());

        SliceView* view = window.views()->originalView();
        window.findChild<QAction*>("toolDistance")->trigger();
        drag(view, {20, 20}, {60, 40});
        drag(view, {20, 60}, {60, 80});
        QCOMPARE(window.views()->measurements().size(), std::size_t{2});
        undo->trigger();
        QCOMPARE(window.views()->measurements().size(), std::size_t{1});

        // They belong to their series, wherever one looks meanwhile.
        open(second, 2);
        QVERIFY(window.views()->measurements().empty());
        redo->trigger();
        QVERIFY(window.views()->measurements().empty());
        open(first, 3);
        QCOMPARE(window.views()->measurements().size(), std::size_t{2});
        undo->trigger();
        undo->trigger();
        QVERIFY(window.views()->measurements().empty());
        QVERIFY(grid->isChecked());
    }

private:
    void show(CompareMode mode) {
        m_views->setMode(mode);
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();  // the layout, and with it the camera
    }

    std::array<double, 3> colourAt(double x_mm, double y_mm) {
        SliceView* view = m_views->variationView();
        const QPoint at = view->fromPlane({x_mm, y_mm}).toPoint();
        return meanColour(view->grabFramebuffer(), QRect(at - QPoint(3, 3), at + QPoint(3, 3)));
    }

    double greyAt(double x_mm, double y_mm) { return colourAt(x_mm, y_mm)[0]; }

    int coloured() { return coloured(m_views->variationView()); }

    static int coloured(SliceView* view) {
        const QImage picture = view->grabFramebuffer();
        int count = 0;
        for (int y = 0; y < picture.height(); ++y) {
            for (int x = 0; x < picture.width(); ++x) {
                const QColor c = picture.pixelColor(x, y);
                const auto [low, high] = std::minmax({c.red(), c.green(), c.blue()});
                count += high - low > 30 ? 1 : 0;
            }
        }
        return count;
    }

    static void drag(SliceView* view, QPointF from_mm, QPointF to_mm) {
        const QPoint from = view->fromPlane(from_mm).toPoint(), to = view->fromPlane(to_mm).toPoint();
        QTest::mousePress(view, Qt::LeftButton, {}, from);
        QTest::mouseMove(view, to);
        QTest::mouseRelease(view, Qt::LeftButton, {}, to);
    }

    std::unique_ptr<ViewPair> m_views;
};

DRDM_GUI_TEST_MAIN(ViewsTest)
#include "tst_views.moc"
