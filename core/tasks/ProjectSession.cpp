#include "tasks/ProjectSession.h"

#include "errors/Error.h"
#include "tasks/ProjectParts.h"
#include "tasks/Report.h"

#include <filesystem>
#include <fstream>
#include <sstream>

namespace drdm {

namespace fs = std::filesystem;

namespace {

constexpr const char* documentName = "session.json";

fs::path variationFile(const fs::path& folder, int number) {
    return folder / ("variation-" + std::to_string(number) + ".safetensors");
}

}  // namespace

void ProjectSession::write(const Project& project) {
    std::error_code code;
    fs::create_directories(m_folder, code);
    std::set<int> wanted;
    Json variations = Json::array();
    for (const ProjectVariation& variation : project.variations) {
        if (m_written.insert(variation.number).second) {
            try {
                writeVariation(variation, variationFile(m_folder, variation.number).string());
            } catch (...) {
                m_written.erase(variation.number);
                throw;
            }
        }
        wanted.insert(variation.number);
        // What can change after a variation was made is in the document.
        Json entry = Json::object();
        entry.set("number", variation.number).set("starred", variation.starred).set("note", variation.note);
        variations.push(entry);
    }
    Json document = Json::object();
    document.set("version", project::version)
        .set("sources", project::sourcesDocument(project.sources, m_folder))
        .set("variations", variations)
        .set("window", project.window);
    writeTextFile((fs::path(m_folder) / documentName).string(), document.dump(1));
    std::erase_if(m_written, [&](int number) {
        return !wanted.contains(number) && fs::remove(variationFile(m_folder, number), code);
    });
}

bool ProjectSession::exists(const std::string& folder) {
    std::error_code code;
    return fs::exists(fs::path(folder) / documentName, code);
}

ProjectSession::Found ProjectSession::read(const std::string& folder) {
    const auto path = fs::path(folder) / documentName;
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) {
        throw Error("cannot read " + path.string() + "; check that it exists and may be read");
    }
    return withContext("'" + path.string() + "'", [&] {
        const Json document = Json::parse(text.str());
        Found found;
        found.project.sources = project::sourcesOf(document.at("sources"));
        found.project.window = document.at("window");
        for (const Json& entry : document.at("variations").items()) {
            const auto number = static_cast<int>(entry.at("number").integer());
            try {
                auto variation = readVariation(variationFile(folder, number).string());
                variation.document.set("starred", entry.at("starred").boolean()).set("note", entry.at("note").string());
                found.project.variations.push_back(std::move(variation));
            } catch (const Error&) {
                ++found.damaged;
            }
        }
        return found;
    });
}

}  // namespace drdm
