#include "tasks/FileNotes.h"

#include "errors/Error.h"
#include "parameters/Json.h"
#include "parameters/Sha256.h"
#include "tasks/Report.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <zlib.h>

namespace drdm {

namespace {

constexpr std::uint32_t largestNote = 16U << 20U;
constexpr std::size_t pngHead = 8 + 25;  ///< signature and IHDR
constexpr const char* filmHash = "film_sha256";

/// A file read from the front, which may end at any place.
class Bytes {
public:
    explicit Bytes(const std::string& path) : m_path(path), m_file(path, std::ios::binary) {
        std::error_code code;
        m_left = std::filesystem::file_size(path, code);
        if (!m_file || code) {
            throw Error("cannot read " + path + "; check that it exists and may be read");
        }
    }

    std::string take(std::size_t count) {
        std::string bytes;
        if (count <= m_left) {
            bytes.resize(count);
            m_file.read(bytes.data(), static_cast<std::streamsize>(count));
        }
        if (count > m_left || !m_file) {
            throw Error(m_path + " ends too early; it is damaged, export it again");
        }
        m_left -= count;
        return bytes;
    }
    void skip(std::size_t count) {
        if (count > m_left) {
            take(count);  // says so
        }
        m_file.seekg(static_cast<std::streamoff>(count), std::ios::cur);
        m_left -= count;
    }
    [[nodiscard]] bool atEnd() const { return m_left == 0; }

private:
    std::string m_path;
    std::ifstream m_file;
    std::uintmax_t m_left = 0;
};

std::uint32_t bigEndian(const std::string& bytes) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        value = value << 8U | static_cast<unsigned char>(bytes[i]);
    }
    return value;
}

std::string bigEndian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.push_back(static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU));
    }
    return bytes;
}

std::string inflated(const std::string& bytes) {
    for (std::size_t room = 4 * bytes.size() + 1024; room <= largestNote; room *= 4) {
        std::string text(room, '\0');
        uLongf size = text.size();
        const int code = uncompress(reinterpret_cast<Bytef*>(text.data()), &size,
                                    reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uLong>(bytes.size()));
        if (code == Z_OK) {
            text.resize(size);
            return text;
        }
        if (code != Z_BUF_ERROR) {
            break;
        }
    }
    throw Error("its record is damaged");
}

/// The text of a tEXt, zTXt or iTXt chunk with our keyword; else empty.
std::string noteIn(const std::string& kind, const std::string& chunk) {
    const std::string begin = std::string(noteKeyword) + '\0';
    if (!chunk.starts_with(begin)) {
        return {};
    }
    std::string rest = chunk.substr(begin.size());
    if (kind == "tEXt") {
        return rest;
    }
    if (kind == "zTXt") {
        return rest.empty() ? rest : inflated(rest.substr(1));
    }
    // iTXt: whether and how compressed, language, translated keyword, text.
    if (rest.size() < 2) {
        return {};
    }
    const bool compressed = rest[0] != 0;
    std::size_t at = 2;
    for (int word = 0; word < 2; ++word) {
        at = rest.find('\0', at);
        if (at == std::string::npos) {
            return {};
        }
        ++at;
    }
    rest.erase(0, at);
    return compressed ? inflated(rest) : rest;
}

}  // namespace

std::string withPngNote(const std::string& png, const std::string& note) {
    if (png.size() < pngHead || !png.starts_with("\x89PNG")) {
        throw Error("there is no PNG to keep a note in");
    }
    const std::string body = std::string("iTXt") + noteKeyword + std::string(5, '\0') + note;
    const auto sum = static_cast<std::uint32_t>(
        crc32(crc32(0, nullptr, 0), reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
    return png.substr(0, pngHead) + bigEndian(static_cast<std::uint32_t>(body.size() - 4)) + body + bigEndian(sum) +
           png.substr(pngHead);
}

std::string readPngNote(const std::string& path) {
    Bytes file(path);
    if (!file.take(8).starts_with("\x89PNG")) {
        throw Error(path + " is no PNG picture");
    }
    while (!file.atEnd()) {
        const std::uint32_t length = bigEndian(file.take(4));
        const std::string kind = file.take(4);
        const bool text = kind == "tEXt" || kind == "zTXt" || kind == "iTXt";
        if (kind == "IEND") {
            break;
        }
        if (text && length <= largestNote) {
            const std::string note =
                withContext("'" + path + "'", [&, chunk = file.take(length)] { return noteIn(kind, chunk); });
            if (!note.empty()) {
                return note;
            }
        } else {
            file.skip(length);
        }
        file.skip(4);
    }
    return {};
}

std::string readGifNote(const std::string& path) {
    Bytes file(path);
    const auto byte = [&file] { return static_cast<unsigned char>(file.take(1)[0]); };
    const std::string head = file.take(13);
    if (!head.starts_with("GIF8")) {
        throw Error(path + " is no GIF animation");
    }
    const auto flags = static_cast<unsigned char>(head[10]);
    if ((flags & 0x80U) != 0) {
        file.skip(std::size_t{3} << ((flags & 7U) + 1U));
    }
    // Ours stands before the first picture.
    while (byte() == 0x21) {
        const bool comment = byte() == 0xFE;
        std::string text;
        for (unsigned char length = byte(); length != 0; length = byte()) {
            if (comment && text.size() < largestNote) {
                text += file.take(length);
            } else {
                file.skip(length);
            }
        }
        if (text.starts_with('{')) {
            return text;
        }
    }
    return {};
}

std::string filmNotePath(const std::string& film) {
    return film + ".json";
}

void writeFilmNote(const std::string& film, const std::string& note) {
    Json json = Json::parse(note);
    json.set(filmHash, sha256OfFile(film));
    writeTextFile(filmNotePath(film), json.dump(2) + "\n");
}

std::string readFilmNote(const std::string& film) {
    const std::string path = filmNotePath(film);
    std::error_code code;
    if (!std::filesystem::is_regular_file(path, code)) {
        return {};
    }
    Bytes file(path);
    const auto size = std::filesystem::file_size(path, code);
    if (code || size > largestNote) {
        throw Error(path + " is too large to be the record of a film; export the film again");
    }
    const std::string text = file.take(size);
    const Json json = withContext("'" + path + "'", [&] { return Json::parse(text); });
    if (const Json* hash = json.find(filmHash); hash == nullptr || hash->string() != sha256OfFile(film)) {
        throw Error(path + " is the record of another film than " + film +
                    "; put the two files that were exported together beside each other again");
    }
    return text;
}

}  // namespace drdm
