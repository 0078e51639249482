#include "diffusion/SafeTensors.h"
#include "errors/Error.h"
#include "io/Phantom.h"
#include "tasks/Export.h"
#include "tasks/FileNotes.h"
#include "tasks/PackedField.h"
#include "tasks/PngFile.h"
#include "tasks/RecordedSettings.h"
#include "tasks/Report.h"
#include "tasks/Sample.h"

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

using namespace drdm;

namespace {

Image series(unsigned long long seed = 1) {
    PhantomSettings settings;
    settings.slices = 3;
    settings.frames = 2;
    settings.size = 64;
    settings.seed = seed;
    return makePhantom(settings, 0).image;
}

SampleSettings settings() {
    SampleSettings made;
    made.model = "tiny";
    made.modelSha256 = std::string(64, 'a');
    made.process = "diffeomorphic";
    made.level = 23;
    made.seed = 9007199254740991ULL;  // the largest that the registry takes
    made.start = "full";
    made.stride = 3;
    made.stop = 2;
    made.allowFolds = true;
    made.interpolation = Interpolation::Cubic;
    made.slice = 1;
    made.phase = 1;
    made.schedule = Schedule{};
    made.schedule->name = "mine — ä";
    made.schedule->scales[1].sigma = 1.25e-4;
    made.lockMaskSha256 = std::string(64, 'b');
    return made;
}

Trajectory trajectory(const Image& image, const SampleSettings& made) {
    const Image slice = image.sliceOverTime(made.slice);
    Trajectory result(slice, nullptr, made);
    result.device = "cpu";
    return result.appended({StepKind::Recovery, 2, DisplacementField::zero(slice.geometry(), 2), {}, {}});
}

/// A file is refused with these words.
void refuses(const std::string& path, const char* words) {
    try {
        readProvenance(path);
        QFAIL("accepted");
    } catch (const Error& error) {
        QVERIFY2(std::string(error.what()).find(words) != std::string::npos, error.what());
    }
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
}

}  // namespace

