#include "network/Association.h"
#include "network/Network.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace drdm {
namespace {

const std::string studyModel = "1.2.840.10008.5.1.4.1.2.2.1";  // Study Root Query/Retrieve, FIND
const std::string verification = "1.2.840.10008.1.1";
const std::vector<std::string> plain{"1.2.840.10008.1.2.1", "1.2.840.10008.1.2"};

enum Tag : std::uint32_t {
    StudyDate = 0x00080020,
    AccessionNumber = 0x00080050,
    QueryLevel = 0x00080052,
    Modality = 0x00080060,
    ModalitiesInStudy = 0x00080061,
    StudyDescription = 0x00081030,
    SeriesDescription = 0x0008103E,
    PatientName = 0x00100010,
    PatientId = 0x00100020,
    StudyUid = 0x0020000D,
    SeriesUid = 0x0020000E,
    SeriesNumber = 0x00200011,
    StudySeries = 0x00201206,
    StudyImages = 0x00201208,
    SeriesImages = 0x00201209
};

int countIn(const std::string& text) {
    int value = -1;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && value >= 0 ? value : -1;
}

std::string dateRange(const StudySearch& search) {
    for (const std::string& date : {search.dateFrom, search.dateTo}) {
        const bool digits = std::ranges::all_of(date, [](char c) { return c >= '0' && c <= '9'; });
        if (!date.empty() && (date.size() != 8 || !digits)) {
            throw Error("\"" + date + "\" is no date; give it as YYYYMMDD");
        }
    }
    if (!search.dateFrom.empty() && !search.dateTo.empty() && search.dateFrom > search.dateTo) {
        throw Error("the first date " + search.dateFrom + " is later than the last, " + search.dateTo +
                    "; exchange them");
    }
    if (search.dateFrom.empty() && search.dateTo.empty()) {
        return {};
    }
    return search.dateFrom == search.dateTo ? search.dateFrom : search.dateFrom + "-" + search.dateTo;
}

std::string beginningWith(const std::string& name) {
    return name.empty() || name.find_first_of("*?") != std::string::npos ? name : name + "*";
}

/// Some servers fill values in that do not match; those are left out.
bool isWanted(const FoundStudy& study, const StudySearch& search) {
    return !study.studyUid.empty() && (search.studyUid.empty() || study.studyUid == search.studyUid);
}

}  // namespace

EchoReply echoServer(const DicomServer& server, const JobContext& context) {
    const auto begin = std::chrono::steady_clock::now();
    context.progress(0, "Testing the connection to " + server.name);
    Association association(server, {{verification, plain}}, context);
    association.echo();
    association.release();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count()};
}

StudyList findStudies(const DicomServer& server, const StudySearch& search, const JobContext& context) {
    const QueryKeys keys{{QueryLevel, "STUDY"},
                         {StudyDate, dateRange(search)},
                         {AccessionNumber, ""},
                         {ModalitiesInStudy, search.modality},
                         {StudyDescription, ""},
                         {PatientName, beginningWith(search.patientName)},
                         {PatientId, search.patientId},
                         {StudyUid, search.studyUid},
                         {StudySeries, ""},
                         {StudyImages, ""}};
    StudyList list;
    context.progress(0, "Searching on " + server.name);
    Association association(server, {{studyModel, plain}}, context);
    association.find(studyModel, keys, [&](const QueryKeys& found) {
        const auto at = [&](Tag tag) { return found.at(tag); };
        FoundStudy study{at(StudyUid),        at(PatientName),          at(PatientId),
                         at(StudyDate),       at(StudyDescription),     at(ModalitiesInStudy),
                         at(AccessionNumber), countIn(at(StudySeries)), countIn(at(StudyImages))};
        if (isWanted(study, search)) {
            if (static_cast<int>(list.studies.size()) >= search.most) {
                list.cutShort = true;
                return false;
            }
            list.studies.push_back(std::move(study));
            context.progress(0,
                             "Searching on " + server.name + ": " + std::to_string(list.studies.size()) + " studies");
        }
        return true;
    });
    association.release();
    std::ranges::stable_sort(list.studies, std::greater<>(), &FoundStudy::date);
    return list;
}

std::vector<FoundSeries> findSeries(const DicomServer& server, const std::string& studyUid, const JobContext& context) {
    if (studyUid.empty()) {
        throw Error("no study is given whose series are to be searched; give its Study Instance UID");
    }
    const QueryKeys keys{{QueryLevel, "SERIES"}, {Modality, ""},     {SeriesDescription, ""}, {StudyUid, studyUid},
                         {SeriesUid, ""},        {SeriesNumber, ""}, {SeriesImages, ""}};
    std::vector<FoundSeries> all;
    Association association(server, {{studyModel, plain}}, context);
    association.find(studyModel, keys, [&](const QueryKeys& found) {
        if (!found.at(SeriesUid).empty()) {
            all.push_back({studyUid, found.at(SeriesUid), found.at(Modality), found.at(SeriesDescription),
                           found.at(SeriesNumber), countIn(found.at(SeriesImages))});
        }
        return all.size() < 10'000;  // no study has as many; a server that goes on is stopped
    });
    association.release();
    std::ranges::stable_sort(all, {}, [](const FoundSeries& series) { return countIn(series.number); });
    return all;
}

}  // namespace drdm
