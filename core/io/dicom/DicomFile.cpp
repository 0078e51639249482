#include "io/dicom/DicomFile.h"

#include "errors/Error.h"
#include "io/dicom/Deflated.h"
#include "io/dicom/Jpeg2000Codec.h"

#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dcspchrs.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <mutex>

namespace drdm::dicom {

void initialise() {
    static std::once_flag once;
    std::call_once(once, [] {
        OFLog::configure(OFLogger::OFF_LOG_LEVEL);
        DJDecoderRegistration::registerCodecs();
        DJLSDecoderRegistration::registerCodecs();
        DcmRLEDecoderRegistration::registerCodecs();
        registerJpeg2000();
    });
}

bool looksLikeDicom(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::array<char, 132> bytes{};
    file.read(bytes.data(), bytes.size());
    const auto count = file.gcount();
    if (count == 132 && std::equal(bytes.begin() + 128, bytes.end(), "DICM")) {
        return true;
    }
    // A bare data set begins with a tag of group 0002 or 0008, in either byte order, and a small element number.
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const bool little = (at(0) == 2 || at(0) == 8) && at(1) == 0 && at(3) == 0;
    const bool big = at(0) == 0 && (at(1) == 2 || at(1) == 8) && at(2) == 0;
    return count >= 16 && (little || big);
}

namespace {

std::unique_ptr<DcmFileFormat> open(const std::string& path, bool headerOnly) {
    initialise();
    if (!std::ifstream(path, std::ios::binary)) {
        throw Error("cannot open " + path + "; check that the file exists and may be read");
    }
    if (!looksLikeDicom(path)) {
        throw Error(path +
                    " is not a DICOM file (no DICOM prefix or data set at its beginning); if it was one, "
                    "its beginning is lost: copy it again from its source");
    }
    requireInflatable(path);
    auto file = std::make_unique<DcmFileFormat>();
    // Stopping at the group of the pixel data keeps a scan from reading, or even seeking through, any pixels.
    const DcmTagKey stop = headerOnly ? DcmTagKey(0x7fe0, 0x0000) : DCM_UndefinedTagKey;
    const OFCondition read =
        file->loadFileUntilTag(path.c_str(), EXS_Unknown, EGL_noChange, DCM_MaxReadLength, ERM_autoDetect, stop);
    if (read.bad()) {
        std::error_code ignored;
        throw Error("cannot read " + path + ": " + read.text() + " (the file has " +
                    std::to_string(std::filesystem::file_size(path, ignored)) +
                    " bytes and may be cut short or damaged); copy it again from its source");
    }
    if (file->getDataset() == nullptr || file->getDataset()->card() == 0) {
        throw Error(path + " is not a DICOM file (it holds no data set)");
    }
    return file;
}

std::string trimmed(const OFString& value) {
    std::string result(value.data(), value.size());
    result.erase(std::min(result.find('\0'), result.size()));
    const auto notPadding = [](char c) { return c != ' '; };
    result.erase(std::find_if(result.rbegin(), result.rend(), notPadding).base(), result.end());
    result.erase(result.begin(), std::find_if(result.begin(), result.end(), notPadding));
    return result;
}

bool isUtf8(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        const int following = c < 0x80 ? 0 : (c >> 5U) == 6 ? 1 : (c >> 4U) == 14 ? 2 : (c >> 3U) == 30 ? 3 : -1;
        if (following < 0 || text.size() - i - 1 < static_cast<std::size_t>(following)) {
            return false;
        }
        for (int k = 0; k < following; ++k) {
            if ((static_cast<unsigned char>(text[++i]) >> 6U) != 2) {
                return false;
            }
        }
    }
    return true;
}

std::string fromLatin1(const std::string& text) {
    std::string result;
    for (const char character : text) {
        const auto c = static_cast<unsigned char>(character);
        if (c < 0x80) {
            result.push_back(character);
        } else {
            result.push_back(static_cast<char>(0xC0U | (c >> 6U)));
            result.push_back(static_cast<char>(0x80U | (c & 0x3FU)));
        }
    }
    return result;
}

}  // namespace

std::unique_ptr<DcmFileFormat> openHeader(const std::string& path) {
    return open(path, true);
}

