#include "cli/Drdm.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QTest>

/// A full memory ends in a message and exit code 1, and what was finished is kept.
class TestMemory : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        const Drdm phantom = runDrdm({"phantom", "--out", path("study"), "--subjects", "1", "--slices", "2", "--size",
                                      "48", "--frames", "1", "--json"});
        QVERIFY2(phantom.code == 0, phantom.err.constData());
        m_image = phantom.json()["folders"].toArray()[0].toString() + "/dicom";
        const Drdm training = trainTinyModel(m_image, path("model"), {"--json"});
        QVERIFY2(training.code == 0, training.err.constData());
        m_model = training.json()["model"].toString();
    }

    void cleanup() { qunsetenv("DRDM_FAIL_MEMORY"); }

    void finishedVariationsAreKept() {
        qputenv("DRDM_FAIL_MEMORY", "variation:3");
        const Drdm run = sampled("out", {"--count", "4", "--json"});
        QCOMPARE(run.code, 1);
        QVERIFY(run.out.isEmpty());
        QVERIFY2(run.says("not enough memory for variation 3 of 4") && run.says("make fewer variations at once"),
                 run.err.constData());
        QVERIFY(!QFile::exists(path("out")));
        QVERIFY(QFile::exists(path("out.partial/seed-0002/field.nii.gz")));
        QVERIFY(!QFile::exists(path("out.partial/seed-0003")));
    }

    void aModelThatDoesNotFitIsSaid() {
        qputenv("DRDM_FAIL_MEMORY", "model:1");
        const Drdm run = sampled("none", {});
        QCOMPARE(run.code, 1);
        QVERIFY2(run.says("not enough memory") && run.says("close other programs"), run.err.constData());
        QVERIFY(!QFile::exists(path("none")) && !QFile::exists(path("none.partial")));
    }

    void allSlicesAreARemedy() {
        qputenv("DRDM_FAIL_MEMORY", "step:2");
        const Drdm run = sampled("slices", {"--slice", "all"});
        QCOMPARE(run.code, 1);
        QVERIFY2(run.says("take one slice instead of all"), run.err.constData());
    }

private:
    [[nodiscard]] QString path(const QString& name) const { return m_folder.filePath(name); }
    [[nodiscard]] Drdm sampled(const QString& out, const QStringList& more) const {
        return runDrdm(QStringList{"sample", m_image, "--out", path(out), "--model", m_model, "--level", "4"} + more);
    }

    QTemporaryDir m_folder;
    QString m_image, m_model;
};

QTEST_GUILESS_MAIN(TestMemory)
#include "TestMemory.moc"
