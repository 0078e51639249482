#include "errors/Error.h"
#include "render/MovieWriter.h"

#include <QPainter>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/videoio.hpp>

namespace drdm {

namespace {

/// Writes through FFmpeg, which reports no failure of a write: what was written is counted in the end.
class Mp4Encoder : public MovieWriter::Encoder {
public:
    Mp4Encoder(const QString& partial, const MovieSettings& settings)
        : m_partial(partial.toStdString()), m_settings(settings) {
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    }

    void add(const QImage& picture, int repeats) override {
        if (!m_writer.isOpened()) {
            open(picture.size());
        }
        // Even sizes only: a border of the last column and row.
        QImage frame(m_size, QImage::Format_BGR888);
        frame.fill(Qt::black);
        QPainter painter(&frame);
        painter.drawImage(0, 0, picture);
        painter.end();
        const cv::Mat pixels(frame.height(), frame.width(), CV_8UC3, frame.bits(),
                             static_cast<std::size_t>(frame.bytesPerLine()));
        for (int i = 0; i < repeats; ++i) {
            m_writer.write(pixels);
            ++m_frames;
        }
    }

    void close() override {
        m_writer.release();
        cv::VideoCapture film(m_partial, cv::CAP_FFMPEG);
        int there = 0;
        while (film.isOpened() && film.grab()) {
            ++there;
        }
        if (there != m_frames) {
            throw Error("only " + std::to_string(there) + " of " + std::to_string(m_frames) +
                        " frames could be written to " + m_settings.path.toStdString() +
                        "; make room on the disk or choose another place");
        }
    }

private:
    void open(QSize size) {
        m_size = {size.width() + size.width() % 2, size.height() + size.height() % 2};
        for (const char* codec : {"avc1", "mp4v"}) {
            if (m_writer.open(m_partial, cv::CAP_FFMPEG,
                              cv::VideoWriter::fourcc(codec[0], codec[1], codec[2], codec[3]),
                              m_settings.framesPerSecond, {m_size.width(), m_size.height()})) {
                return;
            }
        }
        throw Error("cannot write the film " + m_settings.path.toStdString() +
                    "; choose a place that can be written, or another format");
    }

    std::string m_partial;
    MovieSettings m_settings;
    QSize m_size;
    cv::VideoWriter m_writer;
    int m_frames = 0;
};

}  // namespace

std::unique_ptr<MovieWriter::Encoder> mp4Encoder(const QString& partial, const MovieSettings& settings) {
    return std::make_unique<Mp4Encoder>(partial, settings);
}

}  // namespace drdm
