#pragma once

#include "tasks/ExperimentPlan.h"

#include <QJsonObject>
#include <QString>

#include <functional>

class QObject;

namespace drdm {

class BackgroundTask;

/// How the queue names an experiment, and what it keeps to begin it again.
QString experimentTitle(const ExperimentPlan& plan);
QJsonObject experimentJob(const ExperimentPlan& plan);

/// Begins, or goes on with, what experimentJob() describes; `done` hears its folder and how it ended. \throws Error
BackgroundTask* beginExperimentJob(QObject* owner, const QString& title, const QJsonObject& what,
                                   std::function<void(const QString& folder, const QString& said)> done);

}  // namespace drdm
