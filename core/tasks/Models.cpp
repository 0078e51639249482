#include "errors/Error.h"
#include "tasks/Sample.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <mutex>

namespace drdm {

namespace fs = std::filesystem;

namespace {

constexpr const char* defaultModel = "cardiac-mri-2d";

struct ChosenFolder {
    std::mutex mutex;
    std::string path;
};

ChosenFolder& chosenFolder() {
    static ChosenFolder theOnly;
    return theOnly;
}

/// Empty where the user has no home.
fs::path userFolder() {
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
        return fs::path(data) / "drdm-studio" / "models";
    }
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
        return fs::path(home) / ".local" / "share" / "drdm-studio" / "models";
    }
    return {};
}

/// Where models are looked for, the user's own first.
std::vector<fs::path> modelFolders() {
    std::vector<fs::path> folders;
    {
        const std::lock_guard lock(chosenFolder().mutex);
        if (!chosenFolder().path.empty()) {
            folders.emplace_back(chosenFolder().path);
        }
    }
    if (const auto own = userFolder(); !own.empty()) {
        folders.push_back(own);
    }
    if (const char* resources = std::getenv("DRDM_RESOURCES"); resources != nullptr && *resources != '\0') {
        folders.push_back(fs::path(resources) / "models");
    }
    std::error_code code;
    const auto program = fs::read_symlink("/proc/self/exe", code);
    if (!code) {
        folders.push_back(program.parent_path().parent_path() / "share" / "drdm-studio" / "models");
    }
    folders.emplace_back(fs::path(DRDM_SOURCE_RESOURCES) / "models");
    return folders;
}

bool isModelFile(const fs::path& path) {
    const auto extension = path.extension().string();
    return extension == ".safetensors" || extension == ".pth";
}

}  // namespace

void setModelFolder(const std::string& folder) {
    const std::lock_guard lock(chosenFolder().mutex);
    chosenFolder().path = folder;
}

std::vector<InstalledModel> installedModels() {
    std::vector<InstalledModel> models;
    for (const auto& folder : modelFolders()) {
        std::error_code code;
        for (fs::directory_iterator entry(folder, code), end; !code && entry != end; entry.increment(code)) {
            const auto name = entry->path().stem().string();
            const bool known =
                std::any_of(models.begin(), models.end(), [&](const auto& model) { return model.name == name; });
            if (!known && isModelFile(entry->path())) {
                models.push_back({name, entry->path().string()});
            }
        }
    }
    // The default first, the rest by name.
    std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) {
        return std::make_pair(a.name != defaultModel, a.name) < std::make_pair(b.name != defaultModel, b.name);
    });
    return models;
}

InstalledModel installModel(const std::string& file, const std::string& name) {
    const auto folder = userFolder();
    if (folder.empty()) {
        throw Error("there is no folder for your models: neither XDG_DATA_HOME nor HOME is set");
    }
    std::string plain;
    for (const char c : name) {
        const bool usual = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
        plain += usual ? c : '-';
    }
    if (plain.empty() || plain.front() == '.') {
        plain = "model" + plain;
    }
    const auto models = installedModels();
    const auto taken = [&](const std::string& candidate) {
        return std::any_of(models.begin(), models.end(), [&](const auto& model) { return model.name == candidate; });
    };
    std::string chosen = plain;
    for (int number = 2; taken(chosen); ++number) {
        chosen = plain + "-" + std::to_string(number);
    }
    const auto target = folder / (chosen + fs::path(file).extension().string());
    const auto beside = target.string() + ".partial";
    std::error_code code;
    fs::create_directories(folder, code);
    if (!code) {
        fs::copy_file(file, beside, fs::copy_options::overwrite_existing, code);
    }
    if (!code) {
        fs::rename(beside, target, code);
    }
    if (code) {
        std::error_code ignored;
        fs::remove(beside, ignored);
        throw Error("cannot copy the model to '" + target.string() + "': " + code.message() +
                    "; check that the folder can be written and that its disk is not full");
    }
    return {chosen, target.string()};
}

std::string betterSuitedModel(const ModelInfo& chosen, const std::string& modality, std::int64_t slices) {
    constexpr std::int64_t fewestSlices = 16;
    if (chosen.modality.empty() || modality.empty() || modality == "OT" || chosen.modality == modality) {
        return {};
    }
    for (const auto& model : installedModels()) {
        if (fs::path(model.file).extension() != ".safetensors") {
            continue;  // the authors' format does not say
        }
        try {
            const auto info = readModelInfo(model.file);
            if (info && info->modality == modality && (info->dims == 2 || slices >= fewestSlices)) {
                return model.name;
            }
        } catch (const Error&) {
            continue;  // said when it is chosen
        }
    }
    return {};
}

std::string resolveModel(const std::string& nameOrFile) {
    const auto models = installedModels();
    if (nameOrFile.empty()) {
        if (models.empty()) {
            throw Error(
                "no model is installed; give one by --model FILE, or put it into $XDG_DATA_HOME/drdm-studio/models");
        }
        return models.front().file;
    }
    std::string names;
    for (const auto& model : models) {
        if (model.name == nameOrFile) {
            return model.file;
        }
        names += (names.empty() ? "" : ", ") + model.name;
    }
    std::error_code code;
    if (fs::is_regular_file(nameOrFile, code)) {
        return nameOrFile;
    }
    throw Error("there is no model '" + nameOrFile + "': it is neither a file nor one of the installed models (" +
                (names.empty() ? "none" : names) + ")");
}

}  // namespace drdm
