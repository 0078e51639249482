#include "io/MetaHeader.h"

#include "errors/Error.h"
#include "io/Memory.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <zlib.h>

namespace drdm::meta {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longestHeader = 16U << 20U;
constexpr double deflateLimit = 1032;  // deflate cannot compress more than this many times

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
    throw Error(path + ": " + what);
}

std::string trimmed(const std::string& text) {
    const auto first = text.find_first_not_of(" \t\r");
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Keys and values; where the data begins behind the header.
std::map<std::string, std::string> linesOf(const std::string& path, std::uint64_t& end) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Error("cannot open " + path + "; check that the file exists and may be read");
    }
    std::map<std::string, std::string> lines;
    std::string line;
    char c = 0;
    std::size_t count = 0;
    while (file.get(c)) {
        if (++count > longestHeader || (static_cast<unsigned char>(c) < 0x20 && std::strchr("\t\r\n", c) == nullptr)) {
            break;
        }
        if (c != '\n') {
            line.push_back(c);
            continue;
        }
        const auto equals = line.find('=');
        if (equals == std::string::npos) {
            break;
        }
        const std::string key = trimmed(line.substr(0, equals));
        lines[key] = trimmed(line.substr(equals + 1));
        line.clear();
        if (key == "ElementDataFile") {
            end = count;
            return lines;
        }
    }
    refuse(path, "not a MetaImage (no lines \"key = value\" that end with ElementDataFile)");
}

class Keys {
public:
    Keys(std::string path, std::map<std::string, std::string> lines)
        : m_path(std::move(path)), m_lines(std::move(lines)) {}

    /// Takes the first of several names that is there; empty if none is.
    std::string take(std::initializer_list<const char*> names) {
        std::string value;
        for (const char* name : names) {
            const auto found = m_lines.find(name);
            if (found != m_lines.end()) {
                value = value.empty() ? found->second : value;
                m_lines.erase(found);
            }
        }
        return value;
    }

    std::vector<double> numbers(std::initializer_list<const char*> names, std::size_t count, double missing) {
        const std::string text = take(names);
        if (text.empty()) {
            return std::vector<double>(count, missing);
        }
        std::istringstream stream(text);
        std::vector<double> values;
        for (std::string word; stream >> word;) {
            char* last = nullptr;
            const double value = std::strtod(word.c_str(), &last);
            if (*last != '\0' || !std::isfinite(value)) {
                refuse(m_path, std::string("damaged header: ") + *names.begin() + " = " + text.substr(0, 80));
            }
            values.push_back(value);
        }
        if (values.size() != count) {
            refuse(m_path, std::string("damaged header: ") + *names.begin() + " has " + std::to_string(values.size()) +
                               " numbers instead of " + std::to_string(count));
        }
        return values;
    }

    [[nodiscard]] std::map<std::string, std::string> rest() const { return m_lines; }

private:
    std::string m_path;
    std::map<std::string, std::string> m_lines;
};

int bytesOf(const std::string& type) {
    static const std::map<std::string, int> known{{"MET_CHAR", 1},   {"MET_UCHAR", 1}, {"MET_SHORT", 2},
                                                  {"MET_USHORT", 2}, {"MET_INT", 4},   {"MET_UINT", 4},
                                                  {"MET_FLOAT", 4},  {"MET_DOUBLE", 8}};
    const auto found = known.find(type.ends_with("_ARRAY") ? type.substr(0, type.size() - 6) : type);
    return found == known.end() ? 0 : found->second;
}

