#include "GuiTest.h"
#include "io/Phantom.h"
#include "tasks/RecordedSettings.h"
#include "ui/sheet/SheetView.h"
#include "ui/sheet/SheetWindow.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace drdm;

class SheetTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void valuesAreParsedAndChecked() {
        const Parameter& level = samplingParameters().at("level");
        QCOMPARE(parseSheetValues(level, "16, 32,48"), QStringList({"16", "32", "48"}));
        QCOMPARE(parseSheetValues(level, "10-40:10, 64"), QStringList({"10", "20", "30", "40", "64"}));
        for (const char* bad : {"", "0-90", "5-2", "sixty", "400"}) {
            QVERIFY_EXCEPTION_THROWN(parseSheetValues(level, bad), Error);
        }
        SheetPlan same;
        same.x = {"level", {"1"}};
        same.y = same.x;
        QVERIFY_EXCEPTION_THROWN(checkSheet(same), Error);
    }

    void everyPairBecomesAPicture() {
        if (installedModels().empty()) {
            QSKIP("no model: resources/models has none");
        }
        PhantomSettings settings;
        settings.slices = 1;
        settings.frames = 1;
        SampleOrder base = SampleOrder::of(ParameterValues(samplingParameters()));
        base.slice = 0;
        SheetWindow window(base, makePhantom(settings, 0).image, {200, 400});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        auto* values = window.findChild<QLineEdit*>("sheetValuesX");
        values->setText("500");
        QTest::mouseClick(window.findChild<QPushButton*>("sheetStart"), Qt::LeftButton);
        QVERIFY(window.findChild<QLabel*>("sheetMessage")->text().contains("500"));
        values->setText("2, 40");
        window.findChild<QLineEdit*>("sheetValuesY")->setText("1-2");
        QSignalSpy begun(&window, &SheetWindow::begun);
        QTest::mouseClick(window.findChild<QPushButton*>("sheetStart"), Qt::LeftButton);
        QCOMPARE(begun.size(), 1);
        QTRY_VERIFY_WITH_TIMEOUT(window.complete(), 240000);
        auto* sheet = window.findChild<SheetView*>("sheet");
        const QImage picture = sheet->picture(100);
        QVERIFY(picture.width() > 200 && picture.height() > 200);
        // Weak and strong differ; the same strength with another seed, too.
        const auto cell = [&](int column, int row) {
            const QRect on = sheet->cellRect(column, row);
            return sheet->grab(on).toImage();
        };
        QVERIFY(cell(0, 0) != cell(1, 0));
        QVERIFY(cell(1, 0) != cell(1, 1));
        QSignalSpy wanted(&window, &SheetWindow::orderWanted);
        QTest::mouseDClick(sheet, Qt::LeftButton, {}, sheet->cellRect(1, 1).center());
        QCOMPARE(wanted.size(), 1);
        const auto order = wanted[0][0].value<SampleOrder>();
        QCOMPARE(order.values["level"], QString("40"));
        QCOMPARE(order.values["seed"], QString("2"));
        // As a picture it knows how each of its cells was made.
        QSignalSpy saved(&window, &SheetWindow::pictureWanted);
        QTest::mouseClick(window.findChild<QPushButton*>("sheetSave"), Qt::LeftButton);
        QCOMPARE(saved.size(), 1);
        const QTemporaryDir folder;
        const QString file = folder.filePath("sheet.png");
        QVERIFY(saved[0][0].value<QImage>().save(file, "PNG"));
        const Provenance made = readProvenance(file.toStdString());
        QCOMPARE(made.records.size(), std::size_t{4});
        QCOMPARE(recordedSettings(made, 4).text("level"), std::string("40"));
        QCOMPARE(recordedSettings(made, 4).text("seed"), std::string("2"));
        QVERIFY(recordedSettings(made, 1).text("level") != recordedSettings(made, 2).text("level"));
        if (const QByteArray pictures = qgetenv("DRDM_PICTURES"); !pictures.isEmpty()) {
            window.grab().save(QString::fromLocal8Bit(pictures) + "/sheet.png");
        }
    }
};

DRDM_GUI_TEST_MAIN(SheetTest)
#include "tst_sheet.moc"
