#pragma once

#include <QImage>
#include <QString>

#include <functional>
#include <memory>
#include <string>

namespace drdm {

enum class MovieFormat { Mp4, Gif, Pictures };

struct MovieSettings {
    MovieFormat format = MovieFormat::Mp4;
    QString path;                 ///< file; for pictures a folder, which must not be there yet
    double framesPerSecond = 10;  ///< 0.1 … 100
    QString comment;              ///< what it shows and who made it; kept in GIF and PNG files
    /// How what it shows was made (JSON, tasks/Provenance.h); called once, on the writer's thread. May be empty. Kept
    /// in GIF and PNG files (tasks/FileNotes.h); MP4 files, into which OpenCV can write no tags, get NAME.mp4.json
    /// beside them.
    std::function<std::string()> provenance = {};
};

/// Writes pictures one after the other as an MPEG-4 film (avc1, else mp4v), an animated GIF (256 colours of its own for
/// each picture) or numbered PNG files. Until finish() everything stands under a name with ".partial" in it, which is
/// removed when the writer goes without. One thread at a time.
class MovieWriter {
public:
    /// \throws Error if the place cannot be written.
    explicit MovieWriter(const MovieSettings& settings);
    ~MovieWriter();
    MovieWriter(const MovieWriter&) = delete;
    MovieWriter& operator=(const MovieWriter&) = delete;

    /// Shows `picture` for `repeats` frames. All pictures must have the size of the first one; odd sizes are padded to
    /// even ones in films. \throws Error naming the file and what to do.
    void add(const QImage& picture, int repeats = 1);
    /// Completes the file, reads back that nothing is missing, and gives it its name. \throws Error
    void finish();
    [[nodiscard]] int frames() const { return m_frames; }

    /// What does the writing of one format.
    class Encoder {
    public:
        virtual ~Encoder() = default;
        virtual void add(const QImage& picture, int repeats) = 0;
        virtual void close() = 0;  ///< \throws Error if what was written is not whole
    };

private:
    MovieSettings m_settings;
    QString m_partial;
    QSize m_size;
    int m_frames = 0;
    std::unique_ptr<Encoder> m_encoder;
};

/// The encoders; `partial` is the name to write under, `settings.path` the one to name in errors.
std::unique_ptr<MovieWriter::Encoder> mp4Encoder(const QString& partial, const MovieSettings& settings);
std::unique_ptr<MovieWriter::Encoder> gifEncoder(const QString& partial, const MovieSettings& settings);
std::unique_ptr<MovieWriter::Encoder> pictureEncoder(const QString& partial, const MovieSettings& settings);

}  // namespace drdm
