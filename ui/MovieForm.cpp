#include "ui/Icons.h"
#include "ui/MovieDialog.h"
#include "ui/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

void MovieDialog::buildForm() {
    m_path->setObjectName("moviePath");
    m_path->setMinimumWidth(250);
    m_format->setObjectName("movieFormat");
    m_format->addItems({tr("MPEG-4 film"), tr("Animated GIF"), tr("PNG pictures in a folder")});
    m_format->setItemData(1, tr("Loops for ever; 256 colours in each picture"), Qt::ToolTipRole);
    m_view->setObjectName("movieView");
    for (const MovieSource::View& view : m_source.views) {
        m_view->addItem(view.name);
    }
    m_steps->setObjectName("movieSteps");
    m_steps->addItems({tr("All steps"), tr("Diffusion alone"), tr("Recovery alone"), tr("From … to …")});
    const int count = static_cast<int>(m_source.steps.size());
    for (QSpinBox* box : {m_first, m_last}) {
        box->setRange(1, count);
    }
    m_last->setValue(count);
    m_first->setObjectName("movieFirst");
    m_last->setObjectName("movieLast");
    m_every->setObjectName("movieEvery");
    m_every->setRange(1, std::max(1, count));
    m_every->setToolTip(tr("1 = every step; the last step is always shown"));
    m_size->setObjectName("movieSize");
    m_size->addItem(tr("As on the screen"), 0);
    for (const int width : {640, 1280, 1920}) {
        m_size->addItem(tr("%1 pixels wide").arg(width), width);
    }
    m_rate->setObjectName("movieRate");
    m_rate->setRange(1, 60);
    m_rate->setSuffix(tr(" /s"));
    m_rate->setToolTip(tr("Frames per second"));
    m_hold->setObjectName("movieHold");
    m_hold->setRange(0, 20);
    m_hold->setDecimals(1);
    m_hold->setSingleStep(0.5);
    m_hold->setSuffix(tr(" s"));
    m_hold->setToolTip(tr("How much longer the last step stands still"));
    m_pingPong->setObjectName("moviePingPong");
    m_captions->setObjectName("movieCaptions");
    m_captions->setChecked(true);
    m_colourBars->setObjectName("movieColourBars");
    m_colourBars->setChecked(!m_bars.isEmpty());
    m_colourBars->setEnabled(!m_bars.isEmpty());
    m_colourBars->setToolTip(m_bars.isEmpty() ? tr("Switch on an overlay with colours first")
                                              : tr("One range for all steps of the timeline"));
    m_preview->setObjectName("moviePreview");
    m_preview->setAlignment(Qt::AlignCenter);
    m_preview->setMinimumWidth(340);
    m_summary->setObjectName("movieSummary");
    m_summary->setWordWrap(true);
    m_summary->setMinimumHeight(38);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_bar->setTextVisible(false);
    m_bar->setVisible(false);
    m_write->setObjectName("startMovie");
    m_write->setIcon(icon("movie", &Theme::onAccent));
    m_write->setProperty("role", "primary");
    m_write->setDefault(true);
    m_close->setObjectName("closeMovie");
    m_open->setObjectName("openMovieFolder");
    m_open->setVisible(false);

    auto* browse = new QToolButton;
    browse->setIcon(icon("folder"));
    browse->setObjectName("browseMovie");
    browse->setToolTip(tr("Choose a file …"));
    connect(browse, &QToolButton::clicked, this, [this] {
        const QString filter = format() == MovieFormat::Mp4   ? tr("MPEG-4 film (*.mp4)")
                               : format() == MovieFormat::Gif ? tr("Animated GIF (*.gif)")
                                                              : tr("Folder of PNG pictures (*)");
        auto* dialog = new QFileDialog(this, tr("Export a movie"), m_path->text(), filter);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->setDefaultSuffix(QFileInfo(m_path->text()).suffix());
        connect(dialog, &QFileDialog::fileSelected, m_path, &QLineEdit::setText);
        dialog->open();
    });
    const auto row = [](std::initializer_list<QWidget*> widgets) {
        auto* holder = new QWidget;
        auto* layout = new QHBoxLayout(holder);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(6);
        for (QWidget* widget : widgets) {
            layout->addWidget(widget, qobject_cast<QLabel*>(widget) ? 0 : 1);
        }
        return holder;
    };
    const auto muted = [](const QString& text) {
        auto* label = new QLabel(text);
        label->setProperty("role", "muted");
        return label;
    };
    auto* pathRow = new QWidget;
    auto* pathLayout = new QHBoxLayout(pathRow);
    pathLayout->setContentsMargins(0, 0, 0, 0);
    pathLayout->setSpacing(4);
    pathLayout->addWidget(m_path, 1);
    pathLayout->addWidget(browse);
    m_range = row({m_first, muted(tr("to")), m_last});

    auto* grid = new QGridLayout(m_form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(9);
    grid->setColumnStretch(1, 1);
    int line = 0;
    const auto add = [&](const QString& name, QWidget* widget) {
        if (!name.isEmpty()) {
            grid->addWidget(muted(name), line, 0);
        }
        grid->addWidget(widget, line++, 1);
    };
    add(tr("File"), pathRow);
    add(tr("Format"), m_format);
    add(tr("What"), m_view);
    add(tr("Steps"), m_steps);
    add(tr("Range"), m_range);
    add(tr("Every"), row({m_every, muted(tr("steps"))}));
    add(tr("Size"), m_size);
    add(tr("Speed"), row({m_rate, muted(tr("hold the end")), m_hold}));
    add({}, m_pingPong);
    add({}, m_captions);
    add({}, m_colourBars);
    grid->setRowStretch(line, 1);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(22);
    columns->addWidget(m_form, 1);
    columns->addWidget(m_preview, 0, Qt::AlignTop);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_open);
    buttons->addStretch();
    buttons->addWidget(m_close);
    buttons->addWidget(m_write);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 18, 18, 16);
    layout->setSpacing(12);
    layout->addLayout(columns);
    layout->addWidget(m_bar);
    layout->addWidget(m_summary);
    layout->addLayout(buttons);
}

}  // namespace drdm
