#include "GuiTest.h"
#include "ui/MovieDialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <opencv2/videoio.hpp>

using namespace drdm;

namespace {

constexpr int patient_ms = 60000;
using Steps = MovieChoice::Steps;

std::vector<StepKind> halves(int diffusion, int recovery) {
    std::vector<StepKind> kinds(static_cast<std::size_t>(diffusion), StepKind::Diffusion);
    kinds.insert(kinds.end(), static_cast<std::size_t>(recovery), StepKind::Recovery);
    return kinds;
}

QList<int> stepsOf(const std::vector<MovieShot>& shots) {
    QList<int> steps;
    for (const MovieShot& shot : shots) {
        steps << shot.step;
    }
    return steps;
}

QColor colourOf(int step) {
    return {15 + 20 * step, 120, 230 - 20 * step};
}

}  // namespace

/// The dialog on a window that is only pretended: its picture is one colour for each step.
class MovieDialogTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        QSettings().clear();
        m_asked.clear();
        m_answer = true;
    }

    void planChoosesSteps() {
        const auto kinds = halves(5, 4);
        QCOMPARE(stepsOf(movieShots(kinds, {})), (QList<int>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
        QCOMPARE(stepsOf(movieShots(kinds, {Steps::Diffusion})), (QList<int>{0, 1, 2, 3, 4}));
        QCOMPARE(stepsOf(movieShots(kinds, {Steps::Recovery})), (QList<int>{5, 6, 7, 8}));
        QCOMPARE(stepsOf(movieShots(kinds, {Steps::Range, 2, 6, 3})), (QList<int>{2, 5, 6}));
        QVERIFY(movieShots(kinds, {Steps::Range, 6, 2}).empty());
        QVERIFY(movieShots(halves(3, 0), {Steps::Recovery}).empty());
        const auto there = movieShots(kinds, {Steps::Range, 0, 3, 1, true, 10, 0.5});
        QCOMPARE(stepsOf(there), (QList<int>{0, 1, 2, 3, 2, 1}));
        QCOMPARE(there[3].repeats, 6);
        QCOMPARE(frameCount(there), 11);
    }

    void pageHoldsViewsBarsAndWords() {
        MoviePage page = MoviePage::inTheme();
        page.notice = "For research";
        page.width = 1360;
        const QSize plain = page.sizeFor({680, 400});
        QCOMPARE(plain.width(), 1360);
        QVERIFY(plain.height() > 800 + 20 && plain.height() < 800 + 60);
        QImage bar(200, 40, QImage::Format_RGB32);
        bar.fill(Qt::magenta);
        page.colourBars = {bar};
        QVERIFY(page.sizeFor({680, 400}).height() > plain.height() + 40);
        QImage views(680, 400, QImage::Format_RGB32);
        views.fill(Qt::darkGreen);
        const QImage drawn = page.draw(views, "caption");
        QCOMPARE(drawn.size(), page.sizeFor(views.size()));
        QCOMPARE(drawn.pixelColor(700, 400), QColor(Qt::darkGreen));
        QCOMPARE(drawn.pixelColor(100, 840), QColor(Qt::magenta));
    }

    void writesWhatItPromised() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.mp4");
        MovieDialog* dialog = open();
        dialog->setPath(path);
        click<QCheckBox>(dialog, "moviePingPong");
        dialog->findChild<QComboBox*>("movieSteps")->setCurrentIndex(3);
        dialog->findChild<QSpinBox*>("movieFirst")->setValue(2);
        dialog->findChild<QSpinBox*>("movieLast")->setValue(9);
        dialog->findChild<QSpinBox*>("movieEvery")->setValue(3);
        dialog->findChild<QDoubleSpinBox*>("movieHold")->setValue(0.2);
        // Steps 2, 5, 8, 9 (three frames), 8, 5 of 10, at 10 frames a second.
        const QString promise = dialog->findChild<QLabel*>("movieSummary")->text();
        QVERIFY2(promise.startsWith("8 frames · 0.8 s · 300 × "), qPrintable(promise));
        drdmtest::keepPicture(dialog, "movie-dialog");
        click<QPushButton>(dialog, "startMovie");
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton*>("openMovieFolder")->isVisible(), patient_ms);
        QCOMPARE(m_asked, (QList<int>{1, 4, 7, 8, 7, 4, 3}));  // and back to the step shown before
        cv::VideoCapture film(path.toStdString(), cv::CAP_FFMPEG);
        cv::Mat pixels;
        for (const int step : {1, 4, 7, 8, 8, 8, 7, 4}) {
            QVERIFY(film.read(pixels));
            const auto bgr = pixels.at<cv::Vec3b>(60, 150);
            QVERIFY2(std::abs(bgr[2] - colourOf(step).red()) < 14 && std::abs(bgr[0] - colourOf(step).blue()) < 14,
                     qPrintable(QString("%1: %2 %3").arg(step).arg(bgr[2]).arg(bgr[0])));
        }
        QVERIFY(!film.read(pixels));
        QVERIFY(dialog->findChild<QLabel*>("movieSummary")->text().contains(path));
        drdmtest::keepPicture(dialog, "movie-dialog-end");
        click<QPushButton>(dialog, "closeMovie");
        QVERIFY(!dialog->isVisible());
    }

    void userStepsMeanwhileDoNoHarm() {
        QTemporaryDir folder;
        MovieDialog* dialog = open();
        dialog->setPath(folder.filePath("pictures"));
        m_answer = false;
        click<QPushButton>(dialog, "startMovie");
        QCOMPARE(m_asked, QList<int>{0});
        dialog->stepDrawn(5);  // not what was asked for
        QCOMPARE(m_asked, QList<int>{0});
        m_answer = true;
        dialog->stepDrawn(0);
        QTRY_VERIFY_WITH_TIMEOUT(dialog->findChild<QPushButton*>("openMovieFolder")->isVisible(), patient_ms);
        QCOMPARE(QDir(folder.filePath("pictures")).entryList(QDir::Files).size(), 10 + 10);
    }

    void cancelLeavesNothing() {
        QTemporaryDir folder;
        MovieDialog* dialog = open();
        dialog->setPath(folder.filePath("b.gif"));
        m_answer = false;
        click<QPushButton>(dialog, "startMovie");
        dialog->stepDrawn(0);
        QTRY_COMPARE(m_asked.last(), 1);
        QVERIFY(!dialog->findChild<QWidget*>("moviePath")->isEnabled());
        click<QPushButton>(dialog, "closeMovie");
        auto* summary = dialog->findChild<QLabel*>("movieSummary");
        QTRY_VERIFY_WITH_TIMEOUT(summary->text().startsWith("Cancelled"), patient_ms);
        QVERIFY(dialog->isVisible() && dialog->findChild<QPushButton*>("startMovie")->isVisible());
        QCOMPARE(m_asked.last(), 3);
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void problemsAreSaidBeforehand() {
        QTemporaryDir folder;
        MovieDialog* dialog = open();
        auto* write = dialog->findChild<QPushButton*>("startMovie");
        auto* summary = dialog->findChild<QLabel*>("movieSummary");
        dialog->setPath(folder.filePath("absent/c.mp4"));
        QVERIFY(!write->isEnabled() && summary->text().contains("absent"));
        dialog->setPath(folder.path());  // pictures into a folder that is there
        QVERIFY(!write->isEnabled());
        dialog->setPath(folder.filePath("c.gif"));
        QVERIFY(write->isEnabled());
        dialog->findChild<QComboBox*>("movieFormat")->setCurrentIndex(0);
        QCOMPARE(dialog->findChild<QLineEdit*>("moviePath")->text(), folder.filePath("c.mp4"));
        dialog->findChild<QComboBox*>("movieSteps")->setCurrentIndex(3);
        dialog->findChild<QSpinBox*>("movieFirst")->setValue(9);
        dialog->findChild<QSpinBox*>("movieLast")->setValue(2);
        QVERIFY(!write->isEnabled() && summary->text().contains("No step"));
    }

    void cleanup() { m_dialog.reset(); }

private:
    MovieDialog* open() {
        MovieSource source;
        source.title = "seed 7 · level 5";
        source.fileName = "drdm-seed-0007";
        for (int i = 0; i < 10; ++i) {
            source.steps.push_back({i < 5 ? StepKind::Diffusion : StepKind::Recovery, i < 5 ? i + 1 : 10 - i});
        }
        source.current = 3;
        source.goTo = [this](int step) {
            m_asked << step;
            m_shown = step;
            if (m_answer) {
                QMetaObject::invokeMethod(
                    m_dialog.get(), [this, step] { m_dialog->stepDrawn(step); }, Qt::QueuedConnection);
            }
        };
        source.views = {{"The views", [this] {
                             QImage picture(300, 120, QImage::Format_RGB32);
                             picture.fill(colourOf(m_shown));
                             return picture;
                         }}};
        m_dialog = std::make_unique<MovieDialog>(std::move(source));
        m_dialog->open();
        return m_dialog.get();
    }

    template <typename Button>
    static void click(QWidget* dialog, const char* name) {
        auto* button = dialog->findChild<Button*>(name);
        QTest::mouseClick(button, Qt::LeftButton, {}, {8, button->height() / 2});
    }

    std::unique_ptr<MovieDialog> m_dialog;
    QList<int> m_asked;
    int m_shown = 3;
    bool m_answer = true;
};

DRDM_GUI_TEST_MAIN(MovieDialogTest)
#include "tst_movie_dialog.moc"
