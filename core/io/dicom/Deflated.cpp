#include "io/dicom/Deflated.h"

#include "errors/Error.h"
#include "io/Memory.h"

#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>
#include <zlib.h>

namespace drdm::dicom {

namespace {

constexpr std::string_view deflatedUid = "1.2.840.10008.1.2.1.99";
constexpr std::size_t metaBegin = 132;   // preamble and prefix
constexpr std::size_t groupLength = 12;  // (0002,0000) UL of four bytes
constexpr std::uint64_t most =
    (4ULL << 30U) + (64ULL << 20U);  // the longest pixel data that has a length, and a header
constexpr std::size_t chunk = 1U << 16U;

/// Where the deflated bytes begin; 0 if the file has none.
std::size_t streamBegin(std::ifstream& file) {
    std::array<char, metaBegin + 2048> head{};
    file.read(head.data(), head.size());
    const std::string_view bytes(head.data(), static_cast<std::size_t>(file.gcount()));
    constexpr std::string_view lengthTag("\x02\x00\x00\x00UL\x04\x00", 8);
    if (bytes.size() < metaBegin + groupLength || bytes.substr(metaBegin, lengthTag.size()) != lengthTag) {
        return 0;
    }
    std::uint32_t length = 0;
    std::memcpy(&length, bytes.data() + metaBegin + lengthTag.size(), sizeof(length));  // little endian, as we are
    return bytes.substr(metaBegin + groupLength, length).find(deflatedUid) == std::string_view::npos
               ? 0
               : metaBegin + groupLength + length;
}

}  // namespace

void requireInflatable(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::size_t begin = streamBegin(file);
    if (begin == 0) {
        return;
    }
    file.clear();
    file.seekg(static_cast<std::streamoff>(begin));
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        throw Error("cannot unpack " + path + ": out of memory");
    }
    std::vector<Bytef> in(chunk), out(chunk);
    std::uint64_t size = 0;
    int state = Z_OK;
    while (state == Z_OK && size <= most) {
        if (stream.avail_in == 0) {
            file.read(reinterpret_cast<char*>(in.data()), chunk);
            stream.next_in = in.data();
            stream.avail_in = static_cast<uInt>(file.gcount());
        }
        stream.next_out = out.data();
        stream.avail_out = chunk;
        state = inflate(&stream, Z_NO_FLUSH);
        size += chunk - stream.avail_out;
    }
    inflateEnd(&stream);
    if (size > most) {
        throw Error(path +
                    " unpacks to more than 4 GiB, which no image of one file needs; it is damaged or made to do "
                    "harm, and was not read");
    }
    requireMemory(2 * size, "unpacking " + path);
    // A stream that is cut or damaged is DCMTK's to report, with what it could read.
}

}  // namespace drdm::dicom
