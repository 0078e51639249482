#include "render/MovieWriter.h"

#include "errors/Error.h"
#include "tasks/FileNotes.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <cstdio>

namespace drdm {

namespace {

/// "film.mp4" → "film.partial.mp4": the ending chooses the container.
QString partialName(const MovieSettings& settings) {
    const QFileInfo file(settings.path);
    if (settings.format == MovieFormat::Pictures) {
        return settings.path + ".partial";
    }
    return file.dir().filePath(file.completeBaseName() + ".partial." + file.suffix());
}

void removeWhatIsThere(const QString& path) {
    if (QFileInfo(path).isDir()) {
        QDir(path).removeRecursively();
    } else {
        QFile::remove(path);
    }
}

class PictureEncoder : public MovieWriter::Encoder {
public:
    PictureEncoder(const QString& partial, const MovieSettings& settings) : m_folder(partial), m_settings(settings) {
        if (!QDir().mkpath(partial)) {
            throw Error("cannot make the folder " + settings.path.toStdString() +
                        "; choose a place that can be written");
        }
    }

    void add(const QImage& picture, int repeats) override {
        QImage noted = picture;
        noted.setText("Comment", m_settings.comment);
        if (m_number == 0 && m_settings.provenance) {
            m_note = QString::fromStdString(m_settings.provenance());
        }
        if (!m_note.isEmpty()) {
            noted.setText(noteKeyword, m_note);
        }
        for (int i = 0; i < repeats; ++i) {
            const QString name = m_folder.filePath(QString("frame-%1.png").arg(++m_number, 4, 10, QChar('0')));
            if (!noted.save(name, "PNG")) {
                throw Error("cannot write picture " + std::to_string(m_number) + " of " +
                            m_settings.path.toStdString() + "; make room on the disk or choose another place");
            }
        }
    }

    void close() override {}

private:
    QDir m_folder;
    MovieSettings m_settings;
    QString m_note;
    int m_number = 0;
};

}  // namespace

std::unique_ptr<MovieWriter::Encoder> pictureEncoder(const QString& partial, const MovieSettings& settings) {
    return std::make_unique<PictureEncoder>(partial, settings);
}

MovieWriter::MovieWriter(const MovieSettings& settings) : m_settings(settings), m_partial(partialName(settings)) {
    const QFileInfo target(settings.path);
    if (!target.dir().exists()) {
        throw Error("there is no folder " + target.absolutePath().toStdString() + "; choose one that is there");
    }
    if (settings.format == MovieFormat::Pictures ? target.exists() : target.isDir()) {
        throw Error(settings.path.toStdString() + " is there already; choose another name");
    }
    if (!QFileInfo(target.absolutePath()).isWritable()) {
        throw Error("the folder " + target.absolutePath().toStdString() + " cannot be written; choose another one");
    }
    removeWhatIsThere(m_partial);
}

MovieWriter::~MovieWriter() {
    m_encoder.reset();
    removeWhatIsThere(m_partial);
}

void MovieWriter::add(const QImage& picture, int repeats) {
    if (!m_encoder) {
        m_size = picture.size();
        switch (m_settings.format) {
            case MovieFormat::Mp4:
                m_encoder = mp4Encoder(m_partial, m_settings);
                break;
            case MovieFormat::Gif:
                m_encoder = gifEncoder(m_partial, m_settings);
                break;
            case MovieFormat::Pictures:
                m_encoder = pictureEncoder(m_partial, m_settings);
                break;
        }
    }
    if (picture.size() != m_size) {
        throw Error("frame " + std::to_string(m_frames + 1) + " of " + m_settings.path.toStdString() +
                    " has another size than those before; leave the window's size as it is while a film is written");
    }
    m_encoder->add(picture, repeats);
    m_frames += repeats;
}

void MovieWriter::finish() {
    if (!m_encoder) {
        throw Error("nothing was drawn for " + m_settings.path.toStdString() + "; choose at least one step");
    }
    m_encoder->close();
    m_encoder.reset();
    // POSIX rename takes the place of what was there in one go; QFile::rename would refuse.
    if (std::rename(QFile::encodeName(m_partial).constData(), QFile::encodeName(m_settings.path).constData()) != 0) {
        throw Error("cannot give " + m_partial.toStdString() + " its name " + m_settings.path.toStdString() +
                    "; check that the folder can be written");
    }
    if (m_settings.format == MovieFormat::Mp4) {
        QFile::remove(QString::fromStdString(filmNotePath(m_settings.path.toStdString())));  // of the film before
        if (m_settings.provenance) {
            writeFilmNote(m_settings.path.toStdString(), m_settings.provenance());
        }
    }
}

}  // namespace drdm
