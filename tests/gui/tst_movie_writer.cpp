#include "GuiTest.h"
#include "errors/Error.h"
#include "parameters/Json.h"
#include "render/ColourTable.h"
#include "render/MovieEncoder.h"
#include "tasks/FileNotes.h"

#include <QDir>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <opencv2/videoio.hpp>

#include <csignal>
#include <gif_lib.h>
#include <sys/resource.h>

using namespace drdm;

namespace {

constexpr int patient_ms = 30000;

QColor colourOf(int frame) {
    return {20 + 20 * frame, 200 - 15 * frame, 90};
}

/// One colour at the left, white at the right.
QImage frame(int number, QSize size = {161, 97}) {
    QImage picture(size, QImage::Format_RGB32);
    for (int y = 0; y < size.height(); ++y) {
        for (int x = 0; x < size.width(); ++x) {
            picture.setPixelColor(x, y, x < size.width() / 2 ? colourOf(number) : Qt::white);
        }
    }
    return picture;
}

int farthest(const QColor& a, const QColor& b) {
    return std::max({std::abs(a.red() - b.red()), std::abs(a.green() - b.green()), std::abs(a.blue() - b.blue())});
}

/// Pictures that compress badly, so that a small limit of the file size is reached.
QImage noise(quint32 seed) {
    QImage picture(320, 240, QImage::Format_RGB32);
    for (int y = 0; y < picture.height(); ++y) {
        for (int x = 0; x < picture.width(); ++x) {
            seed = seed * 1664525U + 1013904223U;
            picture.setPixel(x, y, 0xff000000U | (seed >> 8));
        }
    }
    return picture;
}

/// A full disk: files of this process end at `bytes`.
class FileLimit {
public:
    explicit FileLimit(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit = m_before;
        limit.rlim_cur = bytes;
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileLimit() { setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
};

}  // namespace

class MovieWriterTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void filmsAreReadBackFrameByFrame() {
        QTemporaryDir folder;
        const QString path = folder.filePath("steps.mp4");
        write(MovieFormat::Mp4, path);
        cv::VideoCapture film(path.toStdString(), cv::CAP_FFMPEG);
        QVERIFY(film.isOpened());
        QVERIFY(std::abs(film.get(cv::CAP_PROP_FPS) - 8) < 0.01);
        QCOMPARE(static_cast<int>(film.get(cv::CAP_PROP_FRAME_WIDTH)), 162);  // even
        QCOMPARE(static_cast<int>(film.get(cv::CAP_PROP_FRAME_HEIGHT)), 98);
        cv::Mat pixels;
        QList<int> shown{0, 1, 2, 3, 4, 5, 5, 5};
        for (const int number : shown) {
            QVERIFY(film.read(pixels));
            const auto bgr = pixels.at<cv::Vec3b>(50, 40);
            const QColor colour(bgr[2], bgr[1], bgr[0]);
            QVERIFY2(farthest(colour, colourOf(number)) < 12, qPrintable(colour.name()));
            QVERIFY(pixels.at<cv::Vec3b>(50, 120)[1] > 240);
        }
        QVERIFY(!film.read(pixels));
    }

    void animationsKeepTheirColours() {
        QTemporaryDir folder;
        const QString path = folder.filePath("steps.gif");
        write(MovieFormat::Gif, path);
        int code = 0;
        GifFileType* gif = DGifOpenFileName(path.toLocal8Bit().constData(), &code);
        QVERIFY(gif && DGifSlurp(gif) == GIF_OK);
        QCOMPARE(gif->SWidth, 161);
        QCOMPARE(gif->ImageCount, 6);  // the last one stands for three frames
        for (int i = 0; i < gif->ImageCount; ++i) {
            GraphicsControlBlock block{};
            QCOMPARE(DGifSavedExtensionToGCB(gif, i, &block), GIF_OK);
            QCOMPARE(block.DelayTime, i < 5 ? 13 : 38);  // hundredths of a second
            const SavedImage& image = gif->SavedImages[i];
            const GifColorType colour = image.ImageDesc.ColorMap->Colors[image.RasterBits[50 * 161 + 40]];
            QCOMPARE(QColor(colour.Red, colour.Green, colour.Blue), colourOf(i));
        }
        DGifCloseFile(gif, &code);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.contains("NETSCAPE2.0") && bytes.contains("seed 7"));
    }

