#include "ui/ExportDialog.h"

#include "ui/BackgroundTask.h"
#include "ui/DeidentifyRow.h"
#include "ui/ExportAmount.h"
#include "ui/Icons.h"
#include "ui/PathRow.h"
#include "ui/Preferences.h"
#include "ui/Theme.h"

#include <QCheckBox>
#include <QDesktopServices>
#include <QDir>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QStandardPaths>
#include <QStyle>
#include <QUrl>
#include <QVBoxLayout>

namespace drdm {

ExportDialog::ExportDialog(Trajectory chosen, std::vector<Trajectory> all, QWidget* parent)
    : QDialog(parent),
      m_chosen(std::move(chosen)),
      m_all(std::move(all)),
      m_folder(new QLineEdit),
      m_one(new QRadioButton(tr("The chosen variation"))),
      m_every(new QRadioButton(m_all.size() == 1 ? tr("All variations") : tr("All %1 variations").arg(m_all.size()))),
      m_dicom(new QCheckBox(tr("Derived DICOM series"))),
      m_nifti(new QCheckBox(tr("NIfTI image"))),
      m_png(new QCheckBox(tr("PNG picture"))),
      m_steps(new QCheckBox(tr("Every step (NIfTI)"))),
      m_segmentation(new QCheckBox(tr("Labels as DICOM segmentation"))),
      m_registration(new QCheckBox(tr("Field as DICOM registration"))),
      m_map(new QCheckBox(tr("Jacobian as DICOM map"))),
      m_meta(new QCheckBox(tr("MetaImage (.mha) of all"))),
      m_itk(new QCheckBox(tr("Field as ITK NIfTI"))),
      m_patient(new DeidentifyRow),
      m_bar(new QProgressBar),
      m_text(new QLabel),
      m_export(new QPushButton(icon("export", &Theme::onAccent), tr("Export"))),
      m_close(new QPushButton(tr("Cancel"))),
      m_open(new QPushButton(icon("folder"), tr("Open folder"))),
      m_form(new QWidget) {
    setWindowTitle(tr("Export variations"));
    setObjectName("exportDialog");
    setMinimumWidth(560);
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    m_folder->setText(
        QSettings()
            .value("exportFolder", QDir(documents.isEmpty() ? QDir::homePath() : documents).filePath("drdm-export"))
            .toString());
    m_folder->setObjectName("exportFolder");
    m_one->setChecked(true);
    m_one->setObjectName("exportOne");
    m_every->setObjectName("exportAll");
    m_every->setEnabled(m_all.size() > 1);
    const Preferences preferences = Preferences::load();
    m_dicom->setChecked(preferences.exportDicom);
    m_dicom->setObjectName("exportDicom");
    m_dicom->setToolTip(tr("A new series of the same study, marked as derived and synthetic"));
    m_nifti->setChecked(preferences.exportNifti);
    m_nifti->setObjectName("exportNifti");
    m_png->setChecked(preferences.exportPng);
    m_png->setObjectName("exportPng");
    m_steps->setObjectName("exportSteps");
    m_steps->setToolTip(tr("Field and image of every step of the trajectory"));
    m_segmentation->setObjectName("exportSegmentation");
    m_segmentation->setEnabled(false);
    m_segmentation->setToolTip(tr("The moved labels as a DICOM segmentation object; open labels of the image first"));
    m_registration->setObjectName("exportRegistration");
    m_registration->setToolTip(tr("The displacement field as a Deformable Spatial Registration object"));
    m_map->setObjectName("exportMap");
    m_map->setToolTip(tr("The Jacobian determinant as a Parametric Map object"));
    m_meta->setObjectName("exportMeta");
    m_meta->setToolTip(tr("Image, field, Jacobian and labels as elastix, plastimatch and ITK read them"));
    m_itk->setObjectName("exportItk");
    m_itk->setToolTip(tr("The field as a NIfTI vector image with LPS vectors, as ANTs and older ITK programs take it"));
    m_export->setObjectName("startExport");
    m_export->setProperty("role", "primary");
    m_export->setDefault(true);
    m_close->setObjectName("closeExport");
    m_open->setObjectName("showFolder");
    m_text->setObjectName("exportText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setProperty("role", "muted");
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);

    auto* grid = new QGridLayout(m_form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(9);
    grid->setColumnStretch(1, 1);
    const auto label = [grid](const QString& text, int row) {
        auto* name = new QLabel(text);
        name->setProperty("role", "muted");
        grid->addWidget(name, row, 0, row == 3 ? Qt::AlignTop : Qt::Alignment());  // beside several rows
    };
    label(tr("Folder"), 0);
    grid->addWidget(folderRow(m_folder, tr("Export into")), 0, 1);
    label(tr("What"), 1);
    grid->addWidget(m_one, 1, 1);
    grid->addWidget(m_every, 2, 1);
    label(tr("As"), 3);
    auto* forms = new QGridLayout;
    forms->setVerticalSpacing(9);
    forms->setHorizontalSpacing(18);
    int place = 0;
    for (QCheckBox* box : {m_dicom, m_segmentation, m_nifti, m_registration, m_png, m_map, m_meta, m_itk, m_steps}) {
        forms->addWidget(box, place / 2, place % 2);
        ++place;
    }
    grid->addLayout(forms, 3, 1);
    label(tr("Patient"), 4);
    grid->addWidget(m_patient, 4, 1);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_open);
    buttons->addStretch();
    buttons->addWidget(m_close);
    buttons->addWidget(m_export);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 18, 18, 16);
    layout->setSpacing(12);
    layout->addWidget(m_form);
    layout->addWidget(m_bar);
    layout->addWidget(m_text);
    layout->addLayout(buttons);
    m_text->setMinimumHeight(3 * m_text->fontMetrics().height() + 6);
    for (QAbstractButton* each : std::initializer_list<QAbstractButton*>{
             m_one, m_dicom, m_nifti, m_png, m_steps, m_segmentation, m_registration, m_map, m_meta, m_itk}) {
        connect(each, &QAbstractButton::toggled, this, &ExportDialog::summarise);
    }
    connect(m_patient, &DeidentifyRow::changed, this, &ExportDialog::summarise);
    connect(m_folder, &QLineEdit::textChanged, this, &ExportDialog::summarise);
    summarise();
    m_open->setVisible(false);
    m_bar->setVisible(false);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_close, &QPushButton::clicked, this, &ExportDialog::reject);
    connect(m_open, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(m_folder->text())); });
}

