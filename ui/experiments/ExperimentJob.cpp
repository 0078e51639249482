#include "ui/experiments/ExperimentJob.h"

#include "tasks/Experiment.h"
#include "ui/BackgroundTask.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QJsonDocument>

namespace drdm {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ExperimentJob", text);
}

}  // namespace

QString experimentTitle(const ExperimentPlan& plan) {
    const QString name = QFileInfo(QString::fromStdString(plan.folder)).fileName();
    return plan.kind == "registration" ? tr("Registration experiment %1").arg(name)
                                       : tr("Segmentation experiment %1").arg(name);
}

QJsonObject experimentJob(const ExperimentPlan& plan) {
    return {{"folder", QString::fromStdString(plan.folder)},
            {"plan", QJsonDocument::fromJson(QByteArray::fromStdString(plan.json().dump())).object()}};
}

BackgroundTask* beginExperimentJob(QObject* owner, const QString& title, const QJsonObject& what,
                                   std::function<void(const QString& folder, const QString& said)> done) {
    const ExperimentPlan plan = ExperimentPlan::fromJson(
        Json::parse(QJsonDocument(what["plan"].toObject()).toJson(QJsonDocument::Compact).toStdString()));
    return BackgroundTask::start(
        owner, title, [plan](const JobContext& context) { return runExperiment(plan, context); },
        [done = std::move(done), plan](const ExperimentTable& made) {
            const QString folder = QString::fromStdString(plan.folder);
            done(folder, tr("%1 of %2 runs are in %3").arg(made.there).arg(made.runs).arg(folder));
        });
}

}  // namespace drdm
