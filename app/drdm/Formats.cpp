#include "Formats.h"

#include <sstream>

namespace drdm {

Option formatOption() {
    return {"format", "LIST", "Formats of the images: dicom, nifti, png, with commas between (default dicom,nifti)."};
}

void takeFormats(const Arguments& arguments, ExportRequest& request) {
    request.dicom = request.nifti = request.png = false;
    std::istringstream list(arguments.text("format", "dicom,nifti"));
    for (std::string word; std::getline(list, word, ',');) {
        if (word == "dicom") {
            request.dicom = true;
        } else if (word == "nifti") {
            request.nifti = true;
        } else if (word == "png") {
            request.png = true;
        } else if (word == "seg" || word == "mp4" || word == "gif") {
            throw UsageError("option --format: " + word + " is not in this version yet; give dicom, nifti or png");
        } else {
            throw UsageError("option --format: \"" + word +
                             "\" is not known; give dicom, nifti or png, with commas between");
        }
    }
}

}  // namespace drdm
