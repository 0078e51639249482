#include "GuiTest.h"
#include "SmallTrajectory.h"
#include "ui/TimelineBar.h"
#include "ui/TimelineWidget.h"

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QToolButton>

using namespace drdm;
using drdmtest::shiftingTrajectory;

/// The timeline with its buttons and its filmstrip, on trajectories that need no model.
class TimelineBarTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        QSettings().clear();
        m_bar = std::make_unique<TimelineBar>();
        m_bar->resize(680, m_bar->sizeHint().height());
        m_bar->setVisible(true);
        QVERIFY(QTest::qWaitForWindowExposed(m_bar.get()));
        m_bar->setFilmWindow({500, 1000});
    }

    void playingGoesRoundBackAndForthOrStops() {
        m_bar->findChild<QComboBox*>("speed")->setCurrentIndex(5);
        QCOMPARE(m_bar->findChild<QComboBox*>("speed")->currentData().toInt(), 60);
        m_bar->show(shiftingTrajectory(3, 2), 3, 2, false);
        QCOMPARE(played({"pingPongButton"}, 10), (QList<int>{3, 2, 1, 0, 1, 2, 3, 4, 3, 2}));
        m_bar->goTo(4);
        QCOMPARE(played({"loopButton"}, 7), (QList<int>{0, 1, 2, 3, 4, 0, 1}));  // takes the place of ping-pong
        QVERIFY(!action("pingPong")->isChecked());
        click("loopButton");
        QVERIFY(!action("loop")->isChecked());
        m_bar->goTo(2);
        click("playButton");
        QSignalSpy wanted(m_bar.get(), &TimelineBar::stepWanted);
        const auto drawn = connect(m_bar.get(), &TimelineBar::stepWanted, m_bar.get(), &TimelineBar::stepDrawn);
        QTRY_VERIFY(!m_bar->playing());  // at the end
        QCOMPARE(m_bar->current(), 4);
        QCOMPARE(wanted.size(), 2);
        disconnect(drawn);
    }

    void playingWaitsForTheDrawing() {
        m_bar->show(shiftingTrajectory(3, 2), 3, 2, false);
        m_bar->goTo(0);
        QSignalSpy wanted(m_bar.get(), &TimelineBar::stepWanted);
        click("playButton");
        QTRY_COMPARE(wanted.size(), 1);
        m_bar->stepDrawn(4);  // another one
        m_bar->stepDrawn(1);
        QTRY_COMPARE(wanted.size(), 2);
        QCOMPARE(wanted.last()[0].toInt(), 2);
        click("playButton");
        QVERIFY(!m_bar->playing());
    }

    void jumpsToTheEndsAndTheRecovery() {
        m_bar->show(shiftingTrajectory(6, 4), 6, 4, false);
        QCOMPARE(m_bar->current(), 9);
        click("firstStepButton");
        QCOMPARE(m_bar->current(), 0);
        click("recoveryStartButton");
        QCOMPARE(m_bar->current(), 6);
        QVERIFY(m_bar->findChild<QLabel*>("stepLabel")->text().startsWith("Recovery"));
        click("previousStepButton");
        QVERIFY(m_bar->findChild<QLabel*>("stepLabel")->text().startsWith("Diffusion"));
        click("lastStepButton");
        QCOMPARE(m_bar->current(), 9);
        m_bar->show(shiftingTrajectory(6, 0), 6, 0, false);
        click("firstStepButton");
        click("recoveryStartButton");
        QCOMPARE(m_bar->current(), 5);  // none yet: the last there is
    }

    void followsUntilTouched() {
        const Trajectory whole = shiftingTrajectory(6, 4);
        m_bar->show(shiftingTrajectory(2, 0), 6, 4, true);
        QCOMPARE(m_bar->current(), 1);
        m_bar->grow(shiftingTrajectory(4, 0), 6, 4, true);
        QCOMPARE(m_bar->current(), 3);
        click("previousStepButton");
        m_bar->grow(shiftingTrajectory(6, 1), 6, 4, true);
        QCOMPARE(m_bar->current(), 2);
        click("lastStepButton");
        m_bar->grow(whole, 6, 4, false);
        QCOMPARE(m_bar->current(), 9);
    }

    void filmShowsTheStepsInTheWindowsGrey() {
        QVERIFY(action("filmstrip")->isChecked());
        m_bar->show(shiftingTrajectory(10, 10), 10, 10, false);
        m_bar->setFilmSubject({1, 0, 0});
        const std::vector<int> steps = strip()->filmSteps();
        QVERIFY(steps.size() >= 12);
        QTRY_COMPARE(strip()->thumbnails().size(), steps.size());
        // Step k pulls by k of 32 columns: the left column of the ramp is k/31 of the way to white.
        for (const int step : steps) {
            const QImage& picture = strip()->thumbnails().at(step);
            QCOMPARE(picture.size(), QSize(32, 32));
            const int left = qGray(picture.pixel(0, 16));
            QVERIFY2(std::abs(left - 255.0 * step / 31) < 3, qPrintable(QString("%1 %2").arg(step).arg(left)));
        }
        // A darker window darkens the pictures at once; none is made again.
        m_bar->setFilmWindow({1000, 2000});
        const int step = steps.back();
        QVERIFY(std::abs(qGray(strip()->thumbnails().at(step).pixel(0, 16)) - 255.0 * step / 62) < 3);
        QVERIFY(!m_bar->filmBusy());
        // The second phase runs the other way.
        m_bar->setFilmWindow({500, 1000});
        m_bar->setFilmSubject({1, 1, 0});
        QTRY_COMPARE(strip()->thumbnails().size(), steps.size());
        QVERIFY(std::abs(qGray(strip()->thumbnails().at(step).pixel(0, 16)) - 255.0 * (31 - step) / 31) < 3);
        // Back again: remembered, so they are there without waiting.
        m_bar->setFilmSubject({1, 0, 0});
        QCOMPARE(strip()->thumbnails().size(), steps.size());
    }

    void filmGrowsWithTheSteps() {
        m_bar->show(shiftingTrajectory(5, 0), 10, 10, true);
        m_bar->setFilmSubject({2, 0, 0});
        const std::vector<int> steps = strip()->filmSteps();
        const auto below = [&steps](int end) {
            return static_cast<std::size_t>(std::ranges::count_if(steps, [end](int s) { return s < end; }));
        };
        QTRY_COMPARE(strip()->thumbnails().size(), below(5));
        m_bar->grow(shiftingTrajectory(10, 4), 10, 10, true);
        QCOMPARE(strip()->filmSteps(), steps);
        QTRY_COMPARE(strip()->thumbnails().size(), below(14));
        m_bar->clear();
        QVERIFY(strip()->thumbnails().empty());
    }

    void curvesAndFilmCanBeSwitchedOffAndAreRemembered() {
        m_bar->show(shiftingTrajectory(10, 10), 10, 10, false);
        auto* scale = m_bar->findChild<QLabel*>("timelineScale");
        QVERIFY2(scale->text().contains("|J| 0–1"), qPrintable(scale->text()));
        const int high = m_bar->sizeHint().height();
        QVERIFY2(high <= 194, qPrintable(QString::number(high)));
        click("curveJacobian");
        QVERIFY(!strip()->shownCurves().contains(TimelineCurve::LeastJacobian));
        QVERIFY(!scale->text().contains("|J|"));
        click("filmstripButton");
        QVERIFY(strip()->filmSteps().empty());
        QVERIFY(m_bar->sizeHint().height() < high - 30);

        const TimelineBar other;
        const auto* again = other.findChild<TimelineWidget*>("timeline");
        QVERIFY(!again->filmVisible());
        QCOMPARE(again->shownCurves(),
                 (std::set<TimelineCurve>{TimelineCurve::Mean, TimelineCurve::Largest, TimelineCurve::Folded}));
    }

private:
    TimelineWidget* strip() { return m_bar->findChild<TimelineWidget*>("timeline"); }
    QAction* action(const char* name) { return m_bar->findChild<QAction*>(name); }
    void click(const char* name) { QTest::mouseClick(m_bar->findChild<QAbstractButton*>(name), Qt::LeftButton); }

    /// Presses the buttons, plays, and returns the first `count` steps asked for.
    QList<int> played(const std::vector<const char*>& buttons, int count) {
        for (const char* name : buttons) {
            click(name);
        }
        QList<int> steps;
        const auto drawn = connect(m_bar.get(), &TimelineBar::stepWanted, m_bar.get(), [this, &steps](int step) {
            steps << step;
            m_bar->stepDrawn(step);
        });
        click("playButton");
        [&] { QTRY_VERIFY(steps.size() >= count); }();
        click("playButton");
        disconnect(drawn);
        return steps.mid(0, count);
    }

    std::unique_ptr<TimelineBar> m_bar;
};

DRDM_GUI_TEST_MAIN(TimelineBarTest)
#include "tst_timeline_bar.moc"
