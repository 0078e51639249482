#pragma once

#include <QString>
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// One small DICOM file as other programs might write it.
struct SliceSpec {
    int columns = 6, rows = 4;
    std::string series = "1.2.3.4", sop;  ///< sop empty: made from the instance number
    std::optional<std::array<double, 3>> position = std::array<double, 3>{0, 0, 0};
    std::string orientation = "1\\0\\0\\0\\1\\0", spacing = "2\\1";  ///< row spacing first
    int instance = 1;
    std::optional<double> slope, intercept, trigger, thickness = 2.5;
    std::string photometric = "MONOCHROME2", characterSet, patient = "TEST^ONE", description = "test";
    int bitsStored = 16;
    bool isSigned = false;
    std::optional<int> padding;
    std::function<int(int, int)> value = [](int x, int y) { return 10 * y + x; };
};

inline void writeSlice(const QString& path, const SliceSpec& spec) {
    DcmFileFormat file;
    DcmDataset& d = *file.getDataset();
    const auto put = [&](const DcmTag& tag, const std::string& value) { d.putAndInsertString(tag, value.c_str()); };
    const auto text = [](double value) { return std::to_string(value); };
    if (!spec.characterSet.empty()) {
        put(DCM_SpecificCharacterSet, spec.characterSet);
    }
    put(DCM_SOPClassUID, UID_CTImageStorage);
    put(DCM_SOPInstanceUID, spec.sop.empty() ? spec.series + ".9." + std::to_string(spec.instance) : spec.sop);
    put(DCM_StudyInstanceUID, "1.2.3");
    put(DCM_SeriesInstanceUID, spec.series);
    put(DCM_FrameOfReferenceUID, "1.2.3.5");
    put(DCM_Modality, "CT");
    put(DCM_PatientName, spec.patient);
    put(DCM_SeriesDescription, spec.description);
    put(DCM_SeriesNumber, "4");
    put(DCM_InstanceNumber, std::to_string(spec.instance));
    if (spec.position) {
        put(DCM_ImagePositionPatient,
            text((*spec.position)[0]) + "\\" + text((*spec.position)[1]) + "\\" + text((*spec.position)[2]));
        put(DCM_ImageOrientationPatient, spec.orientation);
    }
    put(DCM_PixelSpacing, spec.spacing);
    const std::pair<DcmTagKey, std::optional<double>> numbers[] = {{DCM_RescaleSlope, spec.slope},
                                                                   {DCM_RescaleIntercept, spec.intercept},
                                                                   {DCM_TriggerTime, spec.trigger},
                                                                   {DCM_SliceThickness, spec.thickness}};
    for (const auto& [tag, value] : numbers) {
        if (value) {
            put(tag, text(*value));
        }
    }
    put(DCM_PhotometricInterpretation, spec.photometric);
    d.putAndInsertUint16(DCM_SamplesPerPixel, 1);
    d.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(spec.rows));
    d.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(spec.columns));
    d.putAndInsertUint16(DCM_BitsAllocated, 16);
    d.putAndInsertUint16(DCM_BitsStored, static_cast<Uint16>(spec.bitsStored));
    d.putAndInsertUint16(DCM_HighBit, static_cast<Uint16>(spec.bitsStored - 1));
    d.putAndInsertUint16(DCM_PixelRepresentation, spec.isSigned ? 1 : 0);
    if (spec.padding && spec.isSigned) {
        d.putAndInsertSint16(DcmTag(DCM_PixelPaddingValue, EVR_SS), static_cast<Sint16>(*spec.padding));
    } else if (spec.padding) {
        d.putAndInsertUint16(DcmTag(DCM_PixelPaddingValue, EVR_US), static_cast<Uint16>(*spec.padding));
    }
    std::vector<Uint16> pixels;
    for (int y = 0; y < spec.rows; ++y) {
        for (int x = 0; x < spec.columns; ++x) {
            pixels.push_back(static_cast<Uint16>(spec.value(x, y)));
        }
    }
    d.putAndInsertUint16Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size()));
    if (file.saveFile(path.toLocal8Bit().constData(), EXS_LittleEndianExplicit).bad()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}
