#include "ui/network/NetworkJobs.h"

#include "ui/BackgroundTask.h"
#include "ui/Preferences.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>

namespace drdm {

namespace {

constexpr double makingShare = 0.5;

QString tr(const char* text) {
    return QCoreApplication::translate("NetworkJobs", text);
}

/// Progress from `from` to `to` of the whole.
JobContext part(const JobContext& context, double from, double to) {
    JobContext inner = context;
    inner.report = [&context, from, to](double fraction, const std::string& text) {
        context.progress(from + (to - from) * fraction, text);
    };
    return inner;
}

Sent send(SendOrder& order, const JobContext& context) {
    if (!order.made) {
        return storeFiles(order.server, {order.folder.toStdString()}, context);
    }
    const std::string objects = order.place->filePath("objects").toStdString();
    if (!QFileInfo::exists(QString::fromStdString(objects))) {
        ExportRequest request = *order.made;
        request.folder = objects;
        exportSets(request, part(context, 0, makingShare));
    }
    return storeFiles(order.server, {objects}, part(context, makingShare, 1));
}

}  // namespace

QString fetchTitle(const FetchOrder& order) {
    return tr("Fetch %1 from %2").arg(order.what, QString::fromStdString(order.server.name));
}

QJsonObject fetchJob(const FetchOrder& order) {
    return {{"server", QJsonDocument::fromJson(QByteArray::fromStdString(toJson(order.server).dump())).object()},
            {"study", QString::fromStdString(order.request.studyUid)},
            {"series", QString::fromStdString(order.request.seriesUid)},
            {"folder", QString::fromStdString(order.request.folder)},
            {"move", order.request.way == RetrieveWay::Move},
            {"open", order.open},
            {"what", order.what}};
}

FetchOrder fetchOrder(const QJsonObject& what) {
    FetchOrder order;
    order.server = serverFromJson(
        Json::parse(QJsonDocument(what["server"].toObject()).toJson(QJsonDocument::Compact).toStdString()));
    order.request.studyUid = what["study"].toString().toStdString();
    order.request.seriesUid = what["series"].toString().toStdString();
    order.request.folder = what["folder"].toString().toStdString();
    order.request.way = what["move"].toBool() ? RetrieveWay::Move : RetrieveWay::Get;
    order.open = what["open"].toBool();
    order.what = what["what"].toString();
    return order;
}

BackgroundTask* beginFetch(QObject* owner, const FetchOrder& order,
                           std::function<void(const FetchOrder&, const Retrieved&)> done) {
    return BackgroundTask::start(
        owner, fetchTitle(order),
        [order](const JobContext& context) { return retrieve(order.server, order.request, context); },
        [order, done = std::move(done)](const Retrieved& got) { done(order, got); });
}

QString sendTitle(const SendOrder& order) {
    const QString what = !order.made ? QFileInfo(order.folder).fileName()
                         : order.made->trajectories.size() == 1
                             ? tr("one variation")
                             : tr("%1 variations").arg(order.made->trajectories.size());
    return tr("Send %1 to %2").arg(what, QString::fromStdString(order.server.name));
}

BackgroundTask* beginSend(QObject* owner, const std::shared_ptr<SendOrder>& order,
                          std::function<void(const Sent&)> done) {
    if (order->made && !order->place) {
        QDir().mkpath(Preferences::cacheFolder());
        order->place = std::make_shared<QTemporaryDir>(QDir(Preferences::cacheFolder()).filePath("send-XXXXXX"));
        if (!order->place->isValid()) {
            const QString why = order->place->errorString();
            order->place.reset();
            throw Error(tr("no room to make the objects in %1: %2; free some space, or send a folder instead")
                            .arg(Preferences::cacheFolder(), why)
                            .toStdString());
        }
    }
    return BackgroundTask::start(
        owner, sendTitle(*order), [order](const JobContext& context) { return send(*order, context); },
        [done = std::move(done), order](const Sent& sent) {
            order->place.reset();
            done(sent);
        });
}

}  // namespace drdm