void setGeometry(Header& header, Keys& keys, std::size_t dims) {
    const auto size = keys.numbers({"DimSize"}, dims, 0);
    const auto spacing = keys.numbers({"ElementSpacing", "ElementSize"}, dims, 1);
    const auto offset = keys.numbers({"Offset", "Position", "Origin"}, dims, 0);
    auto matrix = keys.numbers({"TransformMatrix", "Rotation", "Orientation"}, dims * dims, 0);
    if (std::all_of(matrix.begin(), matrix.end(), [](double v) { return v == 0; })) {
        for (std::size_t k = 0; k < dims; ++k) {
            matrix[k * dims + k] = 1;
        }
    }
    for (const double count : size) {
        if (!(count >= 1 && count <= 1e6) || count != std::floor(count)) {
            refuse(header.path, "damaged header: a size of " + std::to_string(count) + " voxels");
        }
    }
    Geometry& g = header.geometry;
    for (std::size_t axis = 0; axis < std::min<std::size_t>(dims, 3); ++axis) {
        g.size[axis] = static_cast<std::int64_t>(size[axis]);
        g.spacing_mm[axis] = std::abs(spacing[axis]);
        g.origin_mm[axis] = offset[axis];
        for (std::size_t i = 0; i < std::min<std::size_t>(dims, 3); ++i) {
            g.direction[i][axis] = matrix[axis * dims + i];
        }
    }
    header.phases = dims == 4 ? static_cast<std::int64_t>(size[3]) : 1;
    withContext("while reading " + header.path, [&] { g.validate(); });
}

/// Where the data is, and that there is as much as the header promises.
void findData(Header& header, const std::string& named, std::uint64_t end, double stated) {
    header.dataFile = header.path;
    header.dataOffset = end;
    if (named != "LOCAL" && named != "Local" && named != "local") {
        if (named.empty() || named.starts_with("LIST") || named.find('%') != std::string::npos) {
            refuse(header.path, "its data lies in several files, which is not supported; convert it to one .mha file");
        }
        if (named.find('/') != std::string::npos || named.find('\\') != std::string::npos) {
            refuse(header.path, "its data is said to lie in another folder (" + named + "); put both files together");
        }
        header.dataFile = (fs::path(header.path).parent_path() / named).string();
        header.dataOffset = 0;
    }
    std::error_code code;
    const std::uintmax_t have = fs::file_size(header.dataFile, code);
    if (code) {
        refuse(header.path,
               "its data, " + header.dataFile + ", cannot be read: " + code.message() + "; put both files together");
    }
    double need = header.bytes;
    for (const std::int64_t count : header.geometry.size) {
        need *= static_cast<double>(count);
    }
    need *= static_cast<double>(header.phases) * header.channels;
    if (header.dataFile != header.path && !header.compressed && stated < 0 && static_cast<double>(have) > need) {
        header.dataOffset = have - static_cast<std::uint64_t>(need);  // HeaderSize = -1: the data is at the end
    } else if (header.dataFile != header.path && stated > 0) {
        header.dataOffset = static_cast<std::uint64_t>(std::min(stated, static_cast<double>(have)));
    }
    const double rest = static_cast<double>(have) - static_cast<double>(header.dataOffset);
    if (need > rest * (header.compressed ? deflateLimit : 1)) {
        refuse(header.path, "cut short or damaged: the header promises " + std::to_string(need) + " bytes of voxels, " +
                                std::to_string(rest) + (header.compressed ? " compressed" : "") +
                                " are there; copy it again from its source");
    }
    requireMemory(static_cast<std::uint64_t>(need) / static_cast<std::uint64_t>(header.bytes) * 8,
                  "the image in " + header.path);
}

template <typename Type>
void convert(const std::vector<char>& bytes, bool swapped, std::vector<float>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        char one[sizeof(Type)];
        std::copy_n(bytes.data() + i * sizeof(Type), sizeof(Type), one);
        if (swapped) {
            std::reverse(one, one + sizeof(Type));
        }
        Type value;
        std::memcpy(&value, one, sizeof(Type));
        values[i] = static_cast<float>(value);
    }
}

void inflateInto(std::vector<char>& bytes, const std::vector<char>& packed, const std::string& path) {
    z_stream stream{};
    if (inflateInit2(&stream, 15 + 32) != Z_OK) {  // zlib or gzip
        throw Error("cannot start reading the compressed data of " + path + "; memory is short");
    }
    std::size_t taken = 0, made = 0;
    int state = Z_OK;
    while (state == Z_OK && made < bytes.size() && taken < packed.size()) {
        const std::size_t most = 1U << 30U;  // zlib counts in 32 bits
        stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data() + taken));
        stream.avail_in = static_cast<uInt>(std::min(most, packed.size() - taken));
        stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + made);
        stream.avail_out = static_cast<uInt>(std::min(most, bytes.size() - made));
        const uInt in = stream.avail_in, out = stream.avail_out;
        state = inflate(&stream, Z_NO_FLUSH);
        taken += in - stream.avail_in;
        made += out - stream.avail_out;
    }
    inflateEnd(&stream);
    if (made != bytes.size()) {
        refuse(path, "its compressed data is damaged (" + std::to_string(made) + " of " + std::to_string(bytes.size()) +
                         " bytes can be read); copy it again from its source");
    }
}

}  // namespace

