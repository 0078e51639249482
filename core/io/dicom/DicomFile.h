#pragma once

#include "imaging/Geometry.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Reading single DICOM files through DCMTK. Only the sources of io/dicom and network include this header.
namespace drdm::dicom {

/// Registers the decoders and silences DCMTK's log, once per process. Safe from any thread.
void initialise();

/// True if the first bytes could begin a DICOM file: "DICM" after 128 bytes, or a data set without preamble.
bool looksLikeDicom(const std::string& path);

/// Everything before the pixel data. \throws Error: not DICOM, damaged.
std::unique_ptr<DcmFileFormat> openHeader(const std::string& path);

/// The whole file; long values stay on disk until they are asked for. \throws Error: not DICOM, damaged, cut short.
std::unique_ptr<DcmFileFormat> openFile(const std::string& path);

/// A value as it stands, without padding; all values joined by '\' when `position` < 0. Empty if absent.
std::string text(DcmItem& item, const DcmTagKey& tag, long position = -1);

/// A text value as UTF-8 (SpecificCharacterSet of `dataset`; undeclared bytes are taken as UTF-8, else Latin-1).
std::string utf8Text(DcmItem& dataset, const DcmTagKey& tag);

std::optional<double> number(DcmItem& item, const DcmTagKey& tag, unsigned long position = 0);
std::vector<double> numbers(DcmItem& item, const DcmTagKey& tag);  ///< empty if absent or if one value is no number

/// Item `index` of a sequence; nullptr if there is none.
DcmItem* sequenceItem(DcmItem* item, const DcmTagKey& sequence, long index = 0);

/// "MR Image Storage" for its UID; the UID itself where it is unknown.
std::string uidName(const std::string& uid);

}  // namespace drdm::dicom
