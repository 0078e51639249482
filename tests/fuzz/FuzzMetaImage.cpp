#include "Fuzz.h"
#include "io/MetaImage.h"

using namespace drdm;

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        Geometry geometry;
        geometry.size = {4, 3, 2};
        writeMetaImage(Image(geometry, std::vector<float>(48, 1.5F), 2), folder + "/image.mha", "{\"seed\":1}");
        writeMetaLabels(LabelMap(geometry, std::vector<std::uint16_t>(24, 2)), folder + "/labels.mha");
        writeMetaField(DisplacementField::zero(geometry, 3), folder + "/field.mha");
    }
    return 0;
}

/// Header and voxels in one file, and a header that names a file beside it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    for (const char* const ending : {".mha", ".mhd"}) {
        const drdmfuzz::InputFile file(bytes, count, ending);
        drdmfuzz::answers([&] { readMetaImage(file.path()); });
        drdmfuzz::answers([&] { readMetaLabels(file.path()); });
        drdmfuzz::answers([&] { readMetaField(file.path()); });
        drdmfuzz::answers([&] { readMetaProvenance(file.path()); });
        drdmfuzz::answers([&] { describeMetaImage(file.path()); });
    }
    return 0;
}
