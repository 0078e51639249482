#include "ui/augment/AugmentDialog.h"

#include "errors/Error.h"
#include "tasks/StagedFolder.h"
#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/ParameterForm.h"
#include "ui/Theme.h"
#include "ui/augment/CopyPicture.h"

#include <QCheckBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QToolButton>

namespace drdm {
namespace {

constexpr int pictureSide = 150;

}  // namespace

AugmentDialog::AugmentDialog(QWidget* parent)
    : QDialog(parent),
      m_data(new QLineEdit(QSettings().value("augmentData").toString())),
      m_labels(new QLineEdit),
      m_folder(new QLineEdit(QSettings().value("augmentFolder").toString())),
      m_unlabelled(new QCheckBox(tr("Also images without labels"))),
      m_form(new ParameterForm(augmentationParameters(), {}, {})),
      m_text(new QLabel),
      m_preview(new QPushButton(icon("gallery"), tr("Preview nine"))),
      m_start(new QPushButton(icon("generate", &Theme::onAccent), tr("Make the copies"))) {
    setObjectName("augmentDialog");
    setWindowTitle(tr("Augment a data set"));
    resize(1040, 720);
    m_labels->setPlaceholderText(tr("Beside the images"));
    m_unlabelled->setObjectName("augmentUnlabelled");
    m_unlabelled->setToolTip(tr("Images that no label map belongs to are taken instead of being an error"));
    m_text->setObjectName("augmentText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_preview->setObjectName("previewAugment");
    m_preview->setToolTip(tr("Nine copies out of the whole data set, as these settings would make them"));
    m_start->setObjectName("startAugment");
    m_start->setProperty("role", "primary");
    m_start->setDefault(true);
    auto* close = new QPushButton(tr("Cancel"));
    close->setObjectName("closeAugment");

    auto* paths = new QGridLayout;
    paths->setHorizontalSpacing(14);
    const auto row = [paths](int at, const QString& text, QWidget* editor) {
        auto* name = new QLabel(text);
        name->setProperty("role", "muted");
        paths->addWidget(name, at, 0);
        paths->addWidget(editor, at, 1);
    };
    row(0, tr("Data set"), pathRow(m_data, "augmentData", tr("A folder with one folder per subject"), true));
    row(1, tr("Labels"), pathRow(m_labels, "augmentLabels", tr("The folder of the label maps"), false));
    paths->addWidget(m_unlabelled, 2, 1);
    row(3, tr("Into"), pathRow(m_folder, "augmentFolder", tr("A folder for the copies"), false));

    auto* scroll = new QScrollArea;
    scroll->setWidget(m_form);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* left = new QVBoxLayout;
    left->addLayout(paths);
    left->addWidget(scroll, 1);
    auto* both = new QHBoxLayout;
    both->setSpacing(18);
    both->addLayout(left, 1);
    both->addWidget(previewArea());
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_text, 1);
    buttons->addWidget(close);
    buttons->addWidget(m_start);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 18, 18, 16);
    layout->addLayout(both, 1);
    layout->addLayout(buttons);

    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_preview, &QPushButton::clicked, this, &AugmentDialog::preview);
    connect(m_start, &QPushButton::clicked, this, &AugmentDialog::start);
    connect(m_form, &ParameterForm::changed, this, &AugmentDialog::forget);
    for (const QLineEdit* line : {m_data, m_labels}) {
        connect(line, &QLineEdit::textChanged, this, &AugmentDialog::forget);
    }
    connect(m_unlabelled, &QCheckBox::toggled, this, &AugmentDialog::forget);
}

AugmentDialog::~AugmentDialog() {
    if (m_task) {
        m_task->abandon();
    }
}

QWidget* AugmentDialog::pathRow(QLineEdit* line, const QString& name, const QString& title, bool tables) {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    line->setObjectName(name);
    layout->addWidget(line, 1);
    const auto button = [&](const QString& picture, const QString& suffix, const QString& tip,
                            QFileDialog::FileMode mode, const QString& filter) {
        auto* browse = new QToolButton;
        browse->setIcon(icon(picture));
        browse->setObjectName(name + suffix);
        browse->setToolTip(tip);
        connect(browse, &QToolButton::clicked, this, [this, line, tip, mode, filter] {
            auto* dialog = new QFileDialog(this, tip, line->text(), filter);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->setFileMode(mode);
            dialog->setOption(QFileDialog::ShowDirsOnly, mode == QFileDialog::Directory);
            connect(dialog, &QFileDialog::fileSelected, line, &QLineEdit::setText);
            dialog->open();
        });
        layout->addWidget(browse);
    };
    button("folder", "Browse", title, QFileDialog::Directory, {});
    if (tables) {
        button("file", "Table", tr("A CSV file with the columns subject, image and label"), QFileDialog::ExistingFile,
               tr("Tables (*.csv)"));
    }
    return row;
}

