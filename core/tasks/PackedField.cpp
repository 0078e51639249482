#include "tasks/PackedField.h"

#include "diffusion/SafeTensors.h"
#include "errors/Error.h"

namespace drdm {
namespace {

template <typename Values>
Json list(const Values& values) {
    Json json = Json::array();
    for (const auto value : values) {
        json.push(value);
    }
    return json;
}

Json geometryJson(const Geometry& geometry) {
    Json json = Json::object();
    Json rows = Json::array();
    for (const auto& row : geometry.direction) {
        rows.push(list(row));
    }
    json.set("size", list(geometry.size))
        .set("spacing_mm", list(geometry.spacing_mm))
        .set("origin_mm", list(geometry.origin_mm))
        .set("direction", std::move(rows));
    return json;
}

const Json::Array& three(const Json& json) {
    if (json.items().size() != 3) {
        throw Error("expected three numbers, found " + std::to_string(json.items().size()));
    }
    return json.items();
}

Geometry geometryFromJson(const Json& json) {
    Geometry geometry;
    for (std::size_t i = 0; i < 3; ++i) {
        geometry.size[i] = three(json.at("size"))[i].integer();
        geometry.spacing_mm[i] = three(json.at("spacing_mm"))[i].number();
        geometry.origin_mm[i] = three(json.at("origin_mm"))[i].number();
        for (std::size_t k = 0; k < 3; ++k) {
            geometry.direction[i][k] = three(three(json.at("direction"))[i])[k].number();
        }
    }
    geometry.validate();
    return geometry;
}

std::vector<std::int64_t> shape(std::int64_t first, const Geometry& geometry, bool flat) {
    return flat ? std::vector<std::int64_t>{first, geometry.size[1], geometry.size[0]}
                : std::vector<std::int64_t>{first, geometry.size[2], geometry.size[1], geometry.size[0]};
}

}  // namespace

void writePackedField(const DisplacementField& field, const Image& image, const Json& provenance,
                      const std::string& path) {
    SafeTensors file;
    file.metadata["kind"] = packed::kind;
    file.metadata["geometry"] = geometryJson(field.geometry()).dump();
    file.metadata["provenance"] = provenance.dump();
    file.tensors.emplace_back("field", RawTensor::fromFloats(shape(field.dims(), field.geometry(), field.dims() == 2),
                                                             field.values_vox().data()));
    if (!image.empty()) {
        file.tensors.emplace_back(
            "image", RawTensor::fromFloats(shape(image.phases(), image.geometry(), false), image.voxels().data()));
    }
    writeSafeTensors(file, path);
}

DisplacementField readPackedField(const std::string& path) {
    const SafeTensors file = readSafeTensors(path);
    const auto found = file.metadata.find("kind");
    if (found == file.metadata.end() || found->second != packed::kind) {
        throw Error(path + " is not a sample written by drdm; give a file that \"drdm sample\" wrote");
    }
    return withContext("while reading " + path, [&file] {
        const auto geometry = file.metadata.find("geometry");
        if (geometry == file.metadata.end()) {
            throw Error("the geometry is missing; the file is damaged, write it again");
        }
        const Geometry grid = geometryFromJson(Json::parse(geometry->second));
        const RawTensor& tensor = file.at("field");
        const int dims = tensor.shape.size() == 3 ? 2 : 3;
        if (tensor.shape != shape(dims, grid, dims == 2)) {
            throw Error("the field's size and its geometry disagree; the file is damaged, write it again");
        }
        return DisplacementField(grid, dims, tensor.floats());
    });
}

}  // namespace drdm
