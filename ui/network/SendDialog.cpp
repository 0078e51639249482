#include "ui/network/SendDialog.h"

#include "errors/Error.h"
#include "ui/DeidentifyRow.h"
#include "ui/Icons.h"
#include "ui/PathRow.h"
#include "ui/Preferences.h"
#include "ui/Theme.h"
#include "ui/network/ServerChoice.h"

#include <QCheckBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QVBoxLayout>

namespace drdm {

SendDialog::SendDialog(std::optional<Trajectory> chosen, std::vector<Trajectory> all, LabelMap labels, QWidget* parent)
    : QDialog(parent),
      m_chosen(std::move(chosen)),
      m_all(std::move(all)),
      m_labels(std::move(labels)),
      m_server(new ServerChoice),
      m_one(new QRadioButton(tr("The chosen variation"))),
      m_every(new QRadioButton(m_all.size() > 1 ? tr("All %1 variations").arg(m_all.size()) : tr("All variations"))),
      m_files(new QRadioButton(tr("The DICOM objects in a folder"))),
      m_folder(new QLineEdit(QSettings().value("sendFolder").toString())),
      m_images(new QCheckBox(tr("Images (derived series)"))),
      m_segmentation(new QCheckBox(tr("Labels (segmentation)"))),
      m_registration(new QCheckBox(tr("Field (registration)"))),
      m_map(new QCheckBox(tr("Jacobian (parametric map)"))),
      m_patient(new DeidentifyRow),
      m_forms(new QWidget),
      m_text(new QLabel),
      m_send(new QPushButton(icon("send", &Theme::onAccent), tr("Send"))) {
    setObjectName("sendDialog");
    setWindowTitle(tr("Send to a DICOM server"));
    setMinimumWidth(560);
    m_one->setObjectName("sendOne");
    m_every->setObjectName("sendAll");
    m_files->setObjectName("sendFiles");
    m_folder->setObjectName("sendFolder");
    m_folder->setPlaceholderText(tr("an export, or any folder with DICOM files"));
    m_images->setObjectName("sendImages");
    m_images->setToolTip(tr("A new series of the same study, marked as derived and synthetic"));
    m_images->setChecked(true);
    m_segmentation->setObjectName("sendSegmentation");
    m_segmentation->setEnabled(!m_labels.empty());
    m_segmentation->setToolTip(m_labels.empty() ? tr("Open labels of the image first")
                                                : tr("The moved labels as a DICOM segmentation object"));
    m_registration->setObjectName("sendRegistration");
    m_registration->setToolTip(tr("The displacement field as a Deformable Spatial Registration object"));
    m_map->setObjectName("sendMap");
    m_map->setToolTip(tr("The Jacobian determinant as a Parametric Map object"));
    m_text->setObjectName("sendText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setMinimumHeight(2 * m_text->fontMetrics().height() + 4);
    m_send->setObjectName("send");
    m_send->setProperty("role", "primary");
    m_send->setDefault(true);
    auto* close = new QPushButton(tr("Cancel"));
    close->setObjectName("closeSend");
    m_one->setEnabled(m_chosen.has_value());
    m_every->setEnabled(m_all.size() > 1);
    (m_chosen ? m_one : m_files)->setChecked(true);

    auto* forms = new QGridLayout(m_forms);
    forms->setContentsMargins(0, 0, 0, 0);
    forms->setVerticalSpacing(9);
    forms->setHorizontalSpacing(18);
    int place = 0;
    for (QCheckBox* box : {m_images, m_segmentation, m_registration, m_map}) {
        forms->addWidget(box, place / 2, place % 2);
        ++place;
    }
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(9);
    grid->setColumnStretch(1, 1);
    const auto label = [grid](const QString& text, int row) {
        auto* name = new QLabel(text);
        name->setProperty("role", "muted");
        grid->addWidget(name, row, 0, Qt::AlignTop);
    };
    QWidget* folder = folderRow(m_folder, tr("Send what lies in"));
    label(tr("To"), 0);
    grid->addWidget(m_server, 0, 1);
    label(tr("What"), 1);
    grid->addWidget(m_one, 1, 1);
    grid->addWidget(m_every, 2, 1);
    label(tr("As"), 3);
    grid->addWidget(m_forms, 3, 1);
    label(tr("Patient"), 4);
    grid->addWidget(m_patient, 4, 1);
    label(tr("Or"), 5);
    grid->addWidget(m_files, 5, 1);
    grid->addWidget(folder, 6, 1);

    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(close);
    buttons->addWidget(m_send);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 18, 18, 16);
    layout->setSpacing(12);
    layout->addLayout(grid);
    layout->addWidget(m_text);
    layout->addLayout(buttons);

    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_send, &QPushButton::clicked, this, &SendDialog::send);
    connect(m_server, &ServerChoice::changed, this, &SendDialog::describe);
    connect(m_folder, &QLineEdit::textChanged, this, [this] {
        m_files->setChecked(true);
        describe();
    });
    for (QAbstractButton* each : std::initializer_list<QAbstractButton*>{m_one, m_every, m_files, m_images,
                                                                         m_segmentation, m_registration, m_map}) {
        connect(each, &QAbstractButton::toggled, this, &SendDialog::describe);
    }
    describe();
}