QWidget* AugmentDialog::previewArea() {
    auto* area = new QWidget;
    auto* grid = new QGridLayout(area);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(4);
    for (int i = 0; i < shownCopies; ++i) {
        auto* picture = new QLabel;
        picture->setObjectName(QString("augmentPicture%1").arg(i));
        picture->setFixedSize(pictureSide, pictureSide);
        picture->setAlignment(Qt::AlignCenter);
        picture->setFrameShape(QFrame::StyledPanel);
        m_pictures[static_cast<std::size_t>(i)] = picture;
        grid->addWidget(picture, i / 3, i % 3);
    }
    grid->addWidget(m_preview, 3, 0, 1, 3);
    grid->setRowStretch(4, 1);
    return area;
}

void AugmentDialog::setData(const QString& path) {
    m_data->setText(path);
}

void AugmentDialog::setFolder(const QString& folder) {
    m_folder->setText(folder);
}

AugmentPlan AugmentDialog::plan() const {
    AugmentPlan plan;
    const QString dataSet = m_data->text().trimmed();
    const QString folder = m_folder->text().trimmed();
    if (dataSet.isEmpty()) {
        throw Error(tr("no data set is chosen; choose its folder or CSV file").toStdString());
    }
    plan.data.data = {dataSet.toStdString()};
    plan.data.labels = m_labels->text().trimmed().toStdString();
    plan.data.unlabelled = m_unlabelled->isChecked();
    plan.folder = folder.toStdString();
    plan.values = m_form->values();
    levelsFromText(plan.values.text("levels"));
    labelNamesFromText(plan.values.text("label-names"));
    return plan;
}

void AugmentDialog::say(const QString& text, bool error) {
    m_text->setText(text);
    setRole(m_text, error ? "notice" : "muted");
}

void AugmentDialog::forget() {
    if (m_task) {
        m_task->abandon();
    }
    m_preview->setEnabled(true);
    for (QLabel* picture : m_pictures) {
        picture->clear();
        picture->setToolTip({});
    }
    say({});
}

void AugmentDialog::preview() {
    forget();
    try {
        const AugmentPlan wantedPlan = plan();
        m_preview->setEnabled(false);
        say(tr("Making nine copies …"));
        m_task = BackgroundTask::start(
            this, tr("Preview of copies"),
            [wantedPlan](const JobContext& context) {
                std::vector<CopyPicture> pictures;
                for (const AugmentPreview& copy : previewAugmentation(wantedPlan, shownCopies, context)) {
                    pictures.push_back(copyPicture(copy, pictureSide - 4));
                }
                return pictures;
            },
            [this](const std::vector<CopyPicture>& pictures) {
                for (std::size_t i = 0; i < std::min(pictures.size(), m_pictures.size()); ++i) {
                    m_pictures[i]->setPixmap(QPixmap::fromImage(pictures[i].image));
                    m_pictures[i]->setToolTip(pictures[i].name);
                }
                m_preview->setEnabled(true);
                say(tr("%n copies of the data set, the middle slice of each.", nullptr,
                       static_cast<int>(pictures.size())));
                Q_EMIT previewed(static_cast<int>(pictures.size()));
            });
        connect(m_task, &BackgroundTask::failed, this, [this](const QString& message) {
            m_preview->setEnabled(true);
            say(message, true);
        });
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()), true);
    }
}

void AugmentDialog::start() {
    try {
        const AugmentPlan chosen = plan();
        if (chosen.folder.empty()) {
            throw Error(tr("no folder is chosen for the copies; choose one below \"Into\"").toStdString());
        }
        requireWritable(chosen.folder);
        QSettings().setValue("augmentData", m_data->text());
        QSettings().setValue("augmentFolder", m_folder->text());
        Q_EMIT wanted(chosen);
        accept();
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()), true);
    }
}

}  // namespace drdm
