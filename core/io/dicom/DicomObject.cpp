#include "io/dicom/DicomObject.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"

#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dcwcache.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace drdm::dicom {

namespace {

void require(const OFCondition& condition, const DcmTag& tag) {
    if (condition.bad()) {
        DcmTag named(tag);
        throw Error(std::string("cannot set the DICOM attribute ") + named.getTagName() + ": " + condition.text());
    }
}

}  // namespace

void put(DcmItem& item, const DcmTag& tag, const std::string& value) {
    require(item.putAndInsertString(tag, value.c_str()), tag);
}

void put(DcmItem& item, const DcmTag& tag, std::uint16_t value) {
    require(item.putAndInsertUint16(tag, value), tag);
}

void putIfMissing(DcmItem& item, const DcmTag& tag, const std::string& value) {
    if (!item.tagExists(tag)) {
        put(item, tag, value);
    }
}

std::string decimalString(double value) {
    char buffer[40];
    for (int digits = 15; digits > 0; --digits) {
        std::snprintf(buffer, sizeof buffer, "%.*g", digits, value == 0 ? 0.0 : value);  // no "-0"
        if (std::string(buffer).size() <= 16) {
            break;
        }
    }
    return buffer;
}

void putCode(DcmItem& item, const DcmTag& sequence, const char* value, const char* scheme, const char* meaning) {
    DcmItem* code = nullptr;
    require(item.findOrCreateSequenceItem(sequence, code, -2), sequence);
    put(*code, DCM_CodeValue, value);
    put(*code, DCM_CodingSchemeDesignator, scheme);
    put(*code, DCM_CodeMeaning, meaning);
}

DateTime now() {
    const std::time_t seconds = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    char date[16];
    char time[16];
    std::strftime(date, sizeof date, "%Y%m%d", &local);
    std::strftime(time, sizeof time, "%H%M%S", &local);
    return {date, time};
}

void putPlane(DcmItem& dataset, const Geometry& geometry, std::int64_t z) {
    const Vec3 position = geometry.toPatient({0, 0, static_cast<double>(z)});
    const Mat3& d = geometry.direction;
    const auto join = [](std::initializer_list<double> values) {
        std::string text;
        for (const double value : values) {
            if (!text.empty()) {
                text.push_back('\\');
            }
            text.append(decimalString(value));
        }
        return text;
    };
    put(dataset, DCM_ImagePositionPatient, join({position[0], position[1], position[2]}));
    put(dataset, DCM_ImageOrientationPatient, join({d[0][0], d[1][0], d[2][0], d[0][1], d[1][1], d[2][1]}));
    put(dataset, DCM_PixelSpacing, join({geometry.spacing_mm[1], geometry.spacing_mm[0]}));
}

void putRequired(DcmItem& dataset, const std::string& modality) {
    for (const DcmTagKey& tag :
         {DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_PatientSex, DCM_StudyDate, DCM_StudyTime,
          DCM_ReferringPhysicianName, DCM_StudyID, DCM_AccessionNumber, DCM_Manufacturer,
          DCM_PositionReferenceIndicator, DCM_SeriesNumber, DCM_SliceThickness}) {
        putIfMissing(dataset, tag);
    }
    if (text(dataset, DCM_BodyPartExamined).empty()) {
        putIfMissing(dataset, DCM_Laterality);
    }
    if (modality == "CT" || modality == "MR") {
        putIfMissing(dataset, DCM_PatientPosition);
    }
    if (modality == "CT") {
        putIfMissing(dataset, DCM_KVP);
        putIfMissing(dataset, DCM_AcquisitionNumber);
    } else if (modality == "MR") {
        putIfMissing(dataset, DCM_ScanningSequence, "RM");
        putIfMissing(dataset, DCM_SequenceVariant, "NONE");
        for (const DcmTagKey& tag :
             {DCM_ScanOptions, DCM_MRAcquisitionType, DCM_EchoTime, DCM_EchoTrainLength, DCM_RepetitionTime}) {
            putIfMissing(dataset, tag);
        }
    } else {
        putIfMissing(dataset, DCM_ConversionType, "WSD");
        putIfMissing(dataset, DCM_PatientOrientation);
    }
}

