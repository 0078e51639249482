#include "ui/jobs/JobQueue.h"

#include <cmath>

namespace drdm {

namespace {

using State = QueuedJob::State;

}  // namespace

int JobQueue::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_jobs.size());
}

int JobQueue::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobQueue::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const QueuedJob& job = m_jobs[static_cast<std::size_t>(index.row())];
    if (role == numberRole) {
        return job.number;
    }
    if (role == fractionRole) {
        return job.fraction;
    }
    if (role == Qt::ToolTipRole) {
        return job.text.isEmpty() ? job.title : job.title + "\n" + job.text;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
        case TitleColumn:
            return job.title;
        case StateColumn:
            return stateText(job.state);
        case ProgressColumn:
            return tr("%1 %").arg(std::floor(100 * job.fraction));
        case TimeColumn:
            return job.remaining_s >= 0 ? tr("%1, %2 left").arg(duration(job.elapsed_s), duration(job.remaining_s))
                   : job.elapsed_s > 0  ? duration(job.elapsed_s)
                                        : QString();
        default:
            return {};
    }
}

QVariant JobQueue::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
        case TitleColumn:
            return tr("Job");
        case StateColumn:
            return tr("State");
        case ProgressColumn:
            return tr("Progress");
        case TimeColumn:
            return tr("Time");
        default:
            return {};
    }
}

QString JobQueue::stateText(QueuedJob::State state) {
    switch (state) {
        case State::Waiting:
            return tr("Waiting");
        case State::Running:
            return tr("Running");
        case State::Paused:
            return tr("Paused");
        case State::Succeeded:
            return tr("Done");
        case State::Failed:
            return tr("Failed");
        case State::Cancelled:
            return tr("Cancelled");
    }
    return {};
}

QString JobQueue::duration(double seconds) {
    const auto s = static_cast<long long>(std::llround(seconds));
    return s < 60     ? tr("%1 s").arg(s)
           : s < 3600 ? tr("%1 min %2 s").arg(s / 60).arg(s % 60)
                      : tr("%1 h %2 min").arg(s / 3600).arg(s % 3600 / 60);
}

}  // namespace drdm