    void picturesAreNumbered() {
        QTemporaryDir folder;
        const QString path = folder.filePath("steps");
        write(MovieFormat::Pictures, path);
        QCOMPARE(QDir(path).entryList(QDir::Files).size(), 8);
        const QImage third(path + "/frame-0003.png");
        QCOMPARE(third.pixelColor(10, 10), colourOf(2));
        QCOMPARE(third.text("Comment"), QString("seed 7"));
        QVERIFY_EXCEPTION_THROWN(MovieWriter({MovieFormat::Pictures, path, 8, {}}), Error);  // never over old ones
    }

    void filmsSayHowTheyWereMade() {
        const QTemporaryDir folder;
        int asked = 0;
        // Long, and not in ASCII alone: several blocks in a GIF, another kind of text in a PNG.
        Json model = Json::object(), json = Json::object();
        model.set("name", std::string(700, 'm') + "ä—");
        json.set("program", "DRDM Studio").set("model", model);
        const std::string note = json.dump();
        const auto made = [&](MovieFormat format, const QString& name) {
            MovieWriter writer({format, folder.filePath(name), 8, "seed 7", [&] {
                                    ++asked;
                                    return note;
                                }});
            writer.add(frame(1));
            writer.add(frame(2), 2);
            writer.finish();
            return folder.filePath(name).toStdString();
        };
        QCOMPARE(readGifNote(made(MovieFormat::Gif, "a.gif")), note);
        const std::string pictures = made(MovieFormat::Pictures, "pictures");
        QCOMPARE(readPngNote(pictures + "/frame-0001.png"), note);
        QCOMPARE(readPngNote(pictures + "/frame-0003.png"), note);
        const std::string film = made(MovieFormat::Mp4, "a.mp4");
        QCOMPARE(asked, 3);
        const Json back = Json::parse(readFilmNote(film));
        QCOMPARE(back.at("model").at("name").string().size(), std::size_t{705});
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files),
                 (QStringList{"a.gif", "a.mp4", "a.mp4.json"}));  // nothing half-written
        // A film without a record in its place takes the other one's record away.
        MovieWriter plain({MovieFormat::Mp4, QString::fromStdString(film), 8, {}});
        plain.add(frame(3));
        plain.finish();
        QCOMPARE(readFilmNote(film), std::string());
    }

    void medianCutKeepsGreysAndColoursApart() {
        const QImage few = withColourTable(frame(3));
        QCOMPARE(few.pixelColor(10, 10), colourOf(3));
        // All 256 greys and 4096 colours: each pixel stays near its colour.
        QImage many(256, 64, QImage::Format_RGB32);
        for (int y = 0; y < 64; ++y) {
            for (int x = 0; x < 256; ++x) {
                many.setPixel(x, y, y < 32 ? qRgb(x, x, x) : qRgb(x, 4 * y - 128, 255 - x));
            }
        }
        const QImage table = withColourTable(many);
        QVERIFY(table.colorCount() <= 256);
        double sum = 0;
        int worst = 0;
        for (int y = 0; y < 64; ++y) {
            for (int x = 0; x < 256; ++x) {
                const int off = farthest(many.pixelColor(x, y), table.pixelColor(x, y));
                sum += off;
                worst = std::max(worst, off);
            }
        }
        QVERIFY2(sum / (256 * 64) < 6 && worst < 40, qPrintable(QString("%1 %2").arg(sum / (256 * 64)).arg(worst)));
    }

    void fullDiskIsSaidAndNothingIsLeft_data() {
        QTest::addColumn<MovieFormat>("format");
        QTest::addColumn<QString>("name");
        QTest::newRow("film") << MovieFormat::Mp4 << "full.mp4";
        QTest::newRow("animation") << MovieFormat::Gif << "full.gif";
        QTest::newRow("pictures") << MovieFormat::Pictures << "full";
    }
    void fullDiskIsSaidAndNothingIsLeft() {
        QFETCH(MovieFormat, format);
        QFETCH(QString, name);
        QTemporaryDir folder;
        QString message;
        {
            const FileLimit limit(60000);
            MovieEncoder encoder({format, folder.filePath(name), 10, {}});
            QSignalSpy failed(&encoder, &MovieEncoder::failed), finished(&encoder, &MovieEncoder::finished);
            for (quint32 i = 0; i < 6; ++i) {
                encoder.add([i] { return noise(i); }, 1);
            }
            encoder.finish();
            QTRY_COMPARE_WITH_TIMEOUT(failed.size() + finished.size(), 1, patient_ms);
            QCOMPARE(failed.size(), 1);
            message = failed[0][0].toString();
        }
        QVERIFY2(message.contains(folder.filePath(name)) && message.contains("make room"), qPrintable(message));
        QVERIFY(QDir(folder.path()).isEmpty());
    }

    void badPlacesAreRefused() {
        QTemporaryDir folder;
        MovieEncoder encoder({MovieFormat::Mp4, folder.filePath("absent/film.mp4"), 10, {}});
        QSignalSpy failed(&encoder, &MovieEncoder::failed);
        encoder.add([] { return frame(1); }, 1);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, patient_ms);
        QVERIFY(failed[0][0].toString().contains("absent"));
        MovieWriter writer({MovieFormat::Gif, folder.filePath("a.gif"), 10, {}});
        writer.add(frame(1));
        QVERIFY_EXCEPTION_THROWN(writer.add(frame(1, {80, 80})), Error);
        MovieWriter none({MovieFormat::Gif, folder.filePath("b.gif"), 10, {}});
        QVERIFY_EXCEPTION_THROWN(none.finish(), Error);
    }

    void cancellationLeavesWhatWasThere() {
        QTemporaryDir folder;
        const QString path = folder.filePath("steps.gif");
        QFile old(path);
        QVERIFY(old.open(QIODevice::WriteOnly));
        old.write("what was there");
        old.close();
        QSemaphore go;
        {
            MovieEncoder encoder({MovieFormat::Gif, path, 10, {}});
            QSignalSpy cancelled(&encoder, &MovieEncoder::cancelled);
            for (int i = 0; i < 6; ++i) {
                encoder.add(
                    [&go, i] {
                        go.acquire();
                        return frame(i);
                    },
                    1);
            }
            QVERIFY(!encoder.hasRoom());  // six wait or are being made, four may
            go.release(1);
            encoder.cancel();
            go.release(6);
            QTRY_COMPARE_WITH_TIMEOUT(cancelled.size(), 1, patient_ms);
        }
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList{"steps.gif"});
        QVERIFY(old.open(QIODevice::ReadOnly));
        QCOMPARE(old.readAll(), QByteArray("what was there"));
    }

private:
    /// Six frames, the last one held for two more.
    static void write(MovieFormat format, const QString& path) {
        MovieWriter writer({format, path, 8, "seed 7"});
        for (int i = 0; i < 6; ++i) {
            writer.add(frame(i), i == 5 ? 3 : 1);
        }
        QVERIFY(!QFile::exists(path));
        writer.finish();
        QCOMPARE(writer.frames(), 8);
        QVERIFY(QFile::exists(path));
    }
};

DRDM_GUI_TEST_MAIN(MovieWriterTest)
#include "tst_movie_writer.moc"