Encoding encodingFor(std::span<const float> values) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    const double low = static_cast<double>(*least);
    const double high = static_cast<double>(*most);
    Encoding encoding;
    const bool whole = std::all_of(values.begin(), values.end(), [](float v) { return v == std::floor(v); });
    if (whole && low >= -32768 && high <= 32767) {
        encoding.isSigned = low < 0;
        return encoding;
    }
    if (whole && low >= 0 && high <= 65535) {
        return encoding;
    }
    encoding.slope = high > low ? (high - low) / 65535 : 1;
    encoding.intercept = low;
    // What the file will say is what must be used: a DS has 16 characters.
    encoding.slope = std::stod(decimalString(encoding.slope));
    encoding.intercept = std::stod(decimalString(encoding.intercept));
    return encoding;
}

bool fits(std::span<const float> values, const Encoding& encoding) {
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    for (const double value : {static_cast<double>(*least), static_cast<double>(*most)}) {
        const double stored = std::round((value - encoding.intercept) / encoding.slope);
        if (!(stored >= encoding.lowestStored() && stored <= encoding.highestStored())) {
            return false;
        }
    }
    return true;
}

void putPixels(DcmItem& dataset, std::span<const float> values, std::int64_t columns, std::int64_t rows,
               const Encoding& encoding, bool withRescale) {
    const bool narrow = encoding.bitsStored <= 8;
    put(dataset, DCM_SamplesPerPixel, static_cast<std::uint16_t>(1));
    put(dataset, DCM_PhotometricInterpretation, std::string(encoding.inverted ? "MONOCHROME1" : "MONOCHROME2"));
    put(dataset, DCM_Rows, static_cast<std::uint16_t>(rows));
    put(dataset, DCM_Columns, static_cast<std::uint16_t>(columns));
    put(dataset, DCM_BitsAllocated, static_cast<std::uint16_t>(narrow ? 8 : 16));
    put(dataset, DCM_BitsStored, static_cast<std::uint16_t>(encoding.bitsStored));
    put(dataset, DCM_HighBit, static_cast<std::uint16_t>(encoding.bitsStored - 1));
    put(dataset, DCM_PixelRepresentation, static_cast<std::uint16_t>(encoding.isSigned ? 1 : 0));
    if (withRescale || encoding.slope != 1 || encoding.intercept != 0) {
        put(dataset, DCM_RescaleIntercept, decimalString(encoding.intercept));
        put(dataset, DCM_RescaleSlope, decimalString(encoding.slope));
        putIfMissing(dataset, DCM_RescaleType, "US");  // unspecified
    }
    const double low = encoding.lowestStored();
    const double high = encoding.highestStored();
    std::vector<std::uint16_t> stored(values.size());
    std::transform(values.begin(), values.end(), stored.begin(), [&](float value) {
        double number = std::round((static_cast<double>(value) - encoding.intercept) / encoding.slope);
        number = std::clamp(number, low, high);
        if (encoding.inverted) {
            number = low + high - number;
        }
        return static_cast<std::uint16_t>(static_cast<std::int32_t>(number) & 0xFFFF);
    });
    if (narrow) {
        std::vector<Uint8> bytes(stored.size() + stored.size() % 2);
        std::transform(stored.begin(), stored.end(), bytes.begin(),
                       [](std::uint16_t v) { return static_cast<Uint8>(v); });
        require(dataset.putAndInsertUint8Array(DCM_PixelData, bytes.data(), static_cast<unsigned long>(bytes.size())),
                DCM_PixelData);
    } else {
        require(
            dataset.putAndInsertUint16Array(DCM_PixelData, stored.data(), static_cast<unsigned long>(stored.size())),
            DCM_PixelData);
    }
}

void writeObject(DcmFileFormat& file, const std::filesystem::path& path) {
    initialise();
    // DCMTK's own file stream does not report a full disk when it flushes; so the bytes are made in memory and written
    // by AtomicFile, which does.
    const E_TransferSyntax syntax = EXS_LittleEndianExplicit;
    const Uint32 length = file.getDataset()->calcElementLength(syntax, EET_ExplicitLength);
    std::vector<char> buffer((static_cast<std::size_t>(length) + 65536) / 2 * 2);
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    DcmWriteCache cache;
    file.transferInit();
    const OFCondition written = file.write(stream, syntax, EET_ExplicitLength, &cache, EGL_withoutGL);
    file.transferEnd();
    void* bytes = nullptr;
    offile_off_t count = 0;
    stream.flushBuffer(bytes, count);
    if (written.bad()) {
        throw Error("cannot encode " + path.string() + ": " + written.text());
    }
    AtomicFile output(path);
    output.write(bytes, static_cast<std::size_t>(count));
    output.commit();
}

}  // namespace drdm::dicom
