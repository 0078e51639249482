#pragma once

#include "network/DicomServer.h"

#include <filesystem>
#include <string>
#include <vector>

namespace drdm {

/// Where window and command line keep the servers: $DRDM_DICOM_SERVERS, else dicom-servers.json in
/// $XDG_CONFIG_HOME/drdm-studio or ~/.config/drdm-studio. \throws Error where there is no such place
std::filesystem::path serverListPath();

/// The list in a file; empty where there is no file. \throws Error naming file and place
std::vector<DicomServer> readServers(const std::filesystem::path& path);

/// Replaces the file, complete or not at all. \throws Error: a server is not possible, two have one name, the disk
void writeServers(const std::filesystem::path& path, const std::vector<DicomServer>& servers);

/// The server of this name in the list, or "TITLE@host:port". \throws Error naming those that are there
DicomServer serverNamed(const std::string& name);

}  // namespace drdm