void SendDialog::setFolder(const QString& folder) {
    m_folder->setText(folder);
}

SendOrder SendDialog::order() const {
    SendOrder order;
    order.server = m_server->server();
    if (m_files->isChecked()) {
        order.folder = m_folder->text().trimmed();
        if (!QFileInfo(order.folder).isDir()) {
            throw Error((order.folder.isEmpty() ? tr("no folder is chosen; choose the one with the DICOM objects")
                                                : tr("there is no folder %1; choose another").arg(order.folder))
                            .toStdString());
        }
        return order;
    }
    ExportRequest request;
    request.trajectories = m_chosen && m_one->isChecked() ? std::vector<Trajectory>{*m_chosen} : m_all;
    request.dicom = m_images->isChecked();
    request.nifti = false;
    request.registration = m_registration->isChecked();
    request.parametricMap = m_map->isChecked();
    request.segmentation = m_segmentation->isEnabled() && m_segmentation->isChecked();
    if (request.segmentation) {
        request.labels = m_labels;
    }
    if (!request.dicom && !request.registration && !request.parametricMap && !request.segmentation) {
        throw Error(tr("nothing is chosen to be sent; tick images, labels, field or Jacobian").toStdString());
    }
    request.deidentify = m_patient->options();
    const Preferences preferences = Preferences::load();
    request.seriesLabel = preferences.seriesLabel.toStdString();
    request.seriesNumber = preferences.seriesNumber;
    for (const Trajectory& trajectory : request.trajectories) {
        requireExportable(request, trajectory.image());
    }
    order.made = std::move(request);
    return order;
}

void SendDialog::describe() {
    m_forms->setEnabled(!m_files->isChecked());
    m_patient->setEnabled(!m_files->isChecked());
    try {
        const SendOrder now = order();
        m_send->setEnabled(true);
        const QString to = QString::fromStdString(drdm::describe(now.server));
        say(now.made
                ? tr("To %1. Everything sent says that it is synthetic. For research; not for diagnostic use.").arg(to)
                : tr("To %1, as the files are.").arg(to),
            false);
    } catch (const Error& error) {
        m_send->setEnabled(false);
        say(QString::fromUtf8(error.what()), !m_server->problem().isEmpty());
    }
}

void SendDialog::send() {
    try {
        auto sent = std::make_shared<SendOrder>(order());
        if (!sent->made) {
            QSettings().setValue("sendFolder", sent->folder);
        }
        Q_EMIT wanted(sent);
        accept();
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()), true);
    }
}

void SendDialog::say(const QString& text, bool problem) {
    m_text->setText(text);
    setRole(m_text, problem ? "notice" : "muted");
}

}  // namespace drdm
