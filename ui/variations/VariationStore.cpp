#include "ui/variations/VariationStore.h"

#include <algorithm>

namespace drdm {

namespace {

/// Before the first step there is nothing to say.
SampleSettings settingsOf(const Variation& variation) {
    return variation.trajectory.stepCount() > 0 ? variation.trajectory.settings() : SampleSettings{};
}

}  // namespace

int VariationStore::add(Variation variation) {
    variation.number = ++m_lastNumber;
    const int number = variation.number;
    const bool contents = variation.finished();
    const auto row = static_cast<int>(m_all.size());
    beginInsertRows({}, row, row);
    m_all.push_back(std::move(variation));
    endInsertRows();
    if (contents) {
        Q_EMIT contentsChanged();
    }
    return number;
}

void VariationStore::putBack(Variation variation) {
    const auto after = std::ranges::find_if(m_all, [&](const Variation& v) { return v.number > variation.number; });
    const auto row = static_cast<int>(after - m_all.begin());
    m_lastNumber = std::max(m_lastNumber, variation.number);
    beginInsertRows({}, row, row);
    m_all.insert(after, std::move(variation));
    endInsertRows();
    Q_EMIT contentsChanged();
}

Variation VariationStore::take(int number) {
    const int row = rowOf(number);
    if (row < 0) {
        return {};
    }
    beginRemoveRows({}, row, row);
    Variation variation = std::move(m_all[static_cast<std::size_t>(row)]);
    m_all.erase(m_all.begin() + row);
    endRemoveRows();
    Q_EMIT contentsChanged();
    return variation;
}

void VariationStore::clear() {
    beginResetModel();
    m_all.clear();
    endResetModel();
    Q_EMIT contentsChanged();
}

const Variation* VariationStore::find(int number) const {
    const int row = rowOf(number);
    return row < 0 ? nullptr : &m_all[static_cast<std::size_t>(row)];
}

std::vector<int> VariationStore::numbersOf(const std::string& series) const {
    std::vector<int> numbers;
    for (const Variation& variation : m_all) {
        if (variation.series == series) {
            numbers.push_back(variation.number);
        }
    }
    return numbers;
}

void VariationStore::setTrajectory(int number, const Trajectory& trajectory) {
    if (Variation* variation = at(number)) {
        variation->trajectory = trajectory;
        tell(number, false);
    }
}

void VariationStore::setRunning(int number, bool running) {
    Variation* variation = at(number);
    if (!variation || variation->running == running) {
        return;
    }
    variation->running = running;
    if (!running) {
        const auto there = static_cast<int>(variation->trajectory.diffusionStepCount());
        variation->expectedDiffusion = there;
        variation->expectedRecovery = static_cast<int>(variation->trajectory.stepCount()) - there;
    }
    tell(number, !running);
}

void VariationStore::setPreview(int number, const QImage& preview) {
    if (Variation* variation = at(number)) {
        variation->preview = preview;
        variation->previewed = true;
        tell(number, false);
    }
}

void VariationStore::setPreviewed(int number, bool previewed) {
    if (Variation* variation = at(number)) {
        variation->previewed = previewed;
    }
}

void VariationStore::setStarred(int number, bool starred) {
    if (Variation* variation = at(number); variation && variation->starred != starred) {
        variation->starred = starred;
        tell(number, true);
    }
}

void VariationStore::setNote(int number, const QString& note) {
    if (Variation* variation = at(number); variation && variation->note != note) {
        variation->note = note;
        tell(number, true);
    }
}

int VariationStore::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_all.size());
}

QVariant VariationStore::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const Variation& v = m_all[static_cast<std::size_t>(index.row())];
    const std::size_t steps = v.trajectory.stepCount();
    switch (role) {
        case Qt::DisplayRole:
        case Qt::AccessibleTextRole:
            return title(v);
        case Qt::ToolTipRole:
            return title(v) + "\n" + details(v) + (v.note.isEmpty() ? QString() : "\n" + v.note);
        case NumberRole:
            return v.number;
        case DetailsRole:
            return details(v);
        case PreviewRole:
            return v.preview;
        case StarredRole:
            return v.starred;
        case RunningRole:
            return v.running;
        case SeriesRole:
            return QString::fromStdString(v.series);
        case SeedRole:
            return static_cast<qulonglong>(v.seed);
        case LevelRole:
            return settingsOf(v).level;
        case MeanRole:
            return steps > 0 ? v.trajectory.step(steps - 1).statistics.mean_percent : 0.0;
        case NoteRole:
            return v.note;
        default:
            return {};
    }
}

QString VariationStore::title(const Variation& variation) {
    return variation.note.isEmpty() ? tr("Seed %1 · strength %2").arg(variation.seed).arg(settingsOf(variation).level)
                                    : variation.note;
}

QString VariationStore::details(const Variation& variation) {
    const std::int64_t slice = settingsOf(variation).slice;
    QString text = slice < 0 ? tr("all slices") : tr("slice %1").arg(slice);
    if (!variation.note.isEmpty()) {
        text = tr("seed %1 · %2").arg(variation.seed).arg(text);
    }
    const std::size_t steps = variation.trajectory.stepCount();
    if (variation.running) {
        return tr("%1 · step %2 of %3")
            .arg(text)
            .arg(steps)
            .arg(variation.expectedDiffusion + variation.expectedRecovery);
    }
    if (steps > 0) {
        const FieldStatistics& s = variation.trajectory.step(steps - 1).statistics;
        text = tr("%1 · mean %2 %").arg(text).arg(s.mean_percent, 0, 'f', 1) +
               (s.folded_voxels_strict > 0 ? tr(" · folded") : QString());
    }
    return text;
}

int VariationStore::rowOf(int number) const {
    const auto found = std::ranges::find(m_all, number, &Variation::number);
    return found == m_all.end() ? -1 : static_cast<int>(found - m_all.begin());
}

Variation* VariationStore::at(int number) {
    const int row = rowOf(number);
    return row < 0 ? nullptr : &m_all[static_cast<std::size_t>(row)];
}

void VariationStore::tell(int number, bool contents) {
    const QModelIndex changed = index(rowOf(number));
    Q_EMIT dataChanged(changed, changed);
    if (contents) {
        Q_EMIT contentsChanged();
    }
}

}  // namespace drdm
