#pragma once

#include "imaging/Image.h"
#include "io/dicom/DicomPixels.h"

#include <filesystem>
#include <span>
#include <string>

/// Making DICOM objects: what derived series and the phantom have in common.
namespace drdm::dicom {

/// Inserts a value, replacing what was there. \throws Error if DCMTK refuses it.
void put(DcmItem& item, const DcmTag& tag, const std::string& value);
void put(DcmItem& item, const DcmTag& tag, std::uint16_t value);

/// Inserts an empty value where the attribute is missing (type 2 attributes).
void putIfMissing(DcmItem& item, const DcmTag& tag, const std::string& value = {});

/// A DS value of at most 16 characters, as exact as they allow.
std::string decimalString(double value);

/// An item with one code in a code sequence.
void putCode(DcmItem& item, const DcmTag& sequence, const char* value, const char* scheme, const char* meaning);

struct DateTime {
    std::string date;  ///< DA
    std::string time;  ///< TM
};
DateTime now();

/// Position, orientation and pixel spacing of slice `z` of a grid.
void putPlane(DcmItem& dataset, const Geometry& geometry, std::int64_t z);

/// What every CT or MR image must have and nobody knows here (types 1 and 2 of their modules), where it is missing.
void putRequired(DcmItem& dataset, const std::string& modality);

/// How float values become stored numbers. Whole numbers that fit into 16 bits stay as they are; else 16 bits are
/// spread over the range of the values.
Encoding encodingFor(std::span<const float> values);

/// True if every value is, after rounding, within what the encoding can store.
bool fits(std::span<const float> values, const Encoding& encoding);

/// Image Pixel module and rescale. `withRescale`: also where it is 1 and 0.
void putPixels(DcmItem& dataset, std::span<const float> values, std::int64_t columns, std::int64_t rows,
               const Encoding& encoding, bool withRescale);

/// Writes as Explicit VR Little Endian, complete or not at all. \throws Error
void writeObject(DcmFileFormat& file, const std::filesystem::path& path);

}  // namespace drdm::dicom
