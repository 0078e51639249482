#include "tasks/Project.h"

#include "errors/Error.h"
#include "parameters/Sha256.h"
#include "tasks/ProjectParts.h"

#include <filesystem>

namespace drdm {

namespace fs = std::filesystem;

namespace {

std::string tensorName(int number) {
    return "variation-" + std::to_string(number);
}

StoredProject::Variation stored(const Json& document, const RawTensor& fields) {
    return {document, fields.floats(), fields.shape};
}

void requireVersion(const Json& document, const std::string& what) {
    const auto found = document.at("version").integer();
    if (found > project::version) {
        throw Error(what + " of a newer version (" + std::to_string(found) + "); open it with a newer DRDM Studio");
    }
}

/// Everything but the fields.
StoredProject outline(const std::map<std::string, std::string>& metadata) {
    const auto found = metadata.find(project::documentKey);
    if (found == metadata.end()) {
        throw Error("it is not a project that DRDM Studio wrote");
    }
    const Json document = Json::parse(found->second);
    requireVersion(document, "it is a project");
    StoredProject result;
    if (const Json* program = document.find("program"); program && program->isString()) {
        result.version = program->string().substr(program->string().rfind(' ') + 1);
    }
    result.sources = project::sourcesOf(document.at("sources"));
    for (const Json& entry : document.at("variations").items()) {
        result.variations.push_back({entry, {}, {}});
    }
    result.window = document.at("window");
    return result;
}

}  // namespace

namespace project {

Json sourcesDocument(const std::vector<ProjectSource>& sources, const std::string& folder) {
    Json list = Json::array();
    for (const ProjectSource& source : sources) {
        std::error_code code;
        const auto relative = fs::relative(source.path, folder, code);
        Json entry = Json::object();
        entry.set("uid", source.uid)
            .set("format", source.format)
            .set("description", source.description)
            .set("path", source.path)
            .set("relative", code ? std::string() : relative.string())
            .set("sha256", source.sha256);
        list.push(entry);
    }
    return list;
}

std::vector<ProjectSource> sourcesOf(const Json& list) {
    std::vector<ProjectSource> sources;
    for (const Json& entry : list.items()) {
        sources.push_back({entry.at("uid").string(), entry.at("format").string(), entry.at("description").string(),
                           entry.at("path").string(), entry.at("relative").string(), entry.at("sha256").string()});
    }
    return sources;
}

}  // namespace project

std::string imageHash(const Image& image) {
    Sha256 sum;
    std::string head;
    for (const auto n : image.geometry().size) {
        head += std::to_string(n) + "x";
    }
    head += std::to_string(image.phases());
    sum.add(head.data(), head.size());
    const auto voxels = image.voxels();
    sum.add(voxels.data(), voxels.size_bytes());
    return sum.digest();
}

void writeProject(const Project& project, const std::string& path, const JobContext& context) {
    SafeTensors file;
    Json variations = Json::array();
    double done = 0;
    for (const ProjectVariation& variation : project.variations) {
        context.throwIfCancelled();
        context.progress(done++ / static_cast<double>(project.variations.size() + 1), "collecting variations");
        variations.push(project::document(variation));
        file.tensors.emplace_back(tensorName(variation.number), project::fields(variation.trajectory));
    }
    Json document = Json::object();
    document.set("version", project::version)
        .set("program", std::string("DRDM Studio ") + DRDM_VERSION)
        .set("sources", project::sourcesDocument(project.sources, fs::absolute(path).parent_path().string()))
        .set("variations", variations)
        .set("window", project.window);
    file.metadata[project::documentKey] = document.dump();
    context.progress(0.9, "writing");
    writeSafeTensors(file, path);
}

StoredProject readProject(const std::string& path, const JobContext& context) {
    context.progress(0, "reading the project");
    const auto file = readSafeTensors(path);
    return withContext("'" + path + "'", [&] {
        StoredProject result = outline(file.metadata);
        for (StoredProject::Variation& variation : result.variations) {
            context.throwIfCancelled();
            variation = stored(variation.document,
                               file.at(tensorName(static_cast<int>(variation.document.at("number").integer()))));
        }
        return result;
    });
}

StoredProject readProjectOutline(const std::string& path) {
    const auto metadata = readSafeTensorsMetadata(path);
    return withContext("'" + path + "'", [&] { return outline(metadata); });
}

std::string findSource(const ProjectSource& source, const std::string& projectPath) {
    std::error_code code;
    if (fs::exists(source.path, code)) {
        return source.path;
    }
    if (!source.relative.empty()) {
        const auto beside = fs::absolute(projectPath).parent_path() / source.relative;
        if (fs::exists(beside, code)) {
            return beside.lexically_normal().string();
        }
    }
    return {};
}

void writeVariation(const ProjectVariation& variation, const std::string& path) {
    SafeTensors file;
    Json document = Json::object();
    document.set("version", project::version).set("variation", project::document(variation));
    file.metadata[project::variationKey] = document.dump();
    file.tensors.emplace_back("fields", project::fields(variation.trajectory));
    writeSafeTensors(file, path);
}

StoredProject::Variation readVariation(const std::string& path) {
    const auto file = readSafeTensors(path);
    return withContext("'" + path + "'", [&] {
        const auto found = file.metadata.find(project::variationKey);
        if (found == file.metadata.end()) {
            throw Error("it is not a variation that DRDM Studio wrote");
        }
        const Json document = Json::parse(found->second);
        requireVersion(document, "it is a variation");
        return stored(document.at("variation"), file.at("fields"));
    });
}

}  // namespace drdm
