#include "ui/training/TrainingDataPanel.h"

#include "ui/BackgroundTask.h"
#include "ui/training/SliceStrip.h"
#include "ui/training/TrainingTable.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTableView>

#include <algorithm>

namespace drdm {

namespace {

constexpr int previewSlices = 6;

std::vector<std::string> plain(const QStringList& texts) {
    std::vector<std::string> result;
    for (const QString& text : texts) {
        result.push_back(text.toStdString());
    }
    return result;
}

}  // namespace

TrainingDataPanel::~TrainingDataPanel() {
    for (const auto& task : {m_scan, m_previewing}) {
        if (task) {
            task->cancel();  // both before the first join waits
        }
    }
}

void TrainingDataPanel::choose(bool folder) {
    auto* dialog = new QFileDialog(window(), folder ? tr("Add a folder of images") : tr("Add images or packs"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (folder) {
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
    } else {
        dialog->setFileMode(QFileDialog::ExistingFiles);
        dialog->setNameFilters({tr("All files (*)"), tr("NIfTI (*.nii *.nii.gz)"), tr("Packs (*.safetensors)")});
    }
    connect(dialog, &QFileDialog::filesSelected, this, &TrainingDataPanel::addPaths);
    dialog->open();
}

void TrainingDataPanel::addPaths(const QStringList& paths) {
    QStringList fresh;
    for (const QString& path : paths) {
        const QString absolute = QFileInfo(path).absoluteFilePath();
        if (!m_paths.contains(absolute)) {
            fresh << absolute;
        }
    }
    if (!fresh.isEmpty()) {
        m_waiting << fresh;
        scanNext();
    }
}

void TrainingDataPanel::scanNext() {
    if (m_scan || m_waiting.isEmpty()) {
        return;
    }
    // All of it anew: the files of one series may lie in several of the folders.
    const QStringList paths = m_paths + m_waiting.takeFirst();
    m_busyText->setText(tr("Looking for images …"));
    m_busy->setVisible(true);
    m_skipped->setVisible(false);
    m_scan = BackgroundTask::start(
        this, tr("Look for training images"),
        [given = plain(paths)](const JobContext& context) { return listTrainingSeries(given, context); },
        [this, paths](const TrainingListing& found) { takeListing(paths, found); });
    connect(m_scan, &BackgroundTask::failed, this,
            [this](const QString& message) { Q_EMIT failed(tr("The data cannot be added"), message); });
    connect(m_scan, &BackgroundTask::cancelled, this, [this] { m_waiting.clear(); });
    connect(m_scan, &BackgroundTask::ended, this, [this] {
        m_scan = nullptr;
        m_busy->setVisible(false);
        describe();
        scanNext();
        Q_EMIT changed();
    });
}

void TrainingDataPanel::takeListing(const QStringList& paths, const TrainingListing& found) {
    QStringList notes;
    for (const std::string& note : found.notes) {
        notes << QString::fromStdString(note);
    }
    if (found.series.empty()) {
        Q_EMIT failed(tr("There is nothing to train on in %1").arg(paths.join(", ")),
                      notes.isEmpty() ? tr("It holds no files. Add a folder with DICOM images, NIfTI files, or a pack.")
                                      : notes.mid(0, 4).join('\n'));
        return;
    }
    m_paths = paths;
    m_notes = notes;
    const int row = std::max(0, m_view->currentIndex().row());
    m_table->setSeries(found.series);
    m_view->selectRow(std::min(row, m_table->rowCount() - 1));
}

void TrainingDataPanel::clear() {
    m_waiting.clear();
    if (m_scan) {
        m_scan->cancel();
    }
    m_paths.clear();
    m_notes.clear();
    m_table->clear();
}

void TrainingDataPanel::setNeeds(int dims, const QString& modality) {
    m_table->setNeeds(dims, modality);
}

void TrainingDataPanel::setEditable(bool editable) {
    for (QWidget* widget : std::initializer_list<QWidget*>{m_addFolder, m_addFiles, m_clear, m_validation, m_share,
                                                           m_ownFolder->parentWidget()}) {
        widget->setEnabled(editable);
    }
    m_view->setEnabled(true);
    m_table->setEditable(editable);
}

void TrainingDataPanel::into(TrainingPlan& plan) const {
    plan.paths = plain(m_paths);
    plan.leftOut = m_table->leftOut();
    plan.validationPaths.clear();
    plan.validationShare = 0;
    const QString how = m_validation->currentData().toString();
    if (how == "share") {
        plan.validationShare = m_share->value() / 100;
    } else if (how == "own" && !m_ownFolder->text().trimmed().isEmpty()) {
        plan.validationPaths = {m_ownFolder->text().trimmed().toStdString()};
    }
}

void TrainingDataPanel::show(const TrainingPlan& plan) {
    clear();
    m_validation->setCurrentIndex(m_validation->findData(!plan.validationPaths.empty() ? "own"
                                                         : plan.validationShare > 0    ? "share"
                                                                                       : "none"));
    m_ownFolder->setText(plan.validationPaths.empty() ? QString() : QString::fromStdString(plan.validationPaths[0]));
    if (plan.validationShare > 0) {
        m_share->setValue(100 * plan.validationShare);
    }
    m_table->setLeftOut(plan.leftOut);
    QStringList paths;
    for (const std::string& path : plan.paths) {
        paths << QString::fromStdString(path);
    }
    addPaths(paths);
}

QString TrainingDataPanel::problem() const {
    if (m_scan || !m_waiting.isEmpty()) {
        return tr("Still looking for images");
    }
    if (m_table->rowCount() == 0) {
        return tr("Add images to train on first");
    }
    if (m_table->totals().trainingImages == 0) {
        return tr("Nothing of the data can be used; the last column says why");
    }
    if (m_validation->currentData() == "own" && m_ownFolder->text().trimmed().isEmpty()) {
        return tr("Choose the folder of the validation images");
    }
    return {};
}

void TrainingDataPanel::preview() {
    const int row = m_view->currentIndex().row();
    if (row < 0 || row >= m_table->rowCount()) {
        m_previewed.clear();
        m_previewName->clear();
        m_strip->setText(tr("Choose a series to see some of its slices."));
        return;
    }
    const TrainingSeries& series = m_table->series(row);
    if (series.id == m_previewed) {
        return;
    }
    m_previewed = series.id;
    if (m_previewing) {
        m_previewing->abandon();
    }
    m_previewName->setText(QString::fromStdString(series.description));
    if (!series.problem.empty() && series.size[0] == 0) {
        m_strip->setText(QString::fromStdString(series.problem));
        return;
    }
    m_strip->setText(tr("Reading …"));
    const int side = static_cast<int>(SliceStrip::side * devicePixelRatioF());
    m_previewing = BackgroundTask::start(
        this, tr("Preview"),
        [series, side](const JobContext& context) {
            return greyPictures(trainingPreview(series, previewSlices, context), side);
        },
        [this](const std::vector<QImage>& pictures) { m_strip->setPictures(pictures); });
    connect(m_previewing, &BackgroundTask::failed, m_strip, &SliceStrip::setText);
}

void TrainingDataPanel::describe() {
    const auto totals = m_table->totals();
    const bool any = m_table->rowCount() > 0;
    m_pages->setCurrentIndex(any ? 1 : 0);
    m_details->setVisible(any);
    m_clear->setEnabled(any);
    QStringList lines;
    lines << tr("<b>%1</b> of %2 to train on")
                 .arg(counted(totals.trainingImages, tr("%1 image"), tr("%1 images")),
                      counted(totals.training, tr("%1 series"), tr("%1 series")));
    const QString how = m_validation->currentData().toString();
    if (how == "share") {
        lines << (totals.validation > 0 ? tr("<b>%1</b> of %2 for validation")
                                              .arg(counted(totals.validationImages, tr("%1 image"), tr("%1 images")),
                                                   counted(totals.validation, tr("%1 series"), tr("%1 series")))
                                        : tr("No validation: there is only one subject"));
    } else if (how == "own") {
        lines << tr("Validation on images of their own");
    } else {
        lines << tr("No validation: no pictures, no best model");
    }
    lines << (totals.leftOut > 0 ? tr("%1 left out").arg(counted(totals.leftOut, tr("%1 series"), tr("%1 series")))
                                 : tr("Nothing left out"));
    m_totals->setText(lines.join("<br>"));
    m_skipped->setVisible(!m_notes.isEmpty() && !m_scan);
    m_skipped->setText(counted(m_notes.size(), tr("%1 file holds no image"), tr("%1 files hold no image")));
    QStringList shown = m_notes.mid(0, 12);
    if (m_notes.size() > shown.size()) {
        shown << tr("… and %1 more").arg(m_notes.size() - shown.size());
    }
    m_skipped->setToolTip(shown.join('\n'));
    preview();
}

}  // namespace drdm
