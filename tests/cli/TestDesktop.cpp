#include "cli/Drdm.h"

#include <QMimeDatabase>
#include <QRegularExpression>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

/// What `cmake --install` puts where the desktop looks for it.
class TestDesktop : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.isValid());
        QProcess install;
        install.start("cmake", {"--install", DRDM_BUILD_DIR "/resources", "--prefix", m_folder.path()});
        QVERIFY(install.waitForFinished(120'000));
        QVERIFY2(install.exitCode() == 0, install.readAllStandardError().constData());
    }

    void projectsHaveAKindOfTheirOwn() {
        qputenv("XDG_DATA_HOME", m_folder.filePath("share").toUtf8());
        const QMimeType project = QMimeDatabase().mimeTypeForFile("hearts.drdm", QMimeDatabase::MatchExtension);
        QCOMPARE(project.name(), QString("application/x-drdm-project"));
        QCOMPARE(project.comment(), QString("DRDM Studio project"));
        QCOMPARE(QMimeDatabase().mimeTypeForFile("heart.nii.gz", QMimeDatabase::MatchExtension).name(),
                 QString("application/x-nifti"));
    }

    void theMenuEntryOpensThem() {
        QSettings entry(m_folder.filePath("share/applications/drdm-studio.desktop"), QSettings::IniFormat);
        QCOMPARE(entry.status(), QSettings::NoError);
        entry.beginGroup("Desktop Entry");
        QCOMPARE(entry.value("Exec").toString(), QString("drdm-studio %F"));
        QCOMPARE(entry.value("Type").toString(), QString("Application"));
        const QByteArray text = fileBytes(m_folder.filePath("share/applications/drdm-studio.desktop"));
        const auto types = QRegularExpression("^MimeType=(.*)$", QRegularExpression::MultilineOption)
                               .match(QString::fromUtf8(text))
                               .captured(1)
                               .split(';', Qt::SkipEmptyParts);
        QVERIFY(types.contains("application/x-drdm-project") && types.contains("application/dicom"));
        const QString icon = entry.value("Icon").toString();
        QVERIFY(QFile::exists(m_folder.filePath("share/icons/hicolor/scalable/apps/" + icon + ".svg")));
        QVERIFY(QFile::exists(m_folder.filePath("share/drdm-studio/models")));
    }

    void theProgramSaysThatItTakesFiles() {
        QProcess help;
        help.start(QString::fromLocal8Bit(qgetenv("DRDM_BIN")) + "/drdm-studio", {"--help"});
        QVERIFY(help.waitForFinished(60'000));
        const QByteArray text = help.readAllStandardOutput();
        QVERIFY2(help.exitCode() == 0 && text.contains("PATH") && text.contains(".drdm"), text.constData());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestDesktop)
#include "TestDesktop.moc"
