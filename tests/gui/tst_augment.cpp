#include "GuiTest.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "ui/ParameterForm.h"
#include "ui/StudioWindow.h"
#include "ui/augment/AugmentDialog.h"
#include "ui/augment/AugmentJob.h"
#include "ui/jobs/JobQueue.h"

#include <QAction>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

#include <set>

using namespace drdm;
using State = QueuedJob::State;

namespace {

constexpr int patient_ms = 240000;

}  // namespace

/// Copies of a data set, from the menu to the finished folder.
class AugmentTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.subjects = 2;
        settings.slices = 2;
        settings.size = 48;
        settings.frames = 1;
        settings.labels = true;
        writePhantom(settings, path("study").toStdString());
        QDir().mkpath(path("bare"));
        writeNifti(makePhantom(settings, 0).image, path("bare/heart.nii.gz").toStdString());
    }

    void nineCopiesAreShownBeforeTheWork() {
        AugmentDialog dialog;
        dialog.show();
        dialog.setData(path("study"));
        dialog.form()->setText("method", "elastic");
        dialog.form()->setText("copies", "3");
        dialog.setFolder(path("never"));
        QSignalSpy previewed(&dialog, &AugmentDialog::previewed);
        QTest::mouseClick(dialog.findChild<QPushButton*>("previewAugment"), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(previewed.size(), 1, patient_ms);
        QCOMPARE(previewed.front().front().toInt(), 9);
        drdmtest::keepPictures(&dialog, "augment");
        std::set<QString> names;
        std::set<qint64> sums;
        for (int i = 0; i < 9; ++i) {
            auto* picture = dialog.findChild<QLabel*>(QString("augmentPicture%1").arg(i));
            const QImage image = picture->pixmap(Qt::ReturnByValue).toImage();
            QVERIFY(image.width() > 100);
            names.insert(picture->toolTip());
            qint64 sum = 0;
            qint64 coloured = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x) {
                    const QColor c = image.pixelColor(x, y);
                    sum += c.red() * (x + 1) + c.green() * (y + 1);
                    coloured += std::abs(c.red() - c.blue()) > 60 || std::abs(c.red() - c.green()) > 60 ? 1 : 0;
                }
            }
            QVERIFY(coloured > 20);  // the labels' rims
            sums.insert(sum);
        }
        QCOMPARE(names.size(), std::size_t{9});
        QCOMPARE(sums.size(), std::size_t{9});
        QVERIFY(!QDir(path("never")).exists());
        // Other settings: what is shown is no longer what would be made.
        dialog.form()->setText("seed", "7");
        QVERIFY(dialog.findChild<QLabel*>("augmentPicture0")->pixmap(Qt::ReturnByValue).isNull());
    }

    void whatIsMissingIsSaid() {
        AugmentDialog dialog;
        dialog.show();
        QSignalSpy wanted(&dialog, &AugmentDialog::wanted);
        auto* text = dialog.findChild<QLabel*>("augmentText");
        auto* start = dialog.findChild<QPushButton*>("startAugment");
        dialog.setData({});
        dialog.setFolder({});
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(text->text().contains("no data set"));
        dialog.setData(path("bare"));
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(text->text().contains("no folder"));
        dialog.setFolder(path("out"));
        dialog.form()->setText("levels", "100");
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY2(text->text().contains("1 to 80"), qPrintable(text->text()));
        dialog.form()->setText("levels", "20");
        QTest::mouseClick(dialog.findChild<QPushButton*>("previewAugment"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(text->text().contains("no labels"), patient_ms);
        QCOMPARE(wanted.size(), 0);
        QVERIFY(dialog.isVisible());
    }

    void theQueueMakesPausesAndGoesOn() {
        StudioWindow window;
        window.resize(1280, 800);
        window.show();
        window.findChild<QAction*>("augment")->trigger();
        auto* dialog = window.findChild<AugmentDialog*>();
        QVERIFY(dialog && dialog->isVisible());
        dialog->setData(path("study"));
        dialog->setFolder(path("copies"));
        dialog->form()->setText("levels", "20");
        dialog->form()->setText("copies", "12");
        dialog->form()->setText("device", "cpu");
        QTest::mouseClick(dialog->findChild<QPushButton*>("startAugment"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(!window.jobs()->jobs().empty(), patient_ms);
        const int number = window.jobs()->jobs().back().number;
        QCOMPARE(window.jobs()->job(number)->kind, QString("augment"));
        QTRY_VERIFY_WITH_TIMEOUT(records("copies") >= 3, patient_ms);
        window.jobs()->pause(number);
        QTRY_COMPARE_WITH_TIMEOUT(window.jobs()->job(number)->state, State::Paused, patient_ms);
        QTRY_VERIFY_WITH_TIMEOUT(!window.jobs()->task(number), patient_ms);
        const int paused = records("copies");
        QVERIFY(paused >= 3 && paused < 24);
        QVERIFY(!QFile::exists(path("copies/manifest.csv")));
        window.jobs()->resume(number);
        QTRY_COMPARE_WITH_TIMEOUT(window.jobs()->job(number)->state, State::Succeeded, patient_ms);
        QCOMPARE(records("copies"), 24);
        QVERIFY(QFile::exists(path("copies/manifest.csv")));

        // Another request for the same folder: said on the job, and nothing is touched.
        AugmentPlan other;
        other.data.data = {path("study").toStdString()};
        other.folder = path("copies").toStdString();
        const int wrong = window.jobs()->add("augment", augmentTitle(other), augmentJob(other));
        QTRY_COMPARE_WITH_TIMEOUT(window.jobs()->job(wrong)->state, State::Failed, patient_ms);
        QVERIFY(window.jobs()->job(wrong)->text.contains("another request"));
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] int records(const QString& folder) const {
        return static_cast<int>(QDir(path(folder + "/records")).entryList({"*.json"}, QDir::Files).size());
    }

    QTemporaryDir m_folder;
};

DRDM_GUI_TEST_MAIN(AugmentTest)
#include "tst_augment.moc"
