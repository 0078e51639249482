#include "GuiTest.h"
#include "render/ColourMap.h"
#include "render/DeformedGrid.h"
#include "render/SliceView.h"

#include <QHBoxLayout>
#include <QSignalSpy>

#include <array>

using namespace drdm;
using drdmtest::meanColour;

namespace {

constexpr int size = 400;

/// Left half 0, right half 100.
ScalarPlane halves() {
    const PlaneGrid grid{64, 64, 1, 1};
    auto values = std::make_shared<std::vector<float>>(grid.count());
    for (std::size_t i = 0; i < values->size(); ++i) {
        (*values)[i] = i % 64 < 32 ? 0.0F : 100.0F;
    }
    return {grid, values};
}

void prepare(SliceView& view) {
    view.setImage(halves());
    view.setWindow(50, 100);
    view.setCamera(view.fitted());
}

const QRect leftHalf(60, 150, 80, 100), rightHalf(260, 150, 80, 100);

}  // namespace

class VtkWidgetTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsTheImage() {
        SliceView view;
        view.resize(size, size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        prepare(view);
        const QImage picture = view.grabFramebuffer();
        QCOMPARE(picture.devicePixelRatio(), 1.0);
        QVERIFY(meanColour(picture, leftHalf)[0] < 3);
        QVERIFY(meanColour(picture, rightHalf)[0] > 250);
        QVERIFY2(picture.pixelColor(200, 200).alpha() == 255, "the widget must not be see-through");
    }

