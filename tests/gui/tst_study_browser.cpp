#include "GuiTest.h"
#include "io/Phantom.h"
#include "ui/SeriesThumbnail.h"
#include "ui/StudyBrowser.h"
#include "ui/StudyModel.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QLabel>
#include <QMenu>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>

using namespace drdm;

namespace {

constexpr int patient_ms = 30000;

SeriesInfo series(const std::string& uid, const std::string& patient, const std::string& study) {
    SeriesInfo info;
    info.uid = uid;
    info.format = "dicom";
    info.modality = "CT";
    info.description = "series " + uid;
    info.patientName = patient;
    info.studyUid = study;
    info.studyDescription = "study " + study;
    info.studyDate = "20240229";
    info.size = {512, 512, 51, 1};
    info.files = {"/nowhere/" + uid + ".dcm"};
    return info;
}

}  // namespace

class StudyBrowserTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.subjects = 2;
        settings.slices = 4;
        settings.size = 64;
        settings.frames = 2;
        settings.labels = true;
        writePhantom(settings, m_folder.path().toStdString());
        m_subjects = QDir(m_folder.path()).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        QCOMPARE(m_subjects.size(), 2);
    }

    void init() {
        m_browser = std::make_unique<StudyBrowser>();
        m_tester = std::make_unique<QAbstractItemModelTester>(m_browser->model(),
                                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_browser->resize(248, 400);
        m_browser->setVisible(true);
        QVERIFY(QTest::qWaitForWindowExposed(m_browser.get()));
    }

    void patientsStudiesAndSeriesMakeATree() {
        StudyModel* model = m_browser->model();
        auto twin = series("4", "", "S4");
        auto other = series("5", "", "S5");
        other.studyDescription.clear();
        auto file = series("/data/heart/one.nii.gz", "", "");
        file.format = "nifti";
        file.files = {"/data/heart/one.nii.gz"};
        m_browser->show({{series("1", "Doe^Jane^M", "S1"), series("2", "Doe^Jane^M", "S1"),
                          series("3", "Doe^Jane^M", "S2"), twin, other, file},
                         {{"/data/notes.txt", "no image"}}});
        QCOMPARE(names({}), (QStringList{"Doe, Jane M", "Anonymous", "Anonymous", "Files"}));
        const QModelIndex jane = model->index(0, 0);
        QCOMPARE(names(jane), (QStringList{"study S1", "study S2"}));
        QCOMPARE(model->index(0, 0, jane).data(StudyModel::DetailsRole).toString(), QString("2024-02-29"));
        QCOMPARE(names(model->index(0, 0, jane)), (QStringList{"series 1", "series 2"}));
        QCOMPARE(names(model->index(2, 0)), QStringList{"Study without description"});
        QCOMPARE(names(model->index(3, 0)), QStringList{"heart"});
        QCOMPARE(model->indexOfSeries(0).data(StudyModel::DetailsRole).toString(),
                 QString("CT · 512 × 512\n51 slices"));
        QCOMPARE(m_browser->findChild<QLabel*>("seriesCount")->text(), QString("6 series"));
        QVERIFY(m_browser->findChild<QLabel*>("skippedFiles")->text().contains("1 file skipped"));
        QVERIFY(m_browser->findChild<QLabel*>("skippedFiles")->toolTip().contains("/data/notes.txt: no image"));

        // The same again adds nothing, another one goes where it belongs.
        m_browser->show({{series("3", "Doe^Jane^M", "S2"), series("9", "Doe^Jane^M", "S2")}, {}});
        QCOMPARE(names(model->index(1, 0, jane)), (QStringList{"series 3", "series 9"}));
        QCOMPARE(m_browser->series().size(), std::size_t{7});

        // Removing moves the numbers of the others up and takes empty groups away.
        model->remove(model->index(0, 0, jane));
        QCOMPARE(names(jane), QStringList{"study S2"});
        QCOMPARE(m_browser->series().size(), std::size_t{5});
        for (int number = 0; number < 5; ++number) {
            const QModelIndex index = model->indexOfSeries(number);
            QCOMPARE(index.data(StudyModel::SeriesRole).toInt(), number);
            QCOMPARE(index.data().toString().toStdString(),
                     m_browser->series()[static_cast<std::size_t>(number)].description);
        }
        model->remove(model->index(0, 0));
        QCOMPARE(names({}), (QStringList{"Anonymous", "Anonymous", "Files"}));
        m_browser->clear();
        QCOMPARE(model->rowCount(), 0);
    }

    void picturesAreTheMiddleSlices() {
        const ScanResult found = scan({m_folder.path().toStdString()});
        QVERIFY(found.series.size() >= 4);  // DICOM and label files of two subjects
        m_browser->show(found);
        QCOMPARE(names({}).mid(0, 3), (QStringList{"PHANTOM, 0001", "PHANTOM, 0002", "Files"}));
        QTRY_VERIFY_WITH_TIMEOUT(!m_browser->busy(), patient_ms);
        int dicom = 0;
        for (const SeriesInfo& each : found.series) {
            const QModelIndex index = m_browser->model()->indexOfSeries(m_browser->numberOf(each));
            const auto picture = index.data(StudyModel::PictureRole).value<QImage>();
            QVERIFY2(!picture.isNull(), each.uid.c_str());
            QVERIFY(std::max(picture.width(), picture.height()) == 96);
            if (each.format != "dicom") {
                continue;
            }
            ++dicom;
            // The middle of the middle slice, read in full, against the picture: the same grey.
            const Image image = readSeries(each);
            const Image middle = image.slice(image.geometry().size[2] / 2, 0);
            const auto voxels = middle.voxels();
            QImage whole(64, 64, QImage::Format_Grayscale8);
            const auto [least, most] = std::ranges::minmax(voxels);
            for (int y = 0; y < 64; ++y) {
                for (int x = 0; x < 64; ++x) {
                    whole.scanLine(y)[x] = static_cast<uchar>(
                        255 * (voxels[static_cast<std::size_t>(64 * y + x)] - least) / (most - least));
                }
            }
            const double agreement = correlation(whole, picture.scaled(64, 64, Qt::IgnoreAspectRatio));
            QVERIFY2(agreement > 0.9, qPrintable(QString::number(agreement)));
        }
        QCOMPARE(dicom, 2);
    }

    void clickSelectsDoubleClickOpens() {
        m_browser->show(scan({subject(0), subject(1)}));
        QSignalSpy chosen(m_browser.get(), &StudyBrowser::chosen);
        const QPoint place = centreOf(1);
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, place);
        QCOMPARE(view()->currentIndex(), m_browser->model()->indexOfSeries(1));
        QCOMPARE(chosen.size(), 0);
        QTest::mouseDClick(view()->viewport(), Qt::LeftButton, {}, place);
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toInt(), 1);
        view()->setCurrentIndex(m_browser->model()->indexOfSeries(0));
        QTest::keyClick(view(), Qt::Key_Return);
        QCOMPARE(chosen.size(), 2);
        QCOMPARE(chosen[1][0].toInt(), 0);
        // A patient folds and unfolds.
        const QModelIndex patient = m_browser->model()->index(0, 0);
        const QPoint name = view()->visualRect(patient).center();
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, name);
        QVERIFY(!view()->isExpanded(patient));
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, name);
        QVERIFY(view()->isExpanded(patient));
        QCOMPARE(chosen.size(), 2);
    }

    void gapsAreCountedAndSaid() {
        QTemporaryDir copy;
        const QDir from(QString::fromStdString(subject(0)));
        for (const QFileInfo& file : from.entryInfoList(QDir::Files, QDir::Name)) {
            QFile::copy(file.filePath(), copy.filePath(file.fileName()));
        }
        // Slice 1 of both phases is lost.
        const ScanResult whole = scan({copy.path().toStdString()});
        QCOMPARE(whole.series[0].warnings.size(), std::size_t{0});
        for (const std::size_t lost : {1U, 5U}) {
            QVERIFY(QFile::remove(QString::fromStdString(whole.series[0].files[lost])));
        }
        m_browser->show(scan({copy.path().toStdString()}));
        const QModelIndex index = m_browser->model()->indexOfSeries(0);
        QVERIFY(index.data(StudyModel::WarningsRole).toInt() >= 1);
        const QString tip = index.data(Qt::ToolTipRole).toString();
        QVERIFY2(tip.contains("Warning: ") && tip.contains(QRegularExpression("Warning: .*[0-9]")), qPrintable(tip));
    }

    void vanishedSeriesStaysMarked() {
        QTemporaryDir copy;
        const QDir from(QString::fromStdString(subject(0)));
        for (const QFileInfo& file : from.entryInfoList(QDir::Files)) {
            QFile::copy(file.filePath(), copy.filePath(file.fileName()));
        }
        m_browser->show(scan({copy.path().toStdString()}));
        const auto trouble = [this] {
            return m_browser->model()->indexOfSeries(0).data(StudyModel::TroubleRole).toString();
        };
        QTRY_VERIFY_WITH_TIMEOUT(!m_browser->busy(), patient_ms);
        QVERIFY(trouble().isEmpty());
        const QString away = copy.path() + "-away";
        QVERIFY(QDir().rename(copy.path(), away));
        QTRY_VERIFY_WITH_TIMEOUT(trouble().contains("No longer there"), patient_ms);
        QVERIFY(trouble().contains(copy.path()));
        QCOMPARE(m_browser->series().size(), std::size_t{1});
        // Back again: opening it looks once more.
        QVERIFY(QDir().rename(away, copy.path()));
        m_browser->select(0);
        QTRY_VERIFY_WITH_TIMEOUT(trouble().isEmpty(), patient_ms);
        QFile::remove(QString::fromStdString(m_browser->series()[0].files[2]));
        QTRY_VERIFY2_WITH_TIMEOUT(trouble().startsWith("1 of 8 files"), qPrintable(trouble()), patient_ms);
    }

    void menuOpensAndRemoves() {
        m_browser->show(scan({subject(0), subject(1)}));
        QSignalSpy chosen(m_browser.get(), &StudyBrowser::chosen);
        menuAction(1, "openSeries");
        QCOMPARE(chosen.size(), 1);
        QCOMPARE(chosen[0][0].toInt(), 1);
        menuAction(0, "removeSeries");
        QCOMPARE(m_browser->series().size(), std::size_t{1});
        QCOMPARE(names({}), QStringList{"PHANTOM, 0002"});
        QCOMPARE(m_browser->findChild<QLabel*>("seriesCount")->text(), QString("1 series"));
        if (const QByteArray folder = qgetenv("DRDM_PICTURES"); !folder.isEmpty()) {
            m_browser->show(scan({m_folder.path().toStdString()}));
            QTRY_VERIFY_WITH_TIMEOUT(!m_browser->busy(), patient_ms);
            m_browser->grab().save(QString::fromLocal8Bit(folder) + "/browser.png");
        }
    }

