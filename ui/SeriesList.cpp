#include "ui/SeriesList.h"

#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QLabel>
#include <QListWidget>
#include <QVBoxLayout>

namespace drdm {

namespace {

QString sizeText(const SeriesInfo& series) {
    QString text = QString("%1 × %2").arg(series.size[0]).arg(series.size[1]);
    if (series.size[2] > 1) {
        text += QObject::tr(" · %1 slices").arg(series.size[2]);
    }
    if (series.size[3] > 1) {
        text += QObject::tr(" · %1 phases").arg(series.size[3]);
    }
    return text;
}

QString tip(const SeriesInfo& series) {
    QStringList lines;
    const auto add = [&lines](const QString& name, const std::string& value) {
        if (!value.empty()) {
            lines << name + ": " + QString::fromStdString(value);
        }
    };
    add(QObject::tr("Patient"), series.patientName);
    add(QObject::tr("Study"), series.studyDescription);
    add(QObject::tr("Date"), series.studyDate);
    lines << QObject::tr("Voxel: %1 × %2 × %3 mm")
                 .arg(series.spacing_mm[0], 0, 'g', 4)
                 .arg(series.spacing_mm[1], 0, 'g', 4)
                 .arg(series.spacing_mm[2], 0, 'g', 4);
    add(QObject::tr("Stored as"), series.transferSyntax);
    lines << QObject::tr("%n file(s)", nullptr, static_cast<int>(series.files.size()));
    for (const std::string& warning : series.warnings) {
        lines << QObject::tr("Warning: %1").arg(QString::fromStdString(warning));
    }
    add(QObject::tr("Cannot be shown"), series.unreadable);
    return lines.join('\n');
}

}  // namespace

SeriesList::SeriesList(QWidget* parent) : QFrame(parent), m_list(new QListWidget), m_skipped(new QLabel) {
    setProperty("role", "card");
    m_list->setObjectName("series");
    m_list->setAccessibleName(tr("Series"));
    m_list->setIconSize({22, 22});
    m_list->setWordWrap(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_skipped->setProperty("role", "muted");
    m_skipped->setWordWrap(true);
    auto* heading = new QLabel(tr("SERIES"));
    heading->setProperty("role", "heading");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->addWidget(heading);
    layout->addWidget(m_list, 1);
    layout->addWidget(m_skipped);
    clear();
    connect(m_list, &QListWidget::itemClicked, this,
            [this](QListWidgetItem* item) { Q_EMIT chosen(m_list->row(item)); });
    connect(m_list, &QListWidget::itemActivated, this,
            [this](QListWidgetItem* item) { Q_EMIT chosen(m_list->row(item)); });
}

void SeriesList::clear() {
    m_list->clear();
    m_series.clear();
    m_skipped->setVisible(false);
}

void SeriesList::show(const ScanResult& result) {
    clear();
    m_series = result.series;
    for (const SeriesInfo& series : m_series) {
        const QString title =
            series.description.empty() ? tr("(no description)") : QString::fromStdString(series.description);
        const bool readable = series.unreadable.empty();
        auto* item =
            new QListWidgetItem(title + '\n' + QString::fromStdString(series.modality) + " · " + sizeText(series));
        const bool warned = !series.warnings.empty() || !readable;
        item->setIcon(icon(warned ? "warning" : "seriesmr", warned ? &Theme::diffusion : &Theme::muted));
        item->setToolTip(tip(series));
        if (!readable) {
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
        }
        m_list->addItem(item);
    }
    if (!result.skipped.empty()) {
        m_skipped->setText(tr("%n file(s) skipped", nullptr, static_cast<int>(result.skipped.size()))
                               .replace("(s)", result.skipped.size() == 1 ? "" : "s"));
        QStringList lines;
        for (std::size_t i = 0; i < result.skipped.size() && i < 12; ++i) {
            lines << QString::fromStdString(result.skipped[i].path + ": " + result.skipped[i].reason);
        }
        if (result.skipped.size() > 12) {
            lines << tr("… and %1 more").arg(result.skipped.size() - 12);
        }
        m_skipped->setToolTip(lines.join('\n'));
        m_skipped->setVisible(true);
    }
}

void SeriesList::select(int index) {
    mark(index);
    Q_EMIT chosen(index);
}

void SeriesList::mark(int index) {
    m_list->setCurrentRow(index);
}

}  // namespace drdm