ExportDialog::~ExportDialog() = default;

void ExportDialog::setFolder(const QString& folder) {
    m_folder->setText(folder);
}

void ExportDialog::setLabels(const LabelMap& labels) {
    m_labels = labels;
    m_segmentation->setEnabled(!labels.empty());
    summarise();
}

void ExportDialog::showRunning(bool running) {
    m_form->setEnabled(!running);
    m_export->setVisible(!running);
    m_bar->setVisible(running);
    m_close->setText(tr("Cancel"));
}

ExportRequest ExportDialog::request() const {
    ExportRequest request;
    request.trajectories = m_one->isChecked() ? std::vector<Trajectory>{m_chosen} : m_all;
    request.folder = QDir::cleanPath(m_folder->text().trimmed()).toStdString();
    request.dicom = m_dicom->isChecked();
    request.nifti = m_nifti->isChecked();
    request.png = m_png->isChecked();
    request.wholeTrajectory = m_steps->isChecked();
    request.registration = m_registration->isChecked();
    request.parametricMap = m_map->isChecked();
    request.metaImage = m_meta->isChecked();
    request.itkField = m_itk->isChecked();
    if (!m_labels.empty()) {
        request.labels = m_labels;
        request.segmentation = m_segmentation->isChecked();
    }
    request.deidentify = m_patient->options();
    const Preferences preferences = Preferences::load();
    request.seriesLabel = preferences.seriesLabel.toStdString();
    request.seriesNumber = preferences.seriesNumber;
    return request;
}

