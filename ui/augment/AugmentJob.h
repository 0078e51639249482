#pragma once

#include "tasks/AugmentPlan.h"

#include <QJsonObject>
#include <QString>

#include <functional>

class QObject;

namespace drdm {

class BackgroundTask;

/// How the queue names copies of a data set, and what it keeps to begin them again.
QString augmentTitle(const AugmentPlan& plan);
QJsonObject augmentJob(const AugmentPlan& plan);

/// Begins, or goes on with, what augmentJob() describes; `done` hears how it ended. \throws Error
BackgroundTask* beginAugmentJob(QObject* owner, const QString& title, const QJsonObject& what,
                                std::function<void(const QString&)> done);

}  // namespace drdm
