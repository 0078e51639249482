#include "ui/augment/AugmentJob.h"

#include "tasks/Augment.h"
#include "ui/BackgroundTask.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>

namespace drdm {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("AugmentJob", text);
}

}  // namespace

QString augmentTitle(const AugmentPlan& plan) {
    const QString data = QString::fromStdString(plan.data.data.empty() ? std::string() : plan.data.data.front());
    return tr("Copies of %1 by %2").arg(QFileInfo(data).fileName(), QString::fromStdString(plan.values.text("method")));
}

QJsonObject augmentJob(const AugmentPlan& plan) {
    return {{"folder", QString::fromStdString(plan.folder)},
            {"plan", QJsonDocument::fromJson(QByteArray::fromStdString(plan.json().dump())).object()}};
}

BackgroundTask* beginAugmentJob(QObject* owner, const QString& title, const QJsonObject& what,
                                std::function<void(const QString&)> done) {
    const AugmentPlan plan = AugmentPlan::fromJson(
        Json::parse(QJsonDocument(what["plan"].toObject()).toJson(QJsonDocument::Compact).toStdString()));
    return BackgroundTask::start(
        owner, title, [plan](const JobContext& context) { return augment(plan, context); },
        [done = std::move(done), plan](const AugmentResult& made) {
            const QString folder = QString::fromStdString(plan.folder);
            done(made.complete() ? tr("%1 copies are in %2").arg(made.all - made.leftOut).arg(folder)
                                 : tr("%1 of %2 copies are in %3; the same again goes on")
                                       .arg(made.there)
                                       .arg(made.all)
                                       .arg(folder));
        });
}

}  // namespace drdm
