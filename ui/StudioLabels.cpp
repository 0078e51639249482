#include "io/Labels.h"
#include "render/LabelOverlay.h"
#include "ui/BackgroundTask.h"
#include "ui/Manners.h"
#include "ui/OverlayPanel.h"
#include "ui/StateUndo.h"
#include "ui/StructureDialog.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/project/ProjectKeeper.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSettings>
#include <QStatusBar>

#include <map>

namespace drdm {

namespace {

struct OpenedLabels {
    std::vector<LabelMap> maps;
    std::map<std::uint16_t, QString> values;  ///< that occur, with their names
    std::vector<NamedStructure> structures;
    QStringList warnings;
};

/// A file named …_phase000 stands for those of all phases, where they are there.
QStringList filesOf(const QString& path, std::int64_t phases) {
    static const QRegularExpression pattern("^(.*_phase)\\d{3}(\\.nii(?:\\.gz)?)$");
    const QRegularExpressionMatch match = pattern.match(path);
    QStringList files;
    for (std::int64_t phase = 0; match.hasMatch() && phase < phases; ++phase) {
        const QString file = match.captured(1) + QString("%1").arg(phase, 3, 10, QChar('0')) + match.captured(2);
        if (!QFileInfo::exists(file)) {
            return {path};
        }
        files << file;
    }
    return files.isEmpty() ? QStringList{path} : files;
}

}  // namespace

void StudioWindow::chooseLabels() {
    auto* box = new QFileDialog(
        this, tr("Open a label map of this image"), QSettings().value("lastFolder").toString(),
        tr("Labels (*.nii *.nii.gz *.mha *.mhd *.dcm);;All files, DICOM without an ending among them (*)"));
    box->setObjectName("labelsDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setFileMode(QFileDialog::ExistingFile);
    connect(box, &QFileDialog::fileSelected, this, &StudioWindow::openLabels);
    box->open();
}

void StudioWindow::openLabels(const QString& path) {
    readLabels(path, {}, true, [this] { m_keeper->markChanged(); });
}

void StudioWindow::chooseStructures() {
    auto* dialog = new StructureDialog(m_structures, m_chosenStructures, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog, path = m_labelsPath] {
        readLabels(path, dialog->chosen(), true, [this] { m_keeper->markChanged(); });
    });
    dialog->open();
}

/// `drdm phantom --labels` writes them beside the folder of its images.
void StudioWindow::openLabelsBeside() {
    const std::vector<std::string>& files = m_open->image.source.files;
    if (!files.empty()) {
        QDir folder = QFileInfo(QString::fromStdString(files.front())).dir();
        const QString labels = folder.cdUp() ? folder.filePath("labels_phase000.nii.gz") : QString();
        if (QFileInfo::exists(labels)) {
            readLabels(labels, {}, false);
        }
    }
}

void StudioWindow::readLabels(const QString& path, const QStringList& structures, bool show,
                              const std::function<void()>& then) {
    if (!m_open) {
        return;
    }
    const Geometry geometry = m_open->image.geometry();
    BackgroundTask* task = BackgroundTask::start(
        this, tr("Labels"),
        [path, structures, target = LabelTarget(m_open->image),
         phases = m_open->image.phases()](const JobContext& context) {
            OpenedLabels opened;
            std::vector<std::string> wanted;
            for (const QString& structure : structures) {
                wanted.push_back(structure.toStdString());
            }
            for (const QString& file : filesOf(path, phases)) {
                context.throwIfCancelled();
                ReadLabels read = drdm::readLabels(file.toStdString(), target, wanted);
                opened.structures = std::move(read.structures);
                opened.maps.push_back(std::move(read.map));
                for (const std::string& warning : read.warnings) {
                    opened.warnings << QString::fromStdString(warning);
                }
                for (const std::uint16_t label : opened.maps.back().values()) {
                    const auto name = opened.maps.back().names.find(label);
                    opened.values[label] =
                        name == opened.maps.back().names.end() ? QString() : QString::fromStdString(name->second);
                }
            }
            return opened;
        },
        [this, path, structures, geometry, show, then](const OpenedLabels& opened) {
            if (!m_open || !m_open->image.geometry().sameGrid(geometry)) {
                return;  // another image has been opened meanwhile
            }
            m_labels = opened.maps;
            m_labelsPath = path;
            m_structures = opened.structures;
            m_chosenStructures = structures;
            updateActions();
            m_overlayUndo->quietly([&] {  // opening is not undone
                m_overlays->setLabels(opened.values);
                m_overlays->setOn(OverlayPanel::Labels, show || m_overlays->isOn(OverlayPanel::Labels));
            });
            if (show) {
                statusBar()->showMessage(tr("Opened the labels in %1").arg(QFileInfo(path).fileName()), 5000);
            }
            if (!opened.warnings.isEmpty()) {
                m_manners->news(tr("The labels have a peculiarity"), opened.warnings.join('\n'));
            }
            showOriginal();
            if (then) {
                then();
            }
            Q_EMIT labelsOpened();
        });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("The labels could not be opened"), message); });
}

LabelMap StudioWindow::labelsNow() const {
    const auto phase = static_cast<std::size_t>(m_phase);
    return m_labels.empty() ? LabelMap() : phase < m_labels.size() ? m_labels[phase] : m_labels.front();
}

void StudioWindow::forgetLabels() {
    m_labels.clear();
    m_labelsPath.clear();
    m_structures.clear();
    m_chosenStructures.clear();
    m_overlayUndo->quietly([this] { m_overlays->setLabels({}); });
    m_views->setLabelsOnOriginal({}, {});
}

void StudioWindow::showLabels() {
    if (m_labels.empty() || !m_overlays->isOn(OverlayPanel::Labels)) {
        m_views->setLabelsOnOriginal({}, {});
        return;
    }
    const LabelMap slice = labelsNow().slice(m_slice);
    const PlaneGrid grid = planeGrid(slice.geometry());
    if (m_overlays->labelsFilled()) {
        m_views->setLabelsOnOriginal(labelPlane(grid, slice.labels()), {});
    } else {
        m_views->setLabelsOnOriginal({}, labelContours(grid, slice.labels()));
    }
}

}  // namespace drdm
