#pragma once

#include "parameters/Json.h"

#include <string>

namespace drdm {

/// One DICOM server (PACS) as the user has set it up.
struct DicomServer {
    std::string name;  ///< as the user calls it
    std::string host;  ///< name or IPv4 address
    int port = 104;
    std::string theirTitle;         ///< AE title of the server (called), at most 16 characters
    std::string ourTitle = "DRDM";  ///< AE title that we give (calling)
    int connectTimeout_s = 10;      ///< until the connection stands
    int silenceTimeout_s = 60;      ///< the longest pause of the server before we give up
    bool keepCompression = false;   ///< also take images as they are stored (JPEG, JPEG-LS, JPEG 2000, RLE)
    /// Where the server's images arrive during C-MOVE. The server must know our title with this port. Port 0: no
    /// C-MOVE.
    std::string listenAddress = "127.0.0.1";
    int listenPort = 0;

    bool operator==(const DicomServer&) const = default;
};

/// "hospital (pacs.example:104, AE title PACS, our AE title DRDM)": how messages name a server.
std::string describe(const DicomServer& server);

/// \throws Error: no host, a title that DICOM does not allow, a port or a time out of range.
void check(const DicomServer& server);

Json toJson(const DicomServer& server);
/// \throws Error naming the key
DicomServer serverFromJson(const Json& json);

/// "TITLE@host:port": a server that is in no list. \throws Error
DicomServer serverFromText(const std::string& text);

}  // namespace drdm
