#include "Fuzz.h"
#include "io/NiftiFile.h"
#include "tasks/PackedField.h"

using namespace drdm;

namespace {

Geometry grid(std::int64_t slices) {
    Geometry geometry;
    geometry.size = {4, 3, slices};
    geometry.spacing_mm = {1.5, 2, 8};
    return geometry;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        for (const int dims : {2, 3}) {
            const Geometry geometry = grid(dims == 2 ? 1 : 2);
            const auto field = DisplacementField::zero(geometry, dims);
            const Image image(geometry, std::vector<float>(static_cast<std::size_t>(geometry.voxelCount()), 1.F));
            const std::string name = folder + "/field-" + std::to_string(dims);
            writeNiftiField(field, name + ".nii");
            writeNiftiField(field, name + ".nii.gz");
            writePackedField(field, image, Json::object(), name + ".safetensors");
        }
    }
    return 0;
}

/// A displacement field as NIfTI, packed or not, and as a safetensors file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    const bool packed = count > 2 && bytes[0] == 0x1F && bytes[1] == 0x8B;
    {
        const drdmfuzz::InputFile file(bytes, count, packed ? ".nii.gz" : ".nii");
        drdmfuzz::answers([&] { readNiftiField(file.path()); });
    }
    const drdmfuzz::InputFile file(bytes, count, ".safetensors");
    drdmfuzz::answers([&] { readPackedField(file.path()); });
    return 0;
}
