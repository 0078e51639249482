#include "ui/StudyModel.h"

#include <QDate>
#include <QFileInfo>

#include <algorithm>
#include <functional>

namespace drdm {

struct StudyModel::Node {
    Kind kind = Kind::Patient;
    std::string key;        ///< of a group
    QString text, details;  ///< of a group
    int series = -1;
    Node* parent = nullptr;
    std::vector<std::unique_ptr<Node>> children;

    [[nodiscard]] int row() const {
        const auto& all = parent->children;
        return static_cast<int>(std::ranges::find(all, this, &std::unique_ptr<Node>::get) - all.begin());
    }
};

namespace {

const char* const filesKey = "nifti";  // of the group of plain files

bool same(const SeriesInfo& a, const SeriesInfo& b) {
    return a.uid == b.uid && (a.files.empty() ? "" : a.files.front()) == (b.files.empty() ? "" : b.files.front());
}

QString fromUtf8(const std::string& text) {
    return QString::fromStdString(text).trimmed();
}

/// "Family^Given^Middle" → "Family, Given Middle".
QString personName(const std::string& dicom) {
    QStringList parts = fromUtf8(dicom).section('=', 0, 0).split('^', Qt::SkipEmptyParts);
    if (parts.size() < 2) {
        return parts.join(' ').trimmed();
    }
    const QString family = parts.takeFirst();
    return family + ", " + parts.join(' ').trimmed();
}

QString date(const std::string& dicom) {
    const QDate day = QDate::fromString(fromUtf8(dicom).remove('.'), "yyyyMMdd");
    return day.isValid() ? day.toString(Qt::ISODate) : fromUtf8(dicom);
}

QString folderOf(const SeriesInfo& series) {
    return series.files.empty() ? QString() : QFileInfo(QString::fromStdString(series.files.front())).absolutePath();
}

std::string patientKey(const SeriesInfo& series) {
    if (series.isPlainFile()) {
        return filesKey;
    }
    const bool known = !series.patientName.empty() || !series.patientId.empty();
    return known ? "patient/" + series.patientId + "/" + series.patientName : "anonymous/" + series.studyUid;
}

std::string studyKey(const SeriesInfo& series) {
    return series.isPlainFile() ? folderOf(series).toStdString() : series.studyUid;
}

}  // namespace

StudyModel::StudyModel(QObject* parent) : QAbstractItemModel(parent), m_root(std::make_unique<Node>()) {}

StudyModel::~StudyModel() = default;

StudyModel::Node* StudyModel::nodeOf(const QModelIndex& index) const {
    return index.isValid() ? static_cast<Node*>(index.internalPointer()) : m_root.get();
}

QModelIndex StudyModel::indexOf(const Node* node) const {
    return node == m_root.get() ? QModelIndex() : createIndex(node->row(), 0, node);
}

StudyModel::Node* StudyModel::group(Node* under, Kind kind, const std::string& key, const SeriesInfo& first) {
    for (const auto& child : under->children) {
        if (child->key == key) {
            return child.get();
        }
    }
    auto fresh = std::make_unique<Node>();
    fresh->kind = kind;
    fresh->key = key;
    fresh->parent = under;
    const bool nifti = first.isPlainFile();
    if (kind == Kind::Patient) {
        const QString name = personName(first.patientName), id = fromUtf8(first.patientId);
        fresh->text = nifti ? tr("Files") : !name.isEmpty() ? name : !id.isEmpty() ? id : tr("Anonymous");
        fresh->details = name.isEmpty() ? QString() : id;
    } else {
        const QString description = fromUtf8(first.studyDescription);
        fresh->text = nifti                   ? QFileInfo(folderOf(first)).fileName()
                      : description.isEmpty() ? tr("Study without description")
                                              : description;
        fresh->details = date(first.studyDate);
    }
    // Patients come before files that know no patient.
    const bool filesLast =
        kind == Kind::Patient && !nifti && !under->children.empty() && under->children.back()->key == filesKey;
    const int row = static_cast<int>(under->children.size()) - (filesLast ? 1 : 0);
    beginInsertRows(indexOf(under), row, row);
    Node* result = under->children.insert(under->children.begin() + row, std::move(fresh))->get();
    endInsertRows();
    return result;
}

void StudyModel::add(const std::vector<SeriesInfo>& found) {
    for (const SeriesInfo& series : found) {
        if (const int known = numberOf(series); known >= 0) {
            m_series[static_cast<std::size_t>(known)] = series;
            m_shown[static_cast<std::size_t>(known)].missing = 0;
            changed(known);
            continue;
        }
        Node* patient = group(m_root.get(), Kind::Patient, patientKey(series), series);
        Node* study = group(patient, Kind::Study, studyKey(series), series);
        auto fresh = std::make_unique<Node>();
        fresh->kind = Kind::Series;
        fresh->parent = study;
        fresh->series = static_cast<int>(m_series.size());
        m_series.push_back(series);
        m_shown.emplace_back();
        const int row = static_cast<int>(study->children.size());
        beginInsertRows(indexOf(study), row, row);
        study->children.push_back(std::move(fresh));
        endInsertRows();
    }
}

void StudyModel::clear() {
    beginResetModel();
    m_root = std::make_unique<Node>();
    m_series.clear();
    m_shown.clear();
    endResetModel();
}

void StudyModel::remove(const QModelIndex& index) {
    std::vector<int> numbers = seriesBelow(index);
    std::ranges::sort(numbers, std::greater<>());  // from the back, so that the other numbers stay
    for (const int number : numbers) {
        removeSeries(number);
    }
}

void StudyModel::removeSeries(int number) {
    Node* node = nodeOf(indexOfSeries(number));
    while (node != m_root.get()) {
        Node* parent = node->parent;
        const int row = node->row();
        beginRemoveRows(indexOf(parent), row, row);
        parent->children.erase(parent->children.begin() + row);
        endRemoveRows();
        if (!parent->children.empty()) {
            break;
        }
        node = parent;
    }
    m_series.erase(m_series.begin() + number);
    m_shown.erase(m_shown.begin() + number);
    const std::function<void(Node&)> renumber = [&](Node& each) {
        each.series -= each.series > number ? 1 : 0;
        for (const auto& child : each.children) {
            renumber(*child);
        }
    };
    renumber(*m_root);
}

void StudyModel::changed(int number) {
    const QModelIndex index = indexOfSeries(number);
    Q_EMIT dataChanged(index, index);
}

void StudyModel::setPicture(const SeriesInfo& series, const QImage& picture) {
    if (const int number = numberOf(series); number >= 0) {
        m_shown[static_cast<std::size_t>(number)].picture = picture;
        changed(number);
    }
}

void StudyModel::setMissing(const SeriesInfo& series, int missing) {
    if (const int number = numberOf(series);
        number >= 0 && m_shown[static_cast<std::size_t>(number)].missing != missing) {
        m_shown[static_cast<std::size_t>(number)].missing = missing;
        changed(number);
    }
}

int StudyModel::numberOf(const SeriesInfo& series) const {
    const auto found = std::ranges::find_if(m_series, [&series](const SeriesInfo& s) { return same(s, series); });
    return found == m_series.end() ? -1 : static_cast<int>(found - m_series.begin());
}

bool StudyModel::hasPicture(int number) const {
    return !m_shown[static_cast<std::size_t>(number)].picture.isNull();
}

QModelIndex StudyModel::indexOfSeries(int number) const {
    for (const auto& patient : m_root->children) {
        for (const auto& study : patient->children) {
            for (const auto& node : study->children) {
                if (node->series == number) {
                    return indexOf(node.get());
                }
            }
        }
    }
    return {};
}

std::vector<int> StudyModel::seriesBelow(const QModelIndex& index) const {
    std::vector<int> numbers;
    const std::function<void(const Node&)> visit = [&](const Node& node) {
        if (node.series >= 0) {
            numbers.push_back(node.series);
        }
        for (const auto& child : node.children) {
            visit(*child);
        }
    };
    visit(*nodeOf(index));
    return numbers;
}

QModelIndex StudyModel::index(int row, int column, const QModelIndex& parent) const {
    const Node* node = nodeOf(parent);
    if (column != 0 || row < 0 || row >= static_cast<int>(node->children.size())) {
        return {};
    }
    return createIndex(row, 0, node->children[static_cast<std::size_t>(row)].get());
}

QModelIndex StudyModel::parent(const QModelIndex& child) const {
    return child.isValid() ? indexOf(nodeOf(child)->parent) : QModelIndex();
}

int StudyModel::rowCount(const QModelIndex& parent) const {
    return parent.column() > 0 ? 0 : static_cast<int>(nodeOf(parent)->children.size());
}

int StudyModel::columnCount(const QModelIndex& /*parent*/) const {
    return 1;
}

Qt::ItemFlags StudyModel::flags(const QModelIndex& index) const {
    if (!index.isValid()) {
        return Qt::NoItemFlags;
    }
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (nodeOf(index)->kind == Kind::Series) {
        flags |= Qt::ItemNeverHasChildren;
    }
    return flags;
}

QString StudyModel::tip(int number) const {
    const SeriesInfo& series = m_series[static_cast<std::size_t>(number)];
    QStringList lines;
    const auto add = [&lines](const QString& name, const QString& value) {
        if (!value.isEmpty()) {
            lines << name + ": " + value;
        }
    };
    add(tr("Series"), fromUtf8(series.description));
    add(tr("Patient"), personName(series.patientName));
    add(tr("Study"), fromUtf8(series.studyDescription));
    add(tr("Date"), date(series.studyDate));
    lines << tr("Voxel: %1 × %2 × %3 mm")
                 .arg(series.spacing_mm[0], 0, 'g', 4)
                 .arg(series.spacing_mm[1], 0, 'g', 4)
                 .arg(series.spacing_mm[2], 0, 'g', 4);
    add(tr("Stored as"), fromUtf8(series.transferSyntax));
    lines << (series.files.size() == 1 ? QString::fromStdString(series.files.front())
                                       : tr("%1 files in %2").arg(series.files.size()).arg(folderOf(series)));
    for (const std::string& warning : series.warnings) {
        lines << tr("Warning: %1").arg(fromUtf8(warning));
    }
    const QString trouble = data(indexOfSeries(number), TroubleRole).toString();
    lines << (trouble.isEmpty() ? tr("Double-click or Enter opens it.") : trouble);
    return lines.join('\n');
}

QVariant StudyModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const Node* node = nodeOf(index);
    if (role == KindRole) {
        return QVariant::fromValue(static_cast<int>(node->kind));
    }
    if (role == SeriesRole) {
        return node->series;
    }
    if (node->kind != Kind::Series) {
        switch (role) {
            case Qt::DisplayRole:
                return node->text;
            case DetailsRole:
                return node->details;
            case Qt::ToolTipRole:
            case Qt::AccessibleTextRole:
                return node->details.isEmpty() ? node->text : node->text + " · " + node->details;
            default:
                return {};
        }
    }
    const SeriesInfo& series = m_series[static_cast<std::size_t>(node->series)];
    const Shown& shown = m_shown[static_cast<std::size_t>(node->series)];
    switch (role) {
        case Qt::DisplayRole:
            return series.description.empty() ? tr("(no description)") : fromUtf8(series.description);
        case Qt::AccessibleTextRole:
            return data(index, Qt::DisplayRole).toString() + ", " +
                   data(index, DetailsRole).toString().replace('\n', ", ");
        case DetailsRole: {
            QStringList counts;
            if (series.size[2] > 1) {
                counts << tr("%1 slices").arg(series.size[2]);
            }
            if (series.size[3] > 1) {
                counts << tr("%1 phases").arg(series.size[3]);
            }
            return fromUtf8(series.modality) + QString(" · %1 × %2").arg(series.size[0]).arg(series.size[1]) + '\n' +
                   (counts.isEmpty() ? tr("1 slice") : counts.join(" · "));
        }
        case Qt::ToolTipRole:
            return tip(node->series);
        case PictureRole:
            return shown.picture;
        case WarningsRole:
            return static_cast<int>(series.warnings.size());
        case TroubleRole:
            if (shown.missing > 0) {
                return shown.missing == static_cast<int>(series.files.size())
                           ? tr("No longer there. Bring %1 back, or remove the series from the list.")
                                 .arg(QString::fromStdString(series.files.front()))
                           : tr("%1 of %2 files are no longer there. Scan the folder again.")
                                 .arg(shown.missing)
                                 .arg(series.files.size());
            }
            return series.unreadable.empty() ? QString() : tr("Cannot be shown: %1").arg(fromUtf8(series.unreadable));
        default:
            return {};
    }
}

}  // namespace drdm