void ExportDialog::summarise() {
    if (m_folder->text().trimmed().isEmpty()) {
        m_text->setText(tr("Choose a folder to export into."));
        return;
    }
    const ExportAmount amount = exportAmount(request());
    m_text->setText(
        tr("%1 files, about %2, into %3\nThe displacement field, its Jacobian and a report are always written. "
           "For research; not for diagnostic use.")
            .arg(amount.files)
            .arg(QLocale().formattedDataSize(static_cast<qint64>(amount.bytes), 1),
                 QString::fromStdString(request().folder)));
}

BackgroundTask* ExportDialog::begin(QObject* owner, const ExportRequest& request,
                                    std::function<void(const Json&)> done) {
    return BackgroundTask::start(
        owner, tr("Export"), [request](const JobContext& context) { return exportSets(request, context); },
        std::move(done));
}

void ExportDialog::start() {
    const QString folder = QDir::cleanPath(m_folder->text().trimmed());
    if (m_folder->text().trimmed().isEmpty()) {
        m_text->setText(tr("Choose a folder to export into."));
        return;
    }
    const ExportRequest request = this->request();
    QSettings().setValue("exportFolder", folder);
    showRunning(true);
    m_text->setText(tr("Writing …"));
    m_task = begin(this, request, [this, folder](const Json& report) { showSummary(folder, report); });
    connect(m_task, &BackgroundTask::progressed, this, [this](double fraction, const QString& text) {
        m_bar->setValue(static_cast<int>(1000 * fraction));
        m_text->setText(text);
    });
    connect(m_task, &BackgroundTask::failed, this, [this](const QString& message) {
        showRunning(false);
        m_text->setText(tr("Nothing was exported: %1").arg(message));
        Q_EMIT exportFailed(message);
    });
    connect(m_task, &BackgroundTask::cancelled, this, [this] {
        showRunning(false);
        m_text->setText(tr("Cancelled. What was written so far stands under a name ending in “.partial”."));
    });
    connect(m_task, &BackgroundTask::ended, this, [this] { m_task = nullptr; });
    Q_EMIT begun(tr("Export to %1").arg(folder), m_task, request);
}

void ExportDialog::showSummary(const QString& folder, const Json& report) {
    m_bar->setVisible(false);
    m_form->setVisible(false);
    m_export->setVisible(false);
    m_open->setVisible(true);
    m_close->setText(tr("Close"));
    int samples = 0, folded = 0;
    QString warnings;
    for (const Json& part : report.items()) {
        if (const Json* hidden = part.find("deidentification")) {
            for (const Json& warning : hidden->at("warnings").items()) {
                const QString text = tr("<p><b>Warning:</b> %1</p>").arg(QString::fromStdString(warning.string()));
                warnings += warnings.contains(text) ? QString() : text;
            }
        }
        const Json* list = part.find("samples");
        if (!list) {
            continue;
        }
        for (const Json& sample : list->items()) {
            ++samples;
            const Json* strict = sample.find("folded_fraction_strict");
            folded += strict && strict->isNumber() && strict->number() > 0 ? 1 : 0;
        }
    }
    QStringList kinds{tr("Displacement field"), tr("Jacobian"), tr("report")};
    for (const QCheckBox* box :
         {m_dicom, m_nifti, m_png, m_steps, m_segmentation, m_registration, m_map, m_meta, m_itk}) {
        if (box->isChecked() && box->isEnabledTo(m_form)) {
            kinds << box->text();
        }
    }
    m_text->setProperty("role", QVariant());
    m_text->style()->polish(m_text);
    m_text->setText(tr("<p><b>%1 written to</b><br>%2</p><p>%3.</p><p>%4</p>%5")
                        .arg(samples == 1 ? tr("One variation") : tr("%1 variations").arg(samples),
                             folder.toHtmlEscaped(), kinds.join(", "),
                             folded == 0
                                 ? tr("No voxel is folded, by the strict criterion, in the fields as written.")
                                 : tr("%1 of the fields as written have folded voxels; see report.json.").arg(folded),
                             warnings));
    adjustSize();
    Q_EMIT exported(folder);
}

void ExportDialog::reject() {
    if (m_task) {
        m_task->cancel();  // the dialog stays and says what became of it
        return;
    }
    QDialog::reject();
}

}  // namespace drdm
