#pragma once

#include "jobs/JobContext.h"
#include "network/DicomServer.h"

#include <string>
#include <vector>

/// What can be asked of a DICOM server. Every function opens a connection, does one thing, and closes it; it may throw
/// Error (what, where, remedy) or Cancelled within a moment.
namespace drdm {

struct EchoReply {
    double time_s = 0;  ///< from the first packet to the answer
};
/// C-ECHO: whether the server is there, and lets us in.
EchoReply echoServer(const DicomServer& server, const JobContext& context = {});

/// Empty fields match everything. `*` and `?` stand for other characters.
struct StudySearch {
    std::string patientName;  ///< family name first; what begins with it matches
    std::string patientId;
    std::string dateFrom, dateTo;  ///< YYYYMMDD; both ends included
    std::string modality;          ///< of any series of the study
    std::string studyUid;
    int most = 500;  ///< then the search stops
};

struct FoundStudy {
    std::string studyUid, patientName, patientId, date, description, modalities, accessionNumber;
    int series = -1, images = -1;  ///< -1: the server does not say
};

struct FoundSeries {
    std::string studyUid, seriesUid, modality, description, number;
    int images = -1;  ///< -1: the server does not say
};

struct StudyList {
    std::vector<FoundStudy> studies;  ///< the newest first
    bool cutShort = false;            ///< there are more than asked for
};

/// C-FIND at study level. \throws Error also: a date that is none
StudyList findStudies(const DicomServer& server, const StudySearch& search, const JobContext& context = {});
/// C-FIND at series level, by series number.
std::vector<FoundSeries> findSeries(const DicomServer& server, const std::string& studyUid,
                                    const JobContext& context = {});

enum class RetrieveWay { Get, Move };

struct RetrieveRequest {
    std::string studyUid;
    std::string seriesUid;  ///< empty: all of the study
    std::string folder;     ///< new or empty; appears when everything is in it
    RetrieveWay way = RetrieveWay::Get;
};

struct Retrieved {
    std::string folder;
    std::size_t objects = 0;
};

/// C-GET, or C-MOVE with a listener of ours that lives only as long. Nothing is left where it does not end well.
Retrieved retrieve(const DicomServer& server, const RetrieveRequest& request, const JobContext& context = {});

struct Sent {
    std::size_t objects = 0;
    std::vector<std::string> warnings;
};

/// C-STORE of the DICOM objects among the files and folders. What the server has taken when it breaks off stays there;
/// the message says how much, and sending again completes it: the objects keep their UIDs.
Sent storeFiles(const DicomServer& server, const std::vector<std::string>& paths, const JobContext& context = {});

}  // namespace drdm
