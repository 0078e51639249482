#include "Commands.h"
#include "network/Network.h"
#include "network/ServerList.h"
#include "parameters/NumberFromText.h"

#include <algorithm>
#include <map>

namespace drdm {
namespace {

int number(const std::string& text, const std::string& option) {
    const auto value = numberFromText<int>(text);
    if (!value) {
        throw UsageError("option --" + option + ": \"" + text + "\" is no whole number");
    }
    return *value;
}

/// Options that change a server; of the list's entry for this once, or for good with "add".
void takeServerOptions(const Arguments& arguments, DicomServer& server) {
    server.ourTitle = arguments.text("title", server.ourTitle);
    server.connectTimeout_s = arguments.has("connect-timeout")
                                  ? number(arguments.text("connect-timeout"), "connect-timeout")
                                  : server.connectTimeout_s;
    server.silenceTimeout_s =
        arguments.has("timeout") ? number(arguments.text("timeout"), "timeout") : server.silenceTimeout_s;
    server.keepCompression = server.keepCompression || arguments.has("keep-compression");
    if (arguments.has("listen")) {
        const std::string place = arguments.text("listen");
        const auto colon = place.rfind(':');
        if (colon == std::string::npos) {
            throw UsageError("option --listen: \"" + place + "\" is not accepted; give ADDRESS:PORT");
        }
        server.listenAddress = place.substr(0, colon);
        server.listenPort = number(place.substr(colon + 1), "listen");
    }
    check(server);
}

DicomServer serverOf(const Arguments& arguments) {
    DicomServer server = serverNamed(arguments.positional().at(1));
    takeServerOptions(arguments, server);
    return server;
}

void listServers(const Arguments& arguments, Console& console) {
    arguments.expectPositional(1, 1, "servers");
    const auto path = serverListPath();
    Json list = Json::array();
    for (const DicomServer& server : readServers(path)) {
        console.say(describe(server));
        list.push(toJson(server));
    }
    if (list.items().empty()) {
        console.say("no server is in the list " + path.string() + "; add one with \"drdm network add\"");
    }
    Json json = Json::object();
    json.set("file", path.string()).set("servers", std::move(list));
    console.result(json);
}

void addServer(const Arguments& arguments, Console& console) {
    arguments.expectPositional(3, 3, "add NAME TITLE@host:port");
    DicomServer server = serverFromText(arguments.positional()[2]);
    server.name = arguments.positional()[1];
    takeServerOptions(arguments, server);
    const auto path = serverListPath();
    std::vector<DicomServer> servers = readServers(path);
    std::erase_if(servers, [&](const DicomServer& other) { return other.name == server.name; });
    servers.push_back(server);
    writeServers(path, servers);
    console.say("added " + describe(server) + " to " + path.string());
    console.result(toJson(server));
}

void removeServer(const Arguments& arguments, Console& console) {
    arguments.expectPositional(2, 2, "remove NAME");
    const std::string& name = arguments.positional()[1];
    const auto path = serverListPath();
    std::vector<DicomServer> servers = readServers(path);
    if (std::erase_if(servers, [&](const DicomServer& other) { return other.name == name; }) == 0) {
        throw Error("no server is called \"" + name + "\" in " + path.string() + "; see \"drdm network servers\"");
    }
    writeServers(path, servers);
    console.say("removed " + name);
    Json json = Json::object();
    json.set("removed", name);
    console.result(json);
}

void echo(const Arguments& arguments, Console& console) {
    arguments.expectPositional(2, 2, "echo SERVER");
    const DicomServer server = serverOf(arguments);
    const EchoReply reply = echoServer(server, console.context());
    console.say(describe(server) + " answers, after " + shortNumber(reply.time_s, 3) + " s");
    Json json = Json::object();
    json.set("server", toJson(server)).set("time_s", reply.time_s);
    console.result(json);
}

std::string countText(int count, const std::string& what) {
    return count < 0 ? "" : "  " + std::to_string(count) + " " + what;
}

Json seriesFound(const DicomServer& server, const std::string& study, Console& console) {
    Json list = Json::array();
    for (const FoundSeries& series : findSeries(server, study, console.context())) {
        console.say(series.modality + "  " + series.number + "  " +
                    (series.description.empty() ? "(no description)" : series.description) +
                    countText(series.images, "images") + "\n    series " + series.seriesUid);
        Json json = Json::object();
        json.set("series_uid", series.seriesUid)
            .set("study_uid", series.studyUid)
            .set("modality", series.modality)
            .set("number", series.number)
            .set("description", series.description)
            .set("images", series.images < 0 ? Json() : Json(series.images));
        list.push(std::move(json));
    }
    return list;
}

void find(const Arguments& arguments, Console& console) {
    arguments.expectPositional(2, 2, "find SERVER");
    const DicomServer server = serverOf(arguments);
    StudySearch search;
    search.patientName = arguments.text("patient-name");
    search.patientId = arguments.text("patient-id");
    search.modality = arguments.text("modality");
    search.studyUid = arguments.text("study");
    const std::string date = arguments.text("date");
    const auto dash = date.find('-');
    search.dateFrom = date.substr(0, dash);
    search.dateTo = dash == std::string::npos ? date : date.substr(dash + 1);
    if (arguments.has("most")) {
        search.most = number(arguments.text("most"), "most");
        if (search.most < 1) {
            throw UsageError("option --most: give a number from 1");
        }
    }
    const StudyList found = findStudies(server, search, console.context());
    Json studies = Json::array();
    for (const FoundStudy& study : found.studies) {
        console.say(study.date + "  " + study.patientName + "  " + study.patientId + "  " + study.modalities + "  " +
                    study.description + countText(study.series, "series") + countText(study.images, "images") +
                    "\n    study " + study.studyUid);
        Json json = Json::object();
        json.set("study_uid", study.studyUid)
            .set("patient_name", study.patientName)
            .set("patient_id", study.patientId)
            .set("date", study.date)
            .set("description", study.description)
            .set("modalities", study.modalities)
            .set("accession_number", study.accessionNumber)
            .set("series", study.series < 0 ? Json() : Json(study.series))
            .set("images", study.images < 0 ? Json() : Json(study.images));
        studies.push(std::move(json));
    }
    console.say(std::to_string(found.studies.size()) + " studies" +
                (found.cutShort ? "; there are more, search more narrowly or give --most" : ""));
    Json json = Json::object();
    json.set("studies", std::move(studies)).set("cut_short", found.cutShort);
    if (!search.studyUid.empty()) {
        json.set("series", seriesFound(server, search.studyUid, console));
    }
    console.result(json);
}

void fetch(const Arguments& arguments, Console& console, RetrieveWay way) {
    arguments.expectPositional(2, 2, arguments.positional().front() + " SERVER --study UID --out DIR");
    for (const char* option : {"study", "out"}) {
        if (!arguments.has(option)) {
            throw UsageError(std::string("option --") + option + " is missing");
        }
    }
    const Retrieved got =
        retrieve(serverOf(arguments), {arguments.text("study"), arguments.text("series"), arguments.text("out"), way},
                 console.context());
    console.say(std::to_string(got.objects) + " objects written to " + got.folder);
    Json json = Json::object();
    json.set("out", got.folder).set("objects", got.objects);
    console.result(json);
}

void get(const Arguments& arguments, Console& console) {
    fetch(arguments, console, RetrieveWay::Get);
}

void move(const Arguments& arguments, Console& console) {
    fetch(arguments, console, RetrieveWay::Move);
}

void store(const Arguments& arguments, Console& console) {
    arguments.expectPositional(3, static_cast<std::size_t>(-1), "store SERVER PATH...");
    const auto& words = arguments.positional();
    const DicomServer server = serverOf(arguments);
    const Sent sent = storeFiles(server, {words.begin() + 2, words.end()}, console.context());
    Json warnings = Json::array();
    for (const std::string& warning : sent.warnings) {
        console.say("warning: " + warning);
        warnings.push(warning);
    }
    console.say(std::to_string(sent.objects) + " objects sent to " + describe(server));
    Json json = Json::object();
    json.set("objects", sent.objects).set("warnings", std::move(warnings));
    console.result(json);
}

struct Action {
    void (*run)(const Arguments&, Console&);
    std::vector<std::string> options;  ///< besides those of a server
};

void run(const Arguments& arguments, Console& console) {
    static const std::map<std::string, Action> actions{
        {"servers", {listServers, {}}},
        {"add", {addServer, {}}},
        {"remove", {removeServer, {}}},
        {"echo", {echo, {}}},
        {"find", {find, {"patient-name", "patient-id", "date", "modality", "study", "most"}}},
        {"get", {get, {"study", "series", "out"}}},
        {"move", {move, {"study", "series", "out"}}},
        {"store", {store, {}}}};
    const auto& words = arguments.positional();
    arguments.expectPositional(1, static_cast<std::size_t>(-1), "echo, find, get, move, store, servers, add or remove");
    const auto found = actions.find(words.front());
    if (found == actions.end()) {
        std::vector<std::string> known;
        for (const auto& [name, action] : actions) {
            known.push_back(name);
        }
        const std::string near = nearest(words.front(), known);
        throw UsageError("unknown request \"" + words.front() + "\"" +
                         (near.empty() ? "; expected echo, find, get, move, store, servers, add or remove"
                                       : "; did you mean " + near + "?"));
    }
    for (const char* option : {"patient-name", "patient-id", "date", "modality", "study", "series", "out", "most"}) {
        if (arguments.has(option) && std::ranges::count(found->second.options, option) == 0) {
            throw UsageError(std::string("option --") + option + " does not go with \"drdm network " + words.front() +
                             "\"");
        }
    }
    found->second.run(arguments, console);
}

}  // namespace

Command networkCommand() {
    return {
        "network",
        "echo|find|get|move SERVER [options] | store SERVER PATH... | servers | add NAME TITLE@host:port | remove NAME",
        "Talk to DICOM servers: test, search, fetch, send.",
        "SERVER is a name in the list (see servers, add, remove) or TITLE@host:port. "
        "What is fetched appears in --out when it is complete, or not at all. \"move\" has the server send to the "
        "address and port of --listen, which must be entered there with our AE title; the port is open only "
        "meanwhile, and only for that server's AE title.",
        {{"title", "TITLE", "Our AE title; DRDM where nothing else is set."},
         {"listen", "ADDRESS:PORT", "Where images of \"move\" arrive."},
         {"connect-timeout", "N", "Seconds until the connection stands (10)."},
         {"timeout", "N", "Seconds that the server may keep silent (60)."},
         {"keep-compression", "", "Also take images as they are stored (JPEG, JPEG-LS, JPEG 2000, RLE).", switchOnly},
         {"patient-name", "NAME", "find: family name first; * and ? stand for other characters."},
         {"patient-id", "ID", "find: the patient's number."},
         {"date", "DATE", "find: day of the study, YYYYMMDD, or a range FROM-TO; either end may be left out."},
         {"modality", "NAME", "find: studies with a series of this modality."},
         {"most", "N", "find: stop after so many studies (500)."},
         {"study", "UID", "find: this study and its series. get, move: the study to fetch."},
         {"series", "UID", "get, move: only this series of the study."},
         {"out", "DIR", "get, move: a new or empty folder."}},
        run};
}

}  // namespace drdm