Header readHeader(const std::string& path) {
    Header header;
    header.path = path;
    std::uint64_t end = 0;
    Keys keys(path, linesOf(path, end));
    const auto dims = static_cast<std::size_t>(keys.numbers({"NDims"}, 1, 0)[0]);
    if (dims < 2 || dims > 4) {
        refuse(path, "images of " + std::to_string(dims) + " dimensions are not supported");
    }
    header.type = keys.take({"ElementType"});
    header.bytes = bytesOf(header.type);
    if (header.bytes == 0) {
        refuse(path, "numbers of the type " + header.type.substr(0, 40) + " are not supported; convert them to floats");
    }
    const double channels = keys.numbers({"ElementNumberOfChannels"}, 1, 1)[0];
    if (!(channels >= 1 && channels <= 64)) {
        refuse(path, "damaged header: " + std::to_string(channels) + " numbers per voxel");
    }
    header.channels = static_cast<int>(channels);
    const auto isTrue = [&keys](std::initializer_list<const char*> names) {
        const std::string value = keys.take(names);
        return !value.empty() && (value[0] == 'T' || value[0] == 't' || value[0] == '1');
    };
    if (const std::string binary = keys.take({"BinaryData"});
        !binary.empty() && (binary[0] == 'F' || binary[0] == 'f')) {
        refuse(path, "its voxels are written as text, which is not supported; convert it to a binary .mha file");
    }
    header.swapped = isTrue({"BinaryDataByteOrderMSB", "ElementByteOrderMSB"});
    header.compressed = isTrue({"CompressedData"});
    setGeometry(header, keys, dims);
    const std::string named = keys.take({"ElementDataFile"});
    findData(header, named, end, keys.numbers({"HeaderSize"}, 1, 0)[0]);
    header.others = keys.rest();
    return header;
}

std::vector<float> readValues(const Header& header) {
    const auto count = static_cast<std::size_t>(header.geometry.voxelCount() * header.phases * header.channels);
    std::vector<char> bytes(count * static_cast<std::size_t>(header.bytes));
    std::ifstream file(header.dataFile, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(header.dataOffset));
    if (header.compressed) {
        const std::uintmax_t size = fs::file_size(header.dataFile) - header.dataOffset;
        requireMemory(size, "the compressed data of " + header.path);
        std::vector<char> packed(size);
        file.read(packed.data(), static_cast<std::streamsize>(packed.size()));
        packed.resize(static_cast<std::size_t>(file.gcount()));
        inflateInto(bytes, packed, header.path);
    } else {
        file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (static_cast<std::size_t>(file.gcount()) != bytes.size()) {
            refuse(header.path, "the file ends too early; copy it again from its source");
        }
    }
    std::vector<float> values(count);
    const std::string type =
        header.type.ends_with("_ARRAY") ? header.type.substr(0, header.type.size() - 6) : header.type;
    if (type == "MET_CHAR") {
        convert<std::int8_t>(bytes, header.swapped, values);
    } else if (type == "MET_UCHAR") {
        convert<std::uint8_t>(bytes, header.swapped, values);
    } else if (type == "MET_SHORT") {
        convert<std::int16_t>(bytes, header.swapped, values);
    } else if (type == "MET_USHORT") {
        convert<std::uint16_t>(bytes, header.swapped, values);
    } else if (type == "MET_INT") {
        convert<std::int32_t>(bytes, header.swapped, values);
    } else if (type == "MET_UINT") {
        convert<std::uint32_t>(bytes, header.swapped, values);
    } else if (type == "MET_FLOAT") {
        convert<float>(bytes, header.swapped, values);
    } else {
        convert<double>(bytes, header.swapped, values);
    }
    return values;
}

}  // namespace drdm::meta
