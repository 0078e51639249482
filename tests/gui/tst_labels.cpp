#include "GuiTest.h"
#include "imaging/Warp.h"
#include "io/DerivedObjects.h"
#include "io/NiftiFile.h"
#include "io/Phantom.h"
#include "io/Series.h"
#include "ui/LabelLegend.h"
#include "ui/OverlayPanel.h"
#include "ui/StructureDialog.h"
#include "ui/StudioWindow.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QFile>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace drdm;

namespace {

constexpr int patient_ms = 60000;

}  // namespace

/// Structures of a label file: their names, and which of them are taken.
class LabelsTest : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    QString m_study, m_segmentation;

    [[nodiscard]] static QString legend(const StudioWindow& window) {
        return window.findChild<OverlayPanel*>()->findChild<LabelLegend*>()->toolTip();
    }
    static StructureDialog* structureDialog(StudioWindow& window) {
        window.findChild<QAction*>("chooseStructures")->trigger();
        return window.findChild<StructureDialog*>("structureDialog");
    }
    static void accept(StructureDialog* dialog) {
        QTest::mouseClick(dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok), Qt::LeftButton);
    }

private Q_SLOTS:
    void initTestCase() {
        PhantomSettings settings;
        settings.slices = 2;
        settings.size = 64;
        settings.frames = 1;
        settings.labels = true;
        const QString subject = QString::fromStdString(writePhantom(settings, m_folder.path().toStdString())[0]);
        m_study = subject + "/dicom";
        const Image image = readImage({m_study.toStdString()});
        LabelMap labels =
            resample(readNiftiLabels((subject + "/labels_phase000.nii.gz").toStdString()), image.geometry());
        labels.names = {{1, "Myocardium"}, {2, "Left ventricle"}, {3, "Right ventricle"}};
        m_segmentation = m_folder.filePath("segmentation.dcm");
        writeSegmentation(labels, {image, {}}, m_segmentation.toStdString(), {});
    }

    void structuresAreChosenAndKept() {
        const QString project = m_folder.filePath("labels.drdm");
        StudioWindow window;
        window.show();
        QSignalSpy opened(&window, &StudioWindow::imageOpened), labels(&window, &StudioWindow::labelsOpened);
        window.openPaths({m_study});
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patient_ms);
        QTRY_COMPARE_WITH_TIMEOUT(labels.size(), 1, patient_ms);  // those beside the images, which have no structures
        QVERIFY(!window.findChild<QAction*>("chooseStructures")->isEnabled());
        QCOMPARE(legend(window), QString("1\n2\n3"));

        window.openLabels(m_segmentation);
        QTRY_COMPARE_WITH_TIMEOUT(labels.size(), 2, patient_ms);
        QCOMPARE(legend(window), QString("1: Myocardium\n2: Left ventricle\n3: Right ventricle"));
        drdmtest::keepPictures(&window, "labels");

        StructureDialog* dialog = structureDialog(window);
        QVERIFY(dialog);
        auto* list = dialog->findChild<QListWidget*>("structureList");
        QCOMPARE(list->count(), 3);
        QCOMPARE(list->item(1)->text(), QString("Left ventricle"));
        QPushButton* ok = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
        QTest::mouseClick(dialog->findChild<QPushButton*>("noStructures"), Qt::LeftButton);
        QVERIFY(!ok->isEnabled());
        list->item(1)->setCheckState(Qt::Checked);
        list->item(2)->setCheckState(Qt::Checked);
        list->setCurrentRow(2);
        QTest::mouseClick(dialog->findChild<QPushButton*>("structureUp"), Qt::LeftButton);
        QCOMPARE(dialog->chosen(), QStringList({"3", "2"}));
        drdmtest::keepPictures(dialog, "structures");
        accept(dialog);
        QTRY_COMPARE_WITH_TIMEOUT(labels.size(), 3, patient_ms);
        QCOMPARE(legend(window), QString("2: Left ventricle\n3: Right ventricle"));

        window.saveProjectTo(project);
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(project) && !window.isWindowModified(), patient_ms);
        StudioWindow later;
        later.show();
        QSignalSpy again(&later, &StudioWindow::labelsOpened);
        later.openProject(project);
        QTRY_VERIFY_WITH_TIMEOUT(legend(later) == "2: Left ventricle\n3: Right ventricle", patient_ms);
        dialog = structureDialog(later);
        QCOMPARE(dialog->chosen(), QStringList({"3", "2"}));
        QVERIFY(!later.isWindowModified());  // what a project brings is no change of it
        QTest::mouseClick(dialog->findChild<QPushButton*>("allStructures"), Qt::LeftButton);
        const auto count = again.size();
        accept(dialog);
        QTRY_COMPARE_WITH_TIMEOUT(again.size(), count + 1, patient_ms);
        QCOMPARE(legend(later), QString("1: Myocardium\n2: Left ventricle\n3: Right ventricle"));
        QVERIFY(later.isWindowModified());
    }

    void manyNamesWrap() {
        LabelLegend legend;
        legend.show({{1, "Aorta"}, {2, {}}});
        const int oneLine = legend.heightForWidth(300);
        legend.show({{1, "Left ventricle"}, {2, "Right ventricle"}, {3, "Myocardium"}});
        QVERIFY(legend.heightForWidth(150) >= 3 * oneLine);
        std::map<std::uint16_t, QString> many;
        for (std::uint16_t label = 1; label <= 100; ++label) {
            many[label] = QString("Structure of some length %1").arg(label);
        }
        legend.show(many);
        QVERIFY(legend.heightForWidth(150) <= 4 * oneLine);
    }
};

DRDM_GUI_TEST_MAIN(LabelsTest)
#include "tst_labels.moc"
