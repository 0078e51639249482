#include "errors/Error.h"
#include "io/DerivedSeries.h"
#include "io/MetaImage.h"
#include "io/NiftiFile.h"
#include "tasks/FileNotes.h"
#include "tasks/Provenance.h"

#include <fstream>

namespace drdm {

std::string provenanceNote(const std::string& path, Provenance::Kind& kind) {
    if (path.ends_with(".nii") || path.ends_with(".nii.gz")) {
        kind = Provenance::Kind::Nifti;
        return readNiftiProvenance(path);
    }
    if (hasMetaName(path)) {
        kind = Provenance::Kind::MetaImage;
        try {
            return readMetaProvenance(path);
        } catch (const Error&) {
            return {};  // no such file at all, whatever its name
        }
    }
    std::string head(12, '\0');
    std::ifstream(path, std::ios::binary).read(head.data(), static_cast<std::streamsize>(head.size()));
    if (head.starts_with("\x89PNG")) {
        kind = Provenance::Kind::Picture;
        return readPngNote(path);
    }
    if (head.starts_with("GIF8")) {
        kind = Provenance::Kind::Film;
        return readGifNote(path);
    }
    if (head.substr(4, 4) == "ftyp") {
        kind = Provenance::Kind::Film;
        return readFilmNote(path);
    }
    kind = Provenance::Kind::Dicom;
    try {
        return readDicomProvenance(path);
    } catch (const Error&) {
        return {};  // no DICOM at all
    }
}

}  // namespace drdm
