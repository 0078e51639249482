#include "GuiTest.h"
#include "ui/TimelineWidget.h"

#include <QSignalSpy>

using namespace drdm;

namespace {

std::vector<TimelineWidget::Point> points(int diffusion, int recovery) {
    std::vector<TimelineWidget::Point> result;
    for (int t = 1; t <= diffusion; ++t) {
        result.push_back({StepKind::Diffusion, t, 0.1 * t, 0.3 * t, false});
    }
    for (int t = recovery; t >= 1; --t) {
        result.push_back({StepKind::Recovery, t, 0.1 * diffusion, 0.3 * diffusion, false});
    }
    return result;
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
        // Above the curve, near the upper edge of the area, only the band of each half is there.
        const QColor first = picture.pixelColor(at(*m_timeline, 3).x(), 30),
                     second = picture.pixelColor(at(*m_timeline, 36).x(), 24);
        QVERIFY2(first.red() > first.blue() && second.green() > second.red(),
                 qPrintable(first.name() + " " + second.name()));
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
