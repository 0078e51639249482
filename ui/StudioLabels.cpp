#include "io/NiftiFile.h"
#include "render/LabelOverlay.h"
#include "ui/BackgroundTask.h"
#include "ui/OverlayPanel.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QSettings>
#include <QStatusBar>

namespace drdm {

namespace {

QString sizeText(const Geometry& g) {
    return QObject::tr("%1 × %2 × %3 voxels of %4 × %5 × %6 mm")
        .arg(g.size[0])
        .arg(g.size[1])
        .arg(g.size[2])
        .arg(g.spacing_mm[0], 0, 'g', 4)
        .arg(g.spacing_mm[1], 0, 'g', 4)
        .arg(g.spacing_mm[2], 0, 'g', 4);
}

}  // namespace

void StudioWindow::chooseLabels() {
    auto* box = new QFileDialog(this, tr("Open a label map of this image"), QSettings().value("lastFolder").toString(),
                                tr("NIfTI (*.nii *.nii.gz);;All files (*)"));
    box->setObjectName("labelsDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setFileMode(QFileDialog::ExistingFile);
    connect(box, &QFileDialog::fileSelected, this, &StudioWindow::openLabels);
    box->open();
}

void StudioWindow::openLabels(const QString& path) {
    if (!m_open) {
        return;
    }
    const Geometry geometry = m_open->image.geometry();
    BackgroundTask* task = BackgroundTask::start(
        this, tr("Labels"),
        [path, geometry](const JobContext&) {
            LabelMap labels = readNiftiLabels(path.toStdString());
            if (!labels.geometry().sameGrid(geometry, 0.1)) {
                throw Error(path.toStdString() + ": the label map has " + sizeText(labels.geometry()).toStdString() +
                            ", the open image " + sizeText(geometry).toStdString() +
                            ", or they lie elsewhere in the patient; open a label map that was drawn on this image");
            }
            // Rounded differently by the two formats, but the same: from here on exactly so.
            const auto values = labels.labels();
            return std::pair{LabelMap(geometry, {values.begin(), values.end()}), labels.values()};
        },
        [this, path, geometry](const std::pair<LabelMap, std::vector<std::uint16_t>>& opened) {
            if (!m_open || !m_open->image.geometry().sameGrid(geometry)) {
                return;  // another image has been opened meanwhile
            }
            m_labels = opened.first;
            m_overlays->setLabels(opened.second);
            m_overlays->setOn(OverlayPanel::Labels, true);
            showOriginal();
            statusBar()->showMessage(tr("Opened the labels in %1").arg(QFileInfo(path).fileName()), 5000);
            Q_EMIT labelsOpened();
        });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("The labels could not be opened"), message); });
}

void StudioWindow::forgetLabels() {
    m_labels = {};
    m_overlays->setLabels({});
    m_views->setLabelsOnOriginal({}, {});
}

void StudioWindow::showLabels() {
    if (m_labels.empty() || !m_overlays->isOn(OverlayPanel::Labels)) {
        m_views->setLabelsOnOriginal({}, {});
        return;
    }
    const PlaneGrid grid = planeGrid(m_labels.geometry());
    const LabelMap slice = m_labels.slice(m_slice);
    if (m_overlays->labelsFilled()) {
        m_views->setLabelsOnOriginal(labelPlane(grid, slice.labels()), {});
    } else {
        m_views->setLabelsOnOriginal({}, labelContours(grid, slice.labels()));
    }
}

}  // namespace drdm
