#include "Fuzz.h"
#include "io/DerivedObjects.h"
#include "io/Labels.h"
#include "io/Series.h"

using namespace drdm;

namespace {

Image small() {
    Geometry geometry;
    geometry.size = {8, 6, 2};
    geometry.spacing_mm = {1.5, 1.5, 8};
    Image image(geometry, std::vector<float>(96, 100.F));
    image.modality = "MR";
    return image;
}

}  // namespace

/// A segmentation of two structures and a registration, as the program writes them.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        writeDerivedSeries(small(), folder + "/series", {"fuzz", "DRDM", "{}"});
        const Image image = readImage({folder + "/series"});
        std::vector<std::uint16_t> labels(96, 1);
        std::fill_n(labels.begin(), 30, std::uint16_t{2});
        const WrittenSeries none;
        const DerivedFrom from{image, none};
        writeSegmentation(LabelMap(image.geometry(), labels), from, folder + "/labels.dcm", {"fuzz", "DRDM", "{}"});
        writeRegistration(DisplacementField::zero(image.geometry(), 3), from, folder + "/field.dcm",
                          {"fuzz", "DRDM", "{}"});
        std::filesystem::remove_all(folder + "/series");
    }
    return 0;
}

/// Segmentations and structure sets, on their own grid and on an image's, and the field of a registration.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    static const Image image = small();
    const drdmfuzz::InputFile file(bytes, count, ".dcm");
    drdmfuzz::answers([&] { readLabels(file.path()); });
    drdmfuzz::answers([&] { readLabels(file.path(), LabelTarget(image)); });
    drdmfuzz::answers([&] { readRegistration(file.path()); });
    return 0;
}
