#pragma once

#include "io/DerivedObjects.h"
#include "io/dicom/DicomObject.h"

/// What all derived objects have in common, images and others.
namespace drdm::dicom {

inline constexpr const char* privateCreatorName = "DRDM STUDIO";  ///< of group 0071: element 01 holds the provenance
inline constexpr const char* ownManufacturer = "DRDM Studio";
inline constexpr const char* ownSerialNumber = "none";  ///< a program has no serial number, but some objects need one

/// One run of a writer: what all its objects share.
struct Run {
    explicit Run(const Derivation& how);

    const Derivation& derivation;
    std::string seriesUid;
    DateTime time = now();
};

/// A UID for something made in this export: de-identification leaves it alone.
std::string freshUid(const Derivation& derivation);

/// The study of a source that has none: the given one, else made from the hash of its file.
std::string studyUidFor(const Image& image, const Derivation& derivation);

/// Only ASCII where the data set could not be converted to UTF-8.
std::string textFor(const std::string& text, bool utf8);
/// Cut to `limit` characters (not bytes) of UTF-8; a backslash, which would split the value, becomes a slash.
std::string shortText(const std::string& text, std::size_t limit);

/// `before` (the source's description, or the object's kind) and the suffix of the derivation.
void putSeriesDescription(DcmItem& dataset, const Run& run, const std::string& before, bool utf8);
void putProvenance(DcmItem& dataset, const Run& run, bool utf8);
/// This program as one that contributed, with the version.
void putContribution(DcmItem& dataset, const Run& run, const char* what);
/// Synthetic Data, series and SOP instance UID, dates of the making.
void putMaking(DcmItem& dataset, const Run& run);

/// Patient, study, frame of reference, series and equipment of an object that is no image of a scanner.
struct ObjectKind {
    const char* sopClass;
    const char* modality;
    const char* label;  ///< ContentLabel
    std::string description;
    int seriesNumberOffset;  ///< beside the derived series
};
void beginObject(DcmDataset& dataset, const DerivedFrom& from, const Run& run, const ObjectKind& kind);

/// An instance that something refers to.
struct Reference {
    std::string sopClassUid, sopInstanceUid;
};
void putReference(DcmItem& item, const Reference& reference);

/// The images that an object belongs to. Empty for sources that are no DICOM, where no series was derived.
class References {
public:
    explicit References(const DerivedFrom& from);
    /// Of slice `z`: the derived image, else that of the source.
    [[nodiscard]] const Reference* ofSlice(std::int64_t z) const;
    /// Images of the source, each once.
    [[nodiscard]] const std::vector<Reference>& source() const { return m_source; }
    /// All of them, as Common Instance Reference (PS3.3 C.12.2).
    void put(DcmItem& dataset) const;

private:
    std::string m_derivedSeries, m_sourceSeries;
    std::vector<Reference> m_derived, m_source;  ///< each once
    std::vector<Reference> m_slices;
};

/// De-identifies if asked to, and writes. \throws Error
void finish(DcmFileFormat& file, const std::filesystem::path& path, const Derivation& derivation);

/// DICOM's rows and columns are perpendicular unit vectors; an affine from NIfTI need not be. \throws Error
void requirePlanar(const Geometry& geometry);

}  // namespace drdm::dicom
