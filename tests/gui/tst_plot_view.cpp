#include "GuiTest.h"
#include "render/PlotView.h"

#include <QSignalSpy>

#include <set>

using namespace drdm;

namespace {

const QColor red(230, 60, 60), green(60, 200, 90);

/// How many pixels within `reach` of a place look like a colour.
int count(const QImage& picture, QPointF at, const QColor& colour, int reach = 3) {
    int found = 0;
    for (int y = -reach; y <= reach; ++y) {
        for (int x = -reach; x <= reach; ++x) {
            const QPoint p = at.toPoint() + QPoint(x, y);
            if (!picture.rect().contains(p)) {
                continue;
            }
            const QColor c = picture.pixelColor(p);
            const int away = std::abs(c.red() - colour.red()) + std::abs(c.green() - colour.green()) +
                             std::abs(c.blue() - colour.blue());
            found += away < 60;
        }
    }
    return found;
}

std::vector<PlotCurve> straightLines() {
    PlotCurve up{"up", red, {}, {}}, flat{"flat", green, {}, {}, true};
    for (int i = 0; i <= 80; ++i) {
        up.x.push_back(i);
        up.y.push_back(i);
        flat.x.push_back(i);
        flat.y.push_back(20);
    }
    return {up, flat};
}

void keep(PlotView& view, const QString& name) {
    drdmtest::keepPicture(view.grabFramebuffer(), name);
}

}  // namespace

class PlotViewTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_view = std::make_unique<PlotView>();
        m_view->resize(500, 300);
        m_view->setAxisTitles("t", "number");
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
    }

    void drawsCurvesWhereTheirValuesAre() {
        m_view->setCurves(straightLines());
        m_view->setRange(PlotRange{0, 80}, PlotRange{0, 100});
        m_view->setLegend(true);
        const QImage picture = m_view->grabFramebuffer();
        keep(*m_view, "plot-lines");
        const PlotFrame frame = m_view->frame();
        for (const double x : {10.0, 40.0, 70.0}) {
            QVERIFY2(count(picture, frame.toWidget(x, x), red) >= 4, qPrintable(QString::number(x)));
            QCOMPARE(count(picture, frame.toWidget(x, x + 12), red), 0);
        }
        int onDashes = 0;
        const QPointF from = frame.toWidget(50, 20), to = frame.toWidget(75, 20);
        for (int x = static_cast<int>(from.x()); x < static_cast<int>(to.x()); ++x) {
            onDashes += count(picture, {static_cast<double>(x), from.y()}, green, 0) +
                                    count(picture, {static_cast<double>(x), from.y() + 1}, green, 0) +
                                    count(picture, {static_cast<double>(x), from.y() - 1}, green, 0) >
                                0
                            ? 1
                            : 0;
        }
        const int length = static_cast<int>(to.x() - from.x());
        QVERIFY2(onDashes > length / 4 && onDashes < length * 9 / 10,
                 qPrintable(QString("%1 of %2").arg(onDashes).arg(length)));
    }

    /// Rising curves end at the upper right: the legend moves below, and back.
    void theLegendCoversNoCurve() {
        PlotCurve rising{"rising", red, {0, 40, 80}, {10, 70, 95}};
        m_view->setCurves({rising});
        m_view->setRange(PlotRange{0, 80}, PlotRange{0, 100});
        m_view->setLegend(true);
        const PlotFrame frame = m_view->frame();
        const auto text = [&](double y) {
            const QImage picture = m_view->grabFramebuffer();
            int bright = 0;
            for (double x = 60; x < 79.5; x += 0.25) {
                for (int dy = -20; dy <= 20; ++dy) {
                    const QColor c = picture.pixelColor(frame.toWidget(x, y).toPoint() + QPoint(0, dy));
                    bright += c.green() > 150 && c.red() > 150 ? 1 : 0;
                }
            }
            return bright;
        };
        QVERIFY(text(10) > 20);
        QCOMPARE(text(70), 0);
        rising.y = {95, 30, 5};
        m_view->setCurves({rising});
        QVERIFY(text(90) > 20);
        QCOMPARE(text(30), 0);
    }

    void linesAreSmooth() {
        m_view->setCurves(straightLines());
        m_view->setRange(PlotRange{0, 80}, PlotRange{0, 300});
        const QImage picture = m_view->grabFramebuffer();
        // Along a slanted line there are shades between the line's colour and the ground.
        const PlotFrame frame = m_view->frame();
        std::set<int> shades;
        for (double x = 50; x < 75; x += 0.25) {
            const QPointF at = frame.toWidget(x, x);
            for (int dy = -3; dy <= 3; ++dy) {
                shades.insert(picture.pixelColor(at.toPoint() + QPoint(0, dy)).red() / 8);
            }
        }
        QVERIFY2(shades.size() >= 4, qPrintable(QString::number(shades.size())));
    }

    void logAxisPutsDecadesAtEqualDistances() {
        PlotCurve curve{"loss", red, {0, 1, 2, 3, 4}, {0.01, 0.1, 1, 10, -5}, false, true};
        m_view->setCurves({curve});
        m_view->setLogY(true);
        m_view->setRange(PlotRange{0, 4}, PlotRange{0.01, 10});
        const PlotFrame frame = m_view->frame();
        const double decade = frame.toWidget(0, 0.1).y() - frame.toWidget(0, 1).y();
        QVERIFY(std::abs(decade - frame.area.height() / 3) < 1e-6);
        QVERIFY(std::abs(frame.toData(frame.toWidget(1, 0.3)).y() - 0.3) < 1e-9);
        const QImage picture = m_view->grabFramebuffer();
        keep(*m_view, "plot-log");
        QVERIFY(count(picture, frame.toWidget(1, 0.1), red, 4) > 10);
        QVERIFY(count(picture, frame.toWidget(1.5, std::sqrt(0.1)), red) >= 4);  // straight between decades
        QCOMPARE(count(picture, frame.toWidget(3.8, 0.02), red, 8), 0);          // no line to what has no logarithm
    }

    void draggingAPointTellsItsDataCoordinates() {
        PlotCurve curve{"points", red, {0, 20, 40, 80}, {0, 10, 40, 90}, false, true, true};
        m_view->setCurves({curve});
        m_view->setRange(PlotRange{0, 80}, PlotRange{0, 100});
        const PlotFrame frame = m_view->frame();
        QSignalSpy dragged(m_view.get(), &PlotView::pointDragged), released(m_view.get(), &PlotView::pointReleased);
        QSignalSpy clicked(m_view.get(), &PlotView::clickedAt);
        connect(m_view.get(), &PlotView::pointDragged, m_view.get(),
                [this, &curve](int, int index, double x, double y) {
                    curve.x[static_cast<std::size_t>(index)] = x;
                    curve.y[static_cast<std::size_t>(index)] = y;
                    m_view->setCurves({curve});
                });
        const QPoint start = frame.toWidget(40, 40).toPoint(), end = frame.toWidget(50, 70).toPoint();
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, start);
        QTest::mouseMove(m_view.get(), (start + end) / 2);
        QTest::mouseMove(m_view.get(), end);
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, end);
        QVERIFY(dragged.size() >= 2);
        QCOMPARE(released.size(), 1);
        QVERIFY(clicked.isEmpty());
        const auto last = released[0];
        QCOMPARE(last[0].toInt(), 0);
        QCOMPARE(last[1].toInt(), 2);
        QVERIFY(std::abs(last[2].toDouble() - 50) < 0.4);
        QVERIFY(std::abs(last[3].toDouble() - 70) < 0.6);
        QVERIFY(count(m_view->grabFramebuffer(), frame.toWidget(50, 70), red, 4) > 10);
        keep(*m_view, "plot-drag");

        // Beyond the axes it stays at their ends.
        QTest::mousePress(m_view.get(), Qt::LeftButton, {}, end);
        QTest::mouseMove(m_view.get(), QPoint(499, 1));
        QTest::mouseRelease(m_view.get(), Qt::LeftButton, {}, QPoint(499, 1));
        QCOMPARE(released.last()[2].toDouble(), 80.0);
        QCOMPARE(released.last()[3].toDouble(), 100.0);
    }

    void keysMoveTheChosenPoint() {
        PlotCurve curve{"points", red, {0, 40, 80}, {0, 40, 90}, false, true, true};
        m_view->setCurves({curve});
        m_view->setRange(PlotRange{0, 80}, PlotRange{0, 100});
        m_view->setFocus();
        QSignalSpy released(m_view.get(), &PlotView::pointReleased);
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QVERIFY2(released.isEmpty(), "no point is chosen yet");
        QTest::keyClick(m_view.get(), Qt::Key_PageDown);
        QTest::keyClick(m_view.get(), Qt::Key_PageDown);
        QTest::keyClick(m_view.get(), Qt::Key_Up);
        QCOMPARE(released.size(), 1);
        QCOMPARE(released[0][1].toInt(), 1);
        QCOMPARE(released[0][2].toDouble(), 40.0);
        const double step = 8 / m_view->frame().area.height() * 100;
        QVERIFY(std::abs(released[0][3].toDouble() - 40 - step) < 1e-9);
    }

    void clickAndHoverTellValues() {
        m_view->setCurves(straightLines());
        m_view->setRange(PlotRange{0, 80}, PlotRange{0, 100});
        const PlotFrame frame = m_view->frame();
        QSignalSpy clicked(m_view.get(), &PlotView::clickedAt);
        QTest::mouseClick(m_view.get(), Qt::LeftButton, {}, frame.toWidget(60, 90).toPoint());
        QCOMPARE(clicked.size(), 1);
        QVERIFY(std::abs(clicked[0][0].toDouble() - 60) < 0.2);
        QTest::mouseMove(m_view.get(), frame.toWidget(50, 50).toPoint());
        QCOMPARE(m_view->hoverLabel(), QString("up  50: 50"));
        m_view->setCursor(30);
        m_view->setBand(10, 20, QColor(69, 196, 176, 60));
        QTest::mouseMove(m_view.get(), frame.toWidget(79, 79).toPoint());
        keep(*m_view, "plot-hover");
        QTest::mouseMove(m_view.get(), frame.toWidget(10, 95).toPoint());
        QVERIFY(m_view->hoverLabel().isEmpty());
    }

    void cursorAndBandLieWhereTheyShould() {
        m_view->setPlotColours({});
        m_view->setRange(PlotRange{0, 80}, PlotRange{0, 100});
        const PlotFrame frame = m_view->frame();
        const QColor ground = PlotColours{}.ground, text = PlotColours{}.text;
        m_view->setCursor(33);
        m_view->setBand(50, 60, QColor(0, 0, 255));
        const QImage picture = m_view->grabFramebuffer();
        QVERIFY(count(picture, frame.toWidget(33, 47), text, 2) >= 5);
        QCOMPARE(count(picture, frame.toWidget(36, 47), text, 2), 0);
        QVERIFY(count(picture, frame.toWidget(55, 47), QColor(0, 0, 255), 2) >= 20);
        QVERIFY(count(picture, frame.toWidget(65, 47), ground, 2) >= 20);
        m_view->setCursor(std::nullopt);
        m_view->setBand(0, 0, {});
        QCOMPARE(count(m_view->grabFramebuffer(), frame.toWidget(33, 47), text, 2), 0);
    }

private:
    std::unique_ptr<PlotView> m_view;
};

DRDM_GUI_TEST_MAIN(PlotViewTest)
#include "tst_plot_view.moc"
