#include "cli/Drdm.h"

#include <QTest>

class TestUsage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void versionAndHelp() {
        const Drdm version = runDrdm({"--version"});
        QCOMPARE(version.code, 0);
        QVERIFY(version.out.startsWith("drdm 0."));
        const Drdm help = runDrdm({"--help"});
        QCOMPARE(help.code, 0);
        QVERIFY(help.err.isEmpty());
        QVERIFY(help.out.contains("For research; not for diagnostic use"));
        for (const char* command :
             {"info", "phantom", "sample", "apply", "project", "evaluate", "train", "model", "pack", "bench"}) {
            QVERIFY2(help.out.contains(command), command);
            const Drdm one = runDrdm({"help", command});
            QCOMPARE(one.code, 0);
            QVERIFY2(one.out.startsWith("Usage: drdm " + QByteArray(command)), command);
            QVERIFY2(one.out.contains("--json") && one.out.contains("--help"), command);
            QCOMPARE(runDrdm({command, "--help"}).out, one.out);
        }
    }

    void optionsComeFromTheRegistry() {
        const QByteArray help = runDrdm({"help", "sample"}).out;
        for (const char* text :
             {"--level N", "(1 to 80; default 64)", "--allow-folds", "--initial-field", "--lock-mask"}) {
            QVERIFY2(help.contains(text), text);
        }
        QVERIFY(runDrdm({"help", "train"}).out.contains("--no-augment"));
    }

    void wrongUsage_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char* name, const QStringList& arguments, const char* answer) {
            QTest::newRow(name) << arguments << QByteArray(answer);
        };
        row("nothing", {}, "no command given");
        row("unknown command", {"smaple", "x"}, "did you mean sample?");
        row("option before command", {"--json", "info"}, "the command comes first");
        row("near miss", {"sample", "x", "--out", "y", "--levl", "3"}, "unknown option --levl; did you mean --level?");
        row("unknown option", {"info", "x", "--zzzzzz"}, "unknown option --zzzzzz");
        row("option of another command", {"info", "x", "--level", "3"}, "unknown option --level");
        row("short option", {"info", "-j"}, "options begin with two dashes");
        row("missing value", {"sample", "x", "--out"}, "option --out needs a value");
        row("missing option", {"sample", "x"}, "option --out DIR is missing");
        row("missing input", {"sample", "--out", "y"}, "missing: one folder or file");
        row("too many inputs", {"sample", "a", "b", "--out", "y"}, "do not know what to do with \"b\"");
        row("twice", {"sample", "a", "--out", "y", "--out", "z"}, "given twice");
        row("switch with value", {"sample", "a", "--out", "y", "--allow-folds=1"}, "does not take a value");
        row("out of range", {"sample", "a", "--out", "y", "--level", "81"}, "give a whole number from 1 to 80");
        row("no number", {"sample", "a", "--out", "y", "--seed", "one"}, "\"one\" is not accepted");
        row("no choice", {"sample", "a", "--out", "y", "--interpolation", "nearest"}, "one of: linear, cubic");
        row("format", {"sample", "a", "--out", "y", "--format", "nifti,mp4"}, "mp4 is made in the window alone");
        row("unknown format", {"sample", "a", "--out", "y", "--format", "bmp"}, "give dicom, nifti, png, seg");
        row("nothing to evaluate", {"evaluate"}, "one or more displacement fields");
        row("one label map", {"evaluate", "--labels", "a"}, "needs 2 values");
        row("model verb", {"model", "show"}, "say list, info, convert or evaluate");
        row("model convert", {"model", "convert", "a.pth", "b.pth"}, "must end with .safetensors");
        row("bench repeats", {"bench", "--repeats", "0"}, "a number from 1 to 9999");
        row("pack name", {"pack", "--data", "a", "--out", "b.nii"}, "must end with .safetensors");
    }

    void wrongUsage() {
        QFETCH(const QStringList, arguments);
        QFETCH(const QByteArray, answer);
        const Drdm run = runDrdm(arguments);
        QCOMPARE(run.code, 2);
        QVERIFY2(run.err.contains(answer), run.err.constData());
        QVERIFY(run.out.isEmpty());
    }

    void valuesByEqualsSign() {
        const Drdm run = runDrdm({"sample", "--out=y", "--level=81", "x"});
        QCOMPARE(run.code, 2);
        QVERIFY2(run.says("\"81\" is not accepted"), run.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestUsage)
#include "TestUsage.moc"
