#include "errors/Error.h"
#include "render/ColourTable.h"
#include "render/MovieWriter.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cmath>
#include <gif_lib.h>
#include <memory>

namespace drdm {

namespace {

int toFile(GifFileType* gif, const GifByteType* bytes, int count) {
    return static_cast<int>(static_cast<QFile*>(gif->UserData)->write(reinterpret_cast<const char*>(bytes), count));
}

/// Loops for ever; repeated pictures are shown longer instead of being stored again.
class GifEncoder : public MovieWriter::Encoder {
public:
    GifEncoder(const QString& partial, const MovieSettings& settings) : m_file(partial), m_settings(settings) {
        if (!m_file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
            fail();
        }
        int code = 0;
        m_gif = EGifOpen(&m_file, toFile, &code);
        if (!m_gif) {
            fail();
        }
        EGifSetGifVersion(m_gif, true);
    }

    ~GifEncoder() override {
        if (m_gif) {
            int code = 0;
            EGifCloseFile(m_gif, &code);
        }
    }

    void add(const QImage& picture, int repeats) override {
        const QImage indexed = withColourTable(picture);
        if (!m_begun) {
            begin(indexed);
        }
        GraphicsControlBlock block{};
        block.DisposalMode = DISPOSE_DO_NOT;
        block.DelayTime =
            std::clamp(static_cast<int>(std::lround(100.0 * repeats / m_settings.framesPerSecond)), 2, 65535);
        block.TransparentColor = NO_TRANSPARENT_COLOR;
        std::array<GifByteType, 4> control{};
        EGifGCBToExtension(&block, control.data());
        check(EGifPutExtension(m_gif, GRAPHICS_EXT_FUNC_CODE, static_cast<int>(control.size()), control.data()));
        const auto colours = tableOf(indexed);
        check(EGifPutImageDesc(m_gif, 0, 0, indexed.width(), indexed.height(), false, colours.get()));
        for (int y = 0; y < indexed.height(); ++y) {
            check(EGifPutLine(m_gif, const_cast<GifPixelType*>(indexed.constScanLine(y)), indexed.width()));
        }
    }

    void close() override {
        int code = 0;
        GifFileType* gif = std::exchange(m_gif, nullptr);
        check(EGifCloseFile(gif, &code));
        if (!m_file.flush()) {
            fail();
        }
        m_file.close();
    }

private:
    using Table = std::unique_ptr<ColorMapObject, void (*)(ColorMapObject*)>;

    static Table tableOf(const QImage& indexed) {
        std::array<GifColorType, 256> colours{};
        const QList<QRgb> table = indexed.colorTable();
        for (qsizetype i = 0; i < table.size(); ++i) {
            colours[static_cast<std::size_t>(i)] = {static_cast<GifByteType>(qRed(table[i])),
                                                    static_cast<GifByteType>(qGreen(table[i])),
                                                    static_cast<GifByteType>(qBlue(table[i]))};
        }
        return {GifMakeMapObject(256, colours.data()), GifFreeMapObject};
    }

    void begin(const QImage& first) {
        m_begun = true;
        check(EGifPutScreenDesc(m_gif, first.width(), first.height(), 8, 0, nullptr));
        check(EGifPutExtensionLeader(m_gif, APPLICATION_EXT_FUNC_CODE));
        check(EGifPutExtensionBlock(m_gif, 11, "NETSCAPE2.0"));
        constexpr std::array<GifByteType, 3> forever{1, 0, 0};
        check(EGifPutExtensionBlock(m_gif, static_cast<int>(forever.size()), forever.data()));
        check(EGifPutExtensionTrailer(m_gif));
        if (const QByteArray comment = m_settings.comment.toUtf8(); !comment.isEmpty()) {
            check(EGifPutComment(m_gif, comment.constData()));
        }
        if (m_settings.provenance) {
            check(EGifPutComment(m_gif, m_settings.provenance().c_str()));
        }
    }

    void check(int result) const {
        if (result == GIF_ERROR) {
            fail();
        }
    }

    [[noreturn]] void fail() const {
        throw Error("cannot write " + m_settings.path.toStdString() + " (" + m_file.errorString().toStdString() +
                    "); make room on the disk or choose another place");
    }

    QFile m_file;
    MovieSettings m_settings;
    GifFileType* m_gif = nullptr;
    bool m_begun = false;
};

}  // namespace

std::unique_ptr<MovieWriter::Encoder> gifEncoder(const QString& partial, const MovieSettings& settings) {
    return std::make_unique<GifEncoder>(partial, settings);
}

}  // namespace drdm
