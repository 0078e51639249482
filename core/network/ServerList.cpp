#include "network/ServerList.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

namespace drdm {

namespace fs = std::filesystem;

fs::path serverListPath() {
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value != nullptr ? value : "");
    };
    if (const std::string file = variable("DRDM_DICOM_SERVERS"); !file.empty()) {
        return file;
    }
    fs::path folder = variable("XDG_CONFIG_HOME");
    if (folder.empty()) {
        if (variable("HOME").empty()) {
            throw Error("there is no place for the list of DICOM servers: neither XDG_CONFIG_HOME nor HOME is set");
        }
        folder = fs::path(variable("HOME")) / ".config";
    }
    return folder / "drdm-studio" / "dicom-servers.json";
}

std::vector<DicomServer> readServers(const fs::path& path) {
    std::error_code error;
    if (!fs::exists(path, error)) {
        return {};
    }
    constexpr std::uintmax_t most = 1U << 20U;
    if (const auto size = fs::file_size(path, error); error || size > most) {
        throw Error(path.string() + " is no list of DICOM servers; remove it and enter the servers again");
    }
    std::ifstream file(path);
    const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    return withContext("in the list of DICOM servers " + path.string(), [&] {
        std::vector<DicomServer> servers;
        const Json json = Json::parse(text);
        for (const Json& each : json.at("servers").items()) {
            servers.push_back(
                withContext("server " + std::to_string(servers.size() + 1), [&] { return serverFromJson(each); }));
        }
        return servers;
    });
}

void writeServers(const fs::path& path, const std::vector<DicomServer>& servers) {
    std::set<std::string> names;
    Json list = Json::array();
    for (const DicomServer& server : servers) {
        check(server);
        if (server.name.empty() || !names.insert(server.name).second) {
            throw Error(server.name.empty() ? "a server has no name; give it one"
                                            : "two servers are called \"" + server.name + "\"; rename one");
        }
        list.push(toJson(server));
    }
    Json json = Json::object();
    json.set("servers", std::move(list));
    const std::string text = json.dump(2) + "\n";
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    AtomicFile file(path);
    file.write(text.data(), text.size());
    file.commit();
}

DicomServer serverNamed(const std::string& name) {
    std::string known;
    const fs::path path = serverListPath();
    for (const DicomServer& server : readServers(path)) {
        if (server.name == name) {
            return server;
        }
        known += (known.empty() ? "" : ", ") + server.name;
    }
    if (name.find('@') != std::string::npos) {
        return serverFromText(name);
    }
    throw Error("no DICOM server is called \"" + name + "\"" +
                (known.empty() ? "; the list " + path.string() + " is empty" : "; there are: " + known) +
                "; add it with \"drdm network add\", or give TITLE@host:port");
}

}  // namespace drdm