    void windowAndLevelChangeTheGrey() {
        SliceView view;
        view.resize(size, size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        prepare(view);
        view.setWindow(100, 200);  // 100 lies in the middle now
        const auto grey = meanColour(view.grabFramebuffer(), rightHalf);
        QVERIFY2(std::abs(grey[0] - 127.5) < 4, qPrintable(QString::number(grey[0])));
    }

    void survivesAnotherParent() {
        auto* view = new SliceView;
        view->resize(size, size);
        view->show();
        QVERIFY(QTest::qWaitForWindowExposed(view));
        prepare(*view);
        QVERIFY(meanColour(view->grabFramebuffer(), rightHalf)[0] > 250);

        QWidget window;
        auto* layout = new QHBoxLayout(&window);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->addWidget(view);
        window.resize(size, size);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QTRY_COMPARE(view->width(), size);
        view->setCamera(view->fitted());
        QVERIFY(meanColour(view->grabFramebuffer(), leftHalf)[0] < 3);
        QVERIFY(meanColour(view->grabFramebuffer(), rightHalf)[0] > 250);
    }

    void diesQuietly() {
        QWidget window;
        auto* layout = new QHBoxLayout(&window);
        QPointer<SliceView> first(new SliceView), second(new SliceView);
        layout->addWidget(first);
        layout->addWidget(second);
        window.resize(2 * size, size);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        prepare(*first);
        prepare(*second);
        delete first;  // while the other goes on
        QVERIFY(!first);
        QTRY_VERIFY(second->width() > size);
        second->setCamera(second->fitted());
        const QImage picture = second->grabFramebuffer();
        QVERIFY(meanColour(picture, QRect(picture.width() / 2 + 30, picture.height() / 2 - 20, 60, 40))[0] > 250);
    }

    void manyRequestsAreOneRendering() {
        SliceView view;
        view.resize(size, size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        prepare(view);
        QTRY_VERIFY(view.renderCount() > 0);
        QCoreApplication::processEvents();
        const int before = view.renderCount();
        for (int i = 0; i < 50; ++i) {
            view.setWindow(50 + i, 100);
        }
        QTRY_VERIFY(view.renderCount() > before);
        QCoreApplication::processEvents();
        QVERIFY2(view.renderCount() - before <= 2, qPrintable(QString::number(view.renderCount() - before)));
    }

    void drawsColoursOverTheImageWithOpacity() {
        SliceView view;
        view.resize(size, size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        prepare(view);
        const PlaneGrid grid = halves().grid;
        view.setColours(SliceScene::Layer::Jacobian, jacobianPlane(grid, std::vector<float>(grid.count(), -0.5F), 4));
        auto colour = meanColour(view.grabFramebuffer(), leftHalf);
        QVERIFY2(colour[0] > 250 && colour[1] < 5 && colour[2] > 210, "folded voxels are magenta");
        view.setOpacity(SliceScene::Layer::Jacobian, 0.5);
        colour = meanColour(view.grabFramebuffer(), leftHalf);
        QVERIFY2(std::abs(colour[0] - 127.5) < 6, qPrintable(QString::number(colour[0])));
        view.setColours(SliceScene::Layer::Jacobian, {});
        QVERIFY(meanColour(view.grabFramebuffer(), leftHalf)[0] < 3);
    }

    void drawsTheGrid() {
        SliceView view;
        view.resize(size, size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        prepare(view);
        view.setLines(SliceScene::Layer::Grid, deformedGrid(halves().grid, {}, {}, 8));
        QVERIFY(meanColour(view.grabFramebuffer(), leftHalf)[0] > 3);
        view.setLines(SliceScene::Layer::Grid, {});
        QVERIFY(meanColour(view.grabFramebuffer(), leftHalf)[0] < 3);
    }

    void mapsWidgetPlacesToThePlaneAlsoWhenFlipped() {
        SliceView view;
        view.resize(size, size);
        view.setImage(halves());
        view.setCamera({31.5, 31.5, 32});
        QCOMPARE(view.toPlane({size / 2.0, size / 2.0}), QPointF(31.5, 31.5));
        QVERIFY(std::abs(view.toPlane({0, 0}).x() - (-0.5)) < 1e-9);
        view.setFlips(true, false);
        QVERIFY(std::abs(view.toPlane({0, 0}).x() - 63.5) < 1e-9);
        QVERIFY(std::abs(view.toPlane({0, 0}).y() - (-0.5)) < 1e-9);
    }

    void flippedImageIsMirroredOnTheScreen() {
        SliceView view;
        view.resize(size, size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        prepare(view);
        view.setFlips(true, false);
        const QImage picture = view.grabFramebuffer();
        QVERIFY(meanColour(picture, leftHalf)[0] > 250);
        QVERIFY(meanColour(picture, rightHalf)[0] < 3);
    }

    void mouseAsksForWindowCameraAndSlices() {
        SliceView view;
        view.resize(size, size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        prepare(view);
        QSignalSpy window(&view, &SliceView::windowDragged), slices(&view, &SliceView::sliceStepped);
        std::optional<PlaneCamera> camera;
        connect(&view, &SliceView::cameraWanted, &view, [&camera](const PlaneCamera& wanted) { camera = wanted; });

        QTest::mousePress(&view, Qt::RightButton, {}, {100, 200});
        QTest::mouseMove(&view, {140, 180});
        QTest::mouseRelease(&view, Qt::RightButton, {}, {140, 180});
        QVERIFY(!window.isEmpty());
        double right = 0, up = 0;
        for (const auto& each : window) {
            right += each[0].toDouble();
            up += each[1].toDouble();
        }
        QVERIFY(std::abs(right - 0.1) < 0.011 && std::abs(up - 0.05) < 0.011);
        QVERIFY(!camera);

        QTest::mousePress(&view, Qt::LeftButton, Qt::ShiftModifier, {100, 200});
        QTest::mouseMove(&view, {150, 200});
        QTest::mouseRelease(&view, Qt::LeftButton, Qt::ShiftModifier, {150, 200});
        QVERIFY(camera && camera->centreX_mm < view.camera().centreX_mm);

        QWheelEvent wheel({200, 200}, view.mapToGlobal(QPointF(200, 200)), {}, {0, 240}, Qt::NoButton, Qt::NoModifier,
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&view, &wheel);
        QCOMPARE(slices.size(), 1);
        QCOMPARE(slices[0][0].toInt(), -2);
    }
};

DRDM_GUI_TEST_MAIN(VtkWidgetTest)
#include "tst_vtk_widget.moc"
