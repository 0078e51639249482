#pragma once

#include "network/Network.h"
#include "tasks/Export.h"

#include <QJsonObject>
#include <QTemporaryDir>

#include <functional>
#include <memory>
#include <optional>

class QObject;

namespace drdm {

class BackgroundTask;

/// One study or series to be fetched into a folder of its own.
struct FetchOrder {
    DicomServer server;
    RetrieveRequest request;
    bool open = true;  ///< when it is there
    QString what;      ///< for the list of jobs: "MR study of 2011-03-01"
};

QString fetchTitle(const FetchOrder& order);
/// What the queue keeps to begin it again.
QJsonObject fetchJob(const FetchOrder& order);
/// \throws Error: not what fetchJob() wrote
FetchOrder fetchOrder(const QJsonObject& what);
/// `done` gets the folder. \throws Error
BackgroundTask* beginFetch(QObject* owner, const FetchOrder& order,
                           std::function<void(const FetchOrder&, const Retrieved&)> done);

/// What is sent: variations as DICOM objects, which are made first, or what lies in a folder.
struct SendOrder {
    DicomServer server;
    std::optional<ExportRequest> made;  ///< its folder is set here
    QString folder;
    /// Made objects lie here as long as the order is kept, so that sending again sends the same ones.
    std::shared_ptr<QTemporaryDir> place;
};

QString sendTitle(const SendOrder& order);
/// The first part of the work makes the objects, unless an earlier attempt has. \throws Error
BackgroundTask* beginSend(QObject* owner, const std::shared_ptr<SendOrder>& order,
                          std::function<void(const Sent&)> done);

}  // namespace drdm
