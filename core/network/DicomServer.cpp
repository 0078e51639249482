#include "network/DicomServer.h"

#include "errors/Error.h"
#include "parameters/NumberFromText.h"

#include <algorithm>

namespace drdm {
namespace {

/// PS3.5, VR AE: at most 16 characters, no backslash, no control characters; spaces at the ends mean nothing.
void checkTitle(const std::string& title, const std::string& whose, const DicomServer& server) {
    const bool allowed = std::ranges::all_of(title, [](char c) { return c >= ' ' && c < 127 && c != '\\'; });
    const bool blank = std::ranges::all_of(title, [](char c) { return c == ' '; });
    if (blank || title.size() > 16 || !allowed) {
        throw Error(whose + " AE title \"" + title + "\" of the server \"" + server.name +
                    "\" is not possible; give 1 to 16 letters, digits or signs without backslash");
    }
}

void checkRange(int value, int least, int most, const std::string& what, const DicomServer& server) {
    if (value < least || value > most) {
        throw Error(what + " " + std::to_string(value) + " of the server \"" + server.name +
                    "\" is not possible; give a number from " + std::to_string(least) + " to " + std::to_string(most));
    }
}

int whole(const Json& json, const char* key, int fallback) {
    const Json* found = json.find(key);
    if (found == nullptr) {
        return fallback;
    }
    const long long value = withContext(key, [&] { return found->integer(); });
    return static_cast<int>(std::clamp(value, -1LL, 1'000'000LL));  // what is out of range is refused by check()
}

std::string word(const Json& json, const char* key, const std::string& fallback) {
    const Json* found = json.find(key);
    return found == nullptr ? fallback : withContext(key, [&] { return found->string(); });
}

}  // namespace

std::string describe(const DicomServer& server) {
    return server.name + " (" + server.host + ":" + std::to_string(server.port) + ", AE title " + server.theirTitle +
           ", our AE title " + server.ourTitle + ")";
}

void check(const DicomServer& server) {
    const bool plain = std::ranges::none_of(server.host, [](char c) { return c <= ' ' || c == ':' || c == '/'; });
    if (server.host.empty() || !plain) {
        throw Error("the host \"" + server.host + "\" of the server \"" + server.name +
                    "\" is not possible; give a name or an IPv4 address, without port");
    }
    checkTitle(server.theirTitle, "the", server);
    checkTitle(server.ourTitle, "our", server);
    checkRange(server.port, 1, 65535, "the port", server);
    checkRange(server.listenPort, 0, 65535, "the port for C-MOVE", server);
    checkRange(server.connectTimeout_s, 1, 3600, "the time to connect (s)", server);
    checkRange(server.silenceTimeout_s, 1, 3600, "the longest pause (s)", server);
}

Json toJson(const DicomServer& server) {
    Json json = Json::object();
    json.set("name", server.name)
        .set("host", server.host)
        .set("port", server.port)
        .set("their_title", server.theirTitle)
        .set("our_title", server.ourTitle)
        .set("connect_timeout_s", server.connectTimeout_s)
        .set("silence_timeout_s", server.silenceTimeout_s)
        .set("keep_compression", server.keepCompression)
        .set("listen_address", server.listenAddress)
        .set("listen_port", server.listenPort);
    return json;
}

DicomServer serverFromJson(const Json& json) {
    const DicomServer standard;
    DicomServer server;
    server.name = json.at("name").string();
    server.host = json.at("host").string();
    server.port = whole(json, "port", standard.port);
    server.theirTitle = json.at("their_title").string();
    server.ourTitle = word(json, "our_title", standard.ourTitle);
    server.connectTimeout_s = whole(json, "connect_timeout_s", standard.connectTimeout_s);
    server.silenceTimeout_s = whole(json, "silence_timeout_s", standard.silenceTimeout_s);
    if (const Json* keep = json.find("keep_compression")) {
        server.keepCompression = withContext("keep_compression", [&] { return keep->boolean(); });
    }
    server.listenAddress = word(json, "listen_address", standard.listenAddress);
    server.listenPort = whole(json, "listen_port", standard.listenPort);
    check(server);
    return server;
}

DicomServer serverFromText(const std::string& text) {
    const auto at = text.find('@');
    const auto colon = text.rfind(':');
    DicomServer server;
    server.name = text;
    if (at != std::string::npos && colon != std::string::npos && colon > at) {
        server.theirTitle = text.substr(0, at);
        server.host = text.substr(at + 1, colon - at - 1);
        if (const auto port = numberFromText<int>(text.substr(colon + 1))) {
            server.port = *port;
            server.name = server.theirTitle;
            check(server);
            return server;
        }
    }
    throw Error("\"" + text + "\" is no server; give TITLE@host:port, or the name of a server in the list");
}

}  // namespace drdm
