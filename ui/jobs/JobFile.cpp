#include "ui/jobs/JobFile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSaveFile>

namespace drdm {

namespace {

using State = QueuedJob::State;

constexpr int version = 1;
constexpr qint64 largestFile = 16 << 20;

}  // namespace

std::vector<QueuedJob> readJobFile(const QString& name) {
    QFile file(name);
    if (!file.exists() || file.size() > largestFile || !file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QJsonParseError error;
    const QJsonObject root = QJsonDocument::fromJson(file.readAll(), &error).object();
    if (error.error != QJsonParseError::NoError || root["version"].toInt() != version) {
        QFile::remove(name + ".damaged");
        QFile::copy(name, name + ".damaged");
        return {};
    }
    const bool orderly = root["orderly"].toBool();
    std::vector<QueuedJob> jobs;
    for (const QJsonValue& value : root["jobs"].toArray()) {
        const QJsonObject entry = value.toObject();
        QueuedJob job;
        job.kind = entry["kind"].toString();
        job.title = entry["title"].toString();
        job.what = entry["what"].toObject();
        const QString state = entry["state"].toString();
        job.text = entry["text"].toString();
        if (state == "failed") {
            job.state = State::Failed;
        } else if (state == "paused" || (state == "running" && !orderly) || (state == "waiting" && !orderly)) {
            job.state = State::Paused;
            job.text = orderly ? JobQueue::tr("Paused.")
                               : JobQueue::tr("The program ended before this was done. Resume begins it again.");
        } else if (state == "running" || state == "waiting") {
            job.state = State::Waiting;
            job.text.clear();
        } else {
            continue;
        }
        if (!job.kind.isEmpty()) {
            jobs.push_back(job);
        }
    }
    return jobs;
}

void writeJobFile(const QString& name, const std::vector<QueuedJob>& jobs, bool orderly) {
    QJsonArray list;
    for (const QueuedJob& job : jobs) {
        const char* state = job.state == State::Failed    ? "failed"
                            : job.state == State::Paused  ? "paused"
                            : job.state == State::Running ? "running"
                            : job.state == State::Waiting ? "waiting"
                                                          : nullptr;
        if (state) {
            list.append(QJsonObject{
                {"kind", job.kind}, {"title", job.title}, {"what", job.what}, {"state", state}, {"text", job.text}});
        }
    }
    QDir().mkpath(QFileInfo(name).absolutePath());
    QSaveFile file(name);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(QJsonDocument(QJsonObject{{"version", version}, {"orderly", orderly}, {"jobs", list}}).toJson());
        file.commit();
    }
}

}  // namespace drdm