std::unique_ptr<DcmFileFormat> openFile(const std::string& path) {
    return open(path, false);
}

std::string text(DcmItem& item, const DcmTagKey& tag, long position) {
    OFString value;
    const OFCondition found = position < 0 ? item.findAndGetOFStringArray(tag, value)
                                           : item.findAndGetOFString(tag, value, static_cast<unsigned long>(position));
    return found.good() ? trimmed(value) : std::string();
}

std::string utf8Text(DcmItem& dataset, const DcmTagKey& tag) {
    std::string raw = text(dataset, tag);
    if (std::all_of(raw.begin(), raw.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\x1b'; })) {
        return raw;
    }
    const std::string declared = text(dataset, DCM_SpecificCharacterSet);
    if (!declared.empty() && DcmSpecificCharacterSet::isConversionAvailable()) {
        DcmSpecificCharacterSet converter;
        OFString converted;
        if (converter.selectCharacterSet(OFString(declared.data(), declared.size()), "ISO_IR 192").good() &&
            converter.convertString(OFString(raw.data(), raw.size()), converted, "\\^=").good()) {
            return trimmed(converted);
        }
    }
    return isUtf8(raw) ? raw : fromLatin1(raw);
}

std::optional<double> number(DcmItem& item, const DcmTagKey& tag, unsigned long position) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || element == nullptr || element->getVM() <= position) {
        return std::nullopt;
    }
    double value = 0;
    switch (element->ident()) {
        case EVR_US:
        case EVR_xs: {
            Uint16 v = 0;
            if (element->getUint16(v, position).bad()) {
                return std::nullopt;
            }
            return v;
        }
        case EVR_SS: {
            Sint16 v = 0;
            if (element->getSint16(v, position).bad()) {
                return std::nullopt;
            }
            return v;
        }
        case EVR_UL: {
            Uint32 v = 0;
            if (element->getUint32(v, position).bad()) {
                return std::nullopt;
            }
            return v;
        }
        case EVR_SL: {
            Sint32 v = 0;
            if (element->getSint32(v, position).bad()) {
                return std::nullopt;
            }
            return v;
        }
        case EVR_FL: {
            Float32 v = 0;
            if (element->getFloat32(v, position).bad()) {
                return std::nullopt;
            }
            value = v;
            break;
        }
        case EVR_IS: {
            Sint32 v = 0;
            if (element->getSint32(v, position).bad()) {
                return std::nullopt;
            }
            return v;
        }
        default:
            if (element->getFloat64(value, position).bad()) {
                return std::nullopt;
            }
    }
    return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

std::vector<double> numbers(DcmItem& item, const DcmTagKey& tag) {
    DcmElement* element = nullptr;
    if (item.findAndGetElement(tag, element).bad() || element == nullptr) {
        return {};
    }
    std::vector<double> values;
    const unsigned long count = element->getVM();
    for (unsigned long i = 0; i < count; ++i) {
        const auto value = number(item, tag, i);
        if (!value) {
            return {};
        }
        values.push_back(*value);
    }
    return values;
}

DcmItem* sequenceItem(DcmItem* item, const DcmTagKey& sequence, long index) {
    DcmItem* found = nullptr;
    if (item == nullptr || item->findAndGetSequenceItem(sequence, found, index).bad()) {
        return nullptr;
    }
    return found;
}

std::string uidName(const std::string& uid) {
    const char* known = dcmFindNameOfUID(uid.c_str());
    if (known == nullptr) {
        return uid;
    }
    // DCMTK's keyword is "MRImageStorage"; spaces make it readable.
    std::string spaced;
    const std::string keyword = known;
    for (std::size_t i = 0; i < keyword.size(); ++i) {
        const bool upper = std::isupper(static_cast<unsigned char>(keyword[i])) != 0;
        const bool nextLower = i + 1 < keyword.size() && std::islower(static_cast<unsigned char>(keyword[i + 1])) != 0;
        const bool previousLower = i > 0 && std::islower(static_cast<unsigned char>(keyword[i - 1])) != 0;
        if (i > 0 && upper && (nextLower || previousLower)) {
            spaced.push_back(' ');
        }
        spaced.push_back(keyword[i]);
    }
    return spaced;
}

}  // namespace drdm::dicom