/// Records go into files and come back whole; what is no record, or is broken, is refused with a remedy.
class TestProvenance : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void settingsComeBackWhole() {
        const Image image = series();
        const SampleSettings made = settings();
        const RecordedSettings back = recordedSettings({1, {}, false, provenance(trajectory(image, made))});
        ParameterValues values(samplingParameters());
        for (const auto& [name, text] : back.values) {
            values.setFromText(name, text);
        }
        const SampleSettings again = sampleSettings(values);
        QCOMPARE(again.level, made.level);
        QCOMPARE(again.seed, made.seed);
        QCOMPARE(again.process, made.process);
        QCOMPARE(again.start, made.start);
        QCOMPARE(again.stride, made.stride);
        QCOMPARE(again.stop, made.stop);
        QCOMPARE(again.allowFolds, made.allowFolds);
        QVERIFY(again.interpolation == made.interpolation);
        QCOMPARE(values.text("slice"), std::string("1"));
        QCOMPARE(values.integer("phase"), 1LL);
        QVERIFY(back.schedule && sameNumbers(*back.schedule, *made.schedule));
        QCOMPARE(back.schedule->name, made.schedule->name);
        QCOMPARE(back.modelSha256, made.modelSha256);
        QCOMPARE(back.lockMaskSha256, made.lockMaskSha256);
        QCOMPARE(back.initialFieldSha256, std::string());
        QVERIFY(isRecordedImage(back, image) == std::optional(true));
        QVERIFY(isRecordedImage(back, image.sliceOverTime(1)) == std::optional(true));
        QVERIFY(isRecordedImage(back, image.sliceOverTime(0)) == std::optional(false));
        QVERIFY(isRecordedImage(back, series(2)) == std::optional(false));
    }

    void picturesKeepIt() {
        const std::string note = provenance(trajectory(series(), settings())).dump();
        const QString path = m_folder.filePath("slice.png");
        writePng(series(), 1, 0, path.toStdString(), note);
        QCOMPARE(readPngNote(path.toStdString()), note);
        QImage picture(path);
        QCOMPARE(picture.size(), QSize(64, 64));  // still a picture
        QCOMPARE(picture.text(noteKeyword).toStdString(), note);
        // As the window writes them: compressed, in whatever chunk Qt chooses.
        for (const std::string& text : {note, std::string(R"({"a":1})"), std::string(R"({"a":"ä — ☺"})")}) {
            QImage own(20, 10, QImage::Format_RGB32);
            own.fill(Qt::red);
            own.setText("Comment", "something else");
            own.setText(noteKeyword, QString::fromStdString(text));
            QVERIFY(own.save(path, "PNG"));
            QCOMPARE(readPngNote(path.toStdString()), text);
        }
        QImage plain(20, 10, QImage::Format_RGB32);
        plain.fill(Qt::red);
        QVERIFY(plain.save(path, "PNG"));
        QCOMPARE(readPngNote(path.toStdString()), std::string());
        refuses(path.toStdString(), "holds no settings");
        // Every length that a broken file may have.
        writePng(series(), 1, 0, path.toStdString(), note);
        const QByteArray whole = bytesOf(path);
        for (const int length : {8, 20, 33, 37, 41, 60, 300}) {
            write(path, whole.left(length));
            if (length == 33) {
                QCOMPARE(readPngNote(path.toStdString()), std::string());
            } else if (length > 8) {
                refuses(path.toStdString(), "damaged");
            }
        }
        QByteArray huge = whole;
        huge.replace(33, 4, QByteArray::fromHex("7fffffff"));
        write(path, huge);
        refuses(path.toStdString(), "damaged");
    }

    void filmsKeepItBesideThem() {
        const std::string film = m_folder.filePath("film.mp4").toStdString();
        const std::string note = provenance(trajectory(series(), settings())).dump();
        write(QString::fromStdString(film), QByteArray("\0\0\0\x18"
                                                       "ftypisom",
                                                       12) +
                                                QByteArray(500, 'x'));
        refuses(film, "needs the .json");
        writeFilmNote(film, note);
        const Provenance found = readProvenance(film);
        QVERIFY(found.kind == Provenance::Kind::Film);
        QCOMPARE(recordedSettings(found.records.front()).text("level"), std::string("23"));
        QVERIFY(readProvenance(filmNotePath(film)).kind == Provenance::Kind::Film);
        QFile grown(QString::fromStdString(film));
        QVERIFY(grown.open(QIODevice::Append) && grown.write("more") == 4);
        grown.close();
        refuses(film, "another film");
    }

    void packedSamplesAndReports() {
        const Trajectory made = trajectory(series(), settings());
        const std::string path = m_folder.filePath("packed.safetensors").toStdString();
        writePackedField(made.field(0), made.warpedImage(0), provenance(made), path);
        QVERIFY(readProvenance(path).kind == Provenance::Kind::PackedSample);
        SafeTensors other;
        other.metadata["kind"] = "something";
        writeSafeTensors(other, path);
        refuses(path, "holds no settings");
        ExportRequest request;
        request.folder = m_folder.filePath("export").toStdString();
        request.dicom = false;
        request.png = true;
        SampleSettings second = settings();
        second.seed = 5;
        SampleSettings third = second;
        third.level = 7;
        request.trajectories = {made, trajectory(series(), second)};
        exportSamples(request);
        const Provenance report = readProvenance(request.folder);
        QCOMPARE(report.records.size(), std::size_t{2});
        QCOMPARE(recordedSettings(report, 2).text("seed"), std::string("5"));
        QVERIFY_EXCEPTION_THROWN(recordedSettings(report, std::nullopt), Error);  // seeds far apart
        QCOMPARE(recordedSettings(report, std::nullopt, true).text("level"), std::string("23"));
        QVERIFY_EXCEPTION_THROWN(recordOf(report, 3), Error);
        // The same seed twice: sets of their own, and nothing lost.
        request.folder = m_folder.filePath("sets").toStdString();
        request.trajectories = {trajectory(series(), second), trajectory(series(), third)};
        QCOMPARE(exportSets(request).items().size(), std::size_t{2});
        QCOMPARE(recordedSettings(readProvenance(request.folder + "/set-2"), 1).text("level"), std::string("7"));
    }

    void severalInOnePicture() {
        Json::Array records;
        for (int level : {4, 5, 6}) {
            SampleSettings made = settings();
            made.level = level;
            records.push_back(provenance(trajectory(series(), made)));
        }
        const std::string path = m_folder.filePath("sheet.png").toStdString();
        writePng(series(), 1, 0, path, severalRecords(records).dump());
        const Provenance found = readProvenance(path);
        QCOMPARE(found.records.size(), std::size_t{3});
        QCOMPARE(recordedSettings(found, 3).text("level"), std::string("6"));
        writePng(series(), 1, 0, path, severalRecords({}).dump());
        try {
            recordedSettings(readProvenance(path), std::nullopt);
            QFAIL("there is no variation");
        } catch (const Error& error) {
            QVERIFY2(std::string(error.what()).find("shows no variation") != std::string::npos, error.what());
        }
    }

    void wildRecordsAreRefused() {
        const std::string whole = provenance(trajectory(series(), settings())).dump();
        for (const auto& [from, to] : {std::pair{"\"level\":23", "\"level\":-4"},
                                       {"\"level\":23", "\"level\":\"many\""},
                                       {"\"process\":\"diffeomorphic\"", "\"process\":\"other\""},
                                       {"\"seed\":9007199254740991", "\"seed\":-1"},
                                       {"\"slice\":1", "\"slice\":{}"},
                                       {"\"scales\":[", "\"scales\":[1,"}}) {
            std::string text = whole;
            const auto at = text.find(from);
            QVERIFY2(at != std::string::npos, from);
            text.replace(at, std::string(from).size(), to);
            QVERIFY_EXCEPTION_THROWN(recordedSettings({1, {}, false, Json::parse(text)}), Error);
        }
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestProvenance)
#include "TestProvenance.moc"
