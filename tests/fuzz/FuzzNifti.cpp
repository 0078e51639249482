#include "Fuzz.h"
#include "io/NiftiFile.h"
#include "io/Series.h"

using namespace drdm;

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        Geometry geometry;
        geometry.size = {4, 3, 2};
        const Image image(geometry, std::vector<float>(48, 1.5F), 2);
        const LabelMap labels(geometry, std::vector<std::uint16_t>(24, 2));
        for (const std::string ending : {".nii", ".nii.gz"}) {
            writeNifti(image, folder + "/image" + ending, "{\"seed\":1}");
            writeNiftiLabels(labels, folder + "/labels" + ending);
        }
    }
    return 0;
}

/// An image, a label map and a note in one file; packed if it begins as gzip does.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const bool packed = count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
    const drdmfuzz::InputFile file(bytes, count, packed ? ".nii.gz" : ".nii");
    drdmfuzz::answers([&] { readNifti(file.path()); });
    drdmfuzz::answers([&] { readNiftiLabels(file.path()); });
    drdmfuzz::answers([&] { readNiftiProvenance(file.path()); });
    drdmfuzz::answers([&] { scan({file.path()}); });
    return 0;
}
