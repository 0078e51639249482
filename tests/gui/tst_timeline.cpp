#include "GuiTest.h"
#include "ui/TimelineWidget.h"

#include <QSignalSpy>
#include <QToolTip>

#include <algorithm>
#include <cmath>

using namespace drdm;

namespace {

/// The displacement grows by 0.1 % a step, the largest by 0.3 %; the least |J| falls by 0.02.
std::vector<TimelinePoint> points(int diffusion, int recovery) {
    std::vector<TimelinePoint> result;
    const auto add = [&result](StepKind kind, int t, int far) {
        TimelinePoint point{kind, t, {}};
        point.statistics.mean_percent = 0.1 * far;
        point.statistics.max_percent = 0.3 * far;
        point.statistics.jacobian_min = 1 - 0.02 * far;
        result.push_back(point);
    };
    for (int t = 1; t <= diffusion; ++t) {
        add(StepKind::Diffusion, t, t);
    }
    for (int t = recovery; t >= 1; --t) {
        add(StepKind::Recovery, t, diffusion);
    }
    return result;
}

/// The pixels of a picture that are nearer to `colour` than 40 in each channel.
int pixelsLike(const QImage& picture, const QColor& colour) {
    int count = 0;
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            const QColor c = picture.pixelColor(x, y);
            count += std::max({std::abs(c.red() - colour.red()), std::abs(c.green() - colour.green()),
                               std::abs(c.blue() - colour.blue())}) < 40
                         ? 1
                         : 0;
        }
    }
    return count;
}

QPoint at(const TimelineWidget& timeline, int index) {
    return {static_cast<int>(timeline.xOf(index)), timeline.height() / 2};
}

}  // namespace

class TimelineTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_timeline = std::make_unique<TimelineWidget>();
        m_timeline->resize(800, 96);
        m_timeline->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_timeline.get()));
    }

    void clickChoosesTheStepUnderIt() {
        m_timeline->setPoints(points(20, 20));
        QSignalSpy chosen(m_timeline.get(), &TimelineWidget::stepChosen);
        for (const int index : {0, 7, 19, 20, 39}) {
            QTest::mouseClick(m_timeline.get(), Qt::LeftButton, {}, at(*m_timeline, index));
            QCOMPARE(chosen.takeLast()[0].toInt(), index);
            QCOMPARE(m_timeline->current(), index);
        }
    }

    void dragFollowsTheMouse() {
        m_timeline->setPoints(points(20, 20));
        QSignalSpy chosen(m_timeline.get(), &TimelineWidget::stepChosen);
        QTest::mousePress(m_timeline.get(), Qt::LeftButton, {}, at(*m_timeline, 2));
        QTest::mouseMove(m_timeline.get(), at(*m_timeline, 12));
        QTest::mouseMove(m_timeline.get(), at(*m_timeline, 30));
        QTest::mouseRelease(m_timeline.get(), Qt::LeftButton, {}, at(*m_timeline, 30));
        QTRY_COMPARE(m_timeline->current(), 30);
        QVERIFY(chosen.size() >= 3);
    }

    void keysStepAndStopAtTheEnds() {
        m_timeline->setPoints(points(5, 5));
        m_timeline->setCurrent(8);
        m_timeline->setFocus();
        QTest::keyClick(m_timeline.get(), Qt::Key_Right);
        QTest::keyClick(m_timeline.get(), Qt::Key_Right);
        QCOMPARE(m_timeline->current(), 9);
        QTest::keyClick(m_timeline.get(), Qt::Key_Left);
        QCOMPARE(m_timeline->current(), 8);
        QTest::keyClick(m_timeline.get(), Qt::Key_Home);
        QCOMPARE(m_timeline->current(), 0);
        QTest::keyClick(m_timeline.get(), Qt::Key_Left);
        QCOMPARE(m_timeline->current(), 0);
        QTest::keyClick(m_timeline.get(), Qt::Key_End);
        QCOMPARE(m_timeline->current(), 9);
    }

    void growingDoesNotMoveWhatIsThere() {
        m_timeline->setExpected(20, 20);
        m_timeline->setPoints(points(6, 0));
        const double before = m_timeline->xOf(5);
        m_timeline->setPoints(points(20, 0));
        QCOMPARE(m_timeline->xOf(5), before);
        auto more = points(20, 20);
        more.resize(30);
        m_timeline->setPoints(more);
        QCOMPARE(m_timeline->xOf(5), before);
        m_timeline->setCurrent(29);
        QCOMPARE(m_timeline->current(), 29);
        QCOMPARE(m_timeline->indexAt(790), 29);  // what is not there yet cannot be chosen
    }

    void theHalvesHaveDifferentColours() {
        m_timeline->setPoints(points(20, 20));
        const QImage picture = m_timeline->grab().toImage();
        // Between the curves only the band of each half is there.
        const QColor first = picture.pixelColor(at(*m_timeline, 3).x(), 40),
                     second = picture.pixelColor(at(*m_timeline, 36).x(), 22);
        QVERIFY2(first.red() > first.blue() && second.green() > second.red(),
                 qPrintable(first.name() + " " + second.name()));
    }

    void axesHoldWhatIsShown() {
        m_timeline->setPoints(points(20, 20));  // up to 2 % and 6 %
        QCOMPARE(m_timeline->scale().displacement_percent, 8.0);
        m_timeline->setShownCurves({TimelineCurve::Mean, TimelineCurve::LeastJacobian});
        QCOMPARE(m_timeline->scale().displacement_percent, 3.0);
        const FieldStatistics& last = m_timeline->points().back().statistics;
        QVERIFY(std::abs(m_timeline->scale().height(TimelineCurve::Mean, last) - 2.0 / 3) < 1e-9);
        QVERIFY(std::abs(m_timeline->scale().height(TimelineCurve::LeastJacobian, last) - 0.6) < 1e-9);
        QCOMPARE(m_timeline->scale().folded_percent, 0.0);
        QCOMPARE(m_timeline->scale().text(m_timeline->shownCurves()), QString("0–3 % · |J| 0–1"));

        auto folded = points(20, 20);
        folded[10].statistics.folded_voxels_strict = 40;
        folded[10].statistics.folded_fraction_strict = 0.0022;
        m_timeline->setPoints(folded);
        QVERIFY(std::abs(m_timeline->scale().folded_percent - 0.3) < 1e-9);
    }

    void foldedStepsAreLoudAndCanBeSwitchedOff() {
        const QColor loud = Theme::current().folded;
        m_timeline->setPoints(points(20, 20));
        QCOMPARE(pixelsLike(m_timeline->grab().toImage(), loud), 0);
        auto folded = points(20, 20);
        folded[10].statistics.folded_voxels_central = folded[10].statistics.folded_voxels_strict = 40;
        folded[10].statistics.folded_fraction_central = folded[10].statistics.folded_fraction_strict = 0.002;
        m_timeline->setPoints(folded);
        QVERIFY(pixelsLike(m_timeline->grab().toImage(), loud) > 60);
        m_timeline->setShownCurves({TimelineCurve::Mean});
        QCOMPARE(pixelsLike(m_timeline->grab().toImage(), loud), 0);
    }

    void everyCurveIsDrawn() {
        m_timeline->setPoints(points(20, 20));
        m_timeline->setCurrent(0);
        m_timeline->setShownCurves({});
        const QImage none = m_timeline->grab().toImage();
        for (const TimelineCurve curve : {TimelineCurve::Mean, TimelineCurve::Largest, TimelineCurve::LeastJacobian}) {
            m_timeline->setShownCurves({curve});
            const QImage one = m_timeline->grab().toImage();
            // Where the curve stands at step 30 something is drawn that was not there.
            const TimelinePoint& point = m_timeline->points()[30];
            const double height = m_timeline->scale().height(curve, point.statistics);
            const int x = at(*m_timeline, 30).x();
            double change = 0;
            for (int y = 0; y < one.height(); ++y) {
                for (int dx = -6; dx <= 6; ++dx) {
                    const QColor a = none.pixelColor(x + dx, y), b = one.pixelColor(x + dx, y);
                    change = std::max<double>(change, std::abs(a.green() - b.green()));
                }
            }
            QVERIFY2(change > 40 && height > 0.3, qPrintable(QString::number(static_cast<int>(curve))));
        }
    }

    void readoutHasAllNumbers() {
        auto some = points(20, 20);
        FieldStatistics& s = some[25].statistics;
        s.mean_mm = 4.25;
        s.p95_mm = 7.5;
        s.max_mm = 12.34;
        s.jacobian_max = 1.75;
        s.folded_voxels_strict = 12;
        s.folded_fraction_strict = 0.0003;
        const QString text = stepReadout(some[25], 25, 40);
        for (const char* part : {"Recovery", "t = 15", "step 26 of 40", "4.25 mm · 2.00 %", "12.3 mm · 6.00 %",
                                 "7.50 mm", "0.600 to 1.75", "12 voxels · 0.03 %", "none"}) {
            QVERIFY2(text.contains(part), part);
        }
    }

    void hoveringShowsTheReadout() {
        m_timeline->setPoints(points(20, 20));
        QTest::mouseMove(m_timeline.get(), at(*m_timeline, 30));
        QTRY_VERIFY(QToolTip::isVisible());
        QVERIFY2(QToolTip::text().contains("step 31 of 40"), qPrintable(QToolTip::text()));
        QCOMPARE(m_timeline->current(), 0);  // looking chooses nothing
        if (const QByteArray folder = qgetenv("DRDM_PICTURES"); !folder.isEmpty()) {
            for (QWidget* each : QApplication::topLevelWidgets()) {
                if (each->inherits("QTipLabel")) {
                    each->grab().save(QString::fromLocal8Bit(folder) + "/readout.png");
                }
            }
        }
        QToolTip::hideText();
    }

    void filmSharesTheAxis() {
        m_timeline->setPoints(points(20, 20));
        const int plain = m_timeline->sizeHint().height();
        QVERIFY(m_timeline->filmSteps().empty());
        m_timeline->setFilmVisible(true);
        QCOMPARE(m_timeline->sizeHint().height(), plain + TimelineWidget::filmHeight() + 4);
        m_timeline->resize(800, m_timeline->sizeHint().height());
        const std::vector<int> steps = m_timeline->filmSteps();
        QCOMPARE(static_cast<int>(steps.size()), 780 / 40);  // as many squares as fit
        QVERIFY(std::ranges::is_sorted(steps) && steps.front() <= 1 && steps.back() >= 38);
        // A click on a picture shows the step of that picture.
        QSignalSpy chosen(m_timeline.get(), &TimelineWidget::stepChosen);
        const double cell = 780.0 / static_cast<double>(steps.size());
        for (const std::size_t index : {std::size_t{0}, std::size_t{7}, steps.size() - 1}) {
            const int x = static_cast<int>(10 + (static_cast<double>(index) + 0.5) * cell);
            QTest::mouseClick(m_timeline.get(), Qt::LeftButton, {}, {x, m_timeline->height() - 15});
            QCOMPARE(chosen.takeLast()[0].toInt(), steps[index]);
        }
        // Wide pictures: fewer of them. The places of steps to come are there from the beginning.
        m_timeline->setFilmAspect(2);
        QVERIFY(m_timeline->filmSteps().size() < steps.size() * 0.6);
        m_timeline->setPoints({});
        m_timeline->setExpected(20, 20);
        const auto before = m_timeline->filmSteps();
        m_timeline->setPoints(points(7, 0));
        QCOMPARE(m_timeline->filmSteps(), before);
    }

    void emptyTimelineAnswersNothing() {
        QSignalSpy chosen(m_timeline.get(), &TimelineWidget::stepChosen);
        QTest::mouseClick(m_timeline.get(), Qt::LeftButton, {}, {300, 50});
        QTest::keyClick(m_timeline.get(), Qt::Key_Right);
        QCOMPARE(chosen.size(), 0);
        QCOMPARE(m_timeline->current(), -1);
    }

private:
    std::unique_ptr<TimelineWidget> m_timeline;
};

DRDM_GUI_TEST_MAIN(TimelineTest)
#include "tst_timeline.moc"