private:
    QTreeView* view() { return m_browser->findChild<QTreeView*>("series"); }
    std::string subject(int number) { return (m_folder.filePath(m_subjects[number]) + "/dicom").toStdString(); }
    QPoint centreOf(int number) {
        const QModelIndex index = m_browser->model()->indexOfSeries(number);
        view()->scrollTo(index);
        return view()->visualRect(index).center();
    }
    QStringList names(const QModelIndex& parent) {
        QStringList result;
        for (int row = 0; row < m_browser->model()->rowCount(parent); ++row) {
            result << m_browser->model()->index(row, 0, parent).data().toString();
        }
        return result;
    }
    void menuAction(int number, const char* name) {
        Q_EMIT view()->customContextMenuRequested(centreOf(number));
        auto* menu = m_browser->findChild<QMenu*>("seriesMenu");
        QVERIFY(menu && menu->isVisible());
        menu->findChild<QAction*>(name)->trigger();
        menu->close();
        QTRY_VERIFY(!m_browser->findChild<QMenu*>("seriesMenu"));
    }

    static double correlation(const QImage& a, const QImage& b) {
        double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
        for (int y = 0; y < a.height(); ++y) {
            for (int x = 0; x < a.width(); ++x) {
                const double u = qGray(a.pixel(x, y)), v = qGray(b.pixel(x, y));
                ++n;
                sa += u;
                sb += v;
                saa += u * u;
                sbb += v * v;
                sab += u * v;
            }
        }
        return (n * sab - sa * sb) / std::sqrt((n * saa - sa * sa) * (n * sbb - sb * sb));
    }

    QTemporaryDir m_folder;
    QStringList m_subjects;
    std::unique_ptr<StudyBrowser> m_browser;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
};

DRDM_GUI_TEST_MAIN(StudyBrowserTest)
#include "tst_study_browser.moc"
