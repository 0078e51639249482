#include "ui/schedule/SchedulePreview.h"

#include "render/SliceView.h"
#include "ui/BackgroundTask.h"
#include "ui/Icons.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QRandomGenerator>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QStackedLayout>
#include <QStyle>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr std::array<int, 5> levels{16, 32, 48, 64, 80};

QLabel* muted(const QString& text, const QString& tip = {}) {
    auto* label = new QLabel(text);
    label->setProperty("role", "muted");
    label->setToolTip(tip);
    return label;
}

QString percent(double value) {
    return QString::number(value, 'f', value < 9.95 ? 1 : 0);
}

/// A share of voxels: 0 only where there is none.
QString share(double value) {
    const double p = 100 * value;
    return p <= 0 ? QStringLiteral("0") : p < 0.01 ? QStringLiteral("<0.01") : QString::number(p, 'f', p < 1 ? 2 : 1);
}

void setRole(QLabel* label, const char* role) {
    if (label->property("role").toString() != role) {
        label->setProperty("role", role);
        label->style()->polish(label);
    }
}

}  // namespace

SchedulePreview::SchedulePreview(QWidget* parent)
    : QFrame(parent),
      m_worker(new ScheduleWorker(this)),
      m_view(new SliceView),
      m_notice(new QLabel),
      m_numbers(muted({})),
      m_level(new QSlider(Qt::Horizontal)),
      m_levelNumber(new QSpinBox),
      m_seed(new QSpinBox),
      m_grid(new QCheckBox(tr("Grid"))),
      m_forecastSoon(new QTimer(this)) {
    setProperty("role", "card");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(7);
    auto* heading = new QLabel(tr("LIVE PREVIEW"));
    heading->setProperty("role", "heading");
    heading->setToolTip(tr("A random deformation of this schedule, before any recovery and any guard against folds"));
    auto* header = new QHBoxLayout;
    header->addWidget(heading);
    header->addStretch();
    header->addWidget(m_grid);
    column->addLayout(header);
    column->addWidget(makePicture(), 1);
    column->addWidget(makeTable());

    connect(m_worker, &ScheduleWorker::previewReady, this,
            [this](const std::shared_ptr<const PreviewFrame>& frame) { showFrame(*frame); });
    connect(m_worker, &ScheduleWorker::levelReady, this, &SchedulePreview::showLevel);
    m_forecastSoon->setSingleShot(true);
    m_forecastSoon->setInterval(150);  // dragging asks for many
    connect(m_forecastSoon, &QTimer::timeout, this, [this] {
        m_worker->forecast({m_schedule, {levels.begin(), levels.end()}, 6, m_side});
    });
    setImage({}, 0, 0);
    setSchedule({});
}

QWidget* SchedulePreview::makePicture() {
    auto* holder = new QWidget;
    m_stack = new QStackedLayout;
    m_view->setObjectName("schedulePreview");
    m_view->setAccessibleName(tr("Live preview"));
    m_view->setTool(SliceView::Tool::Window);
    connect(m_view, &SliceView::resizedView, this, [this] { m_view->setCamera(m_view->fitted()); });
    connect(m_view, &SliceView::windowDragged, this, [this](double right, double up) {
        m_window = {m_window.centre - up * m_window.width, m_window.width * std::exp(1.5 * right)};
        m_view->setWindow(m_window.centre, m_window.width);
    });
    m_notice->setProperty("role", "muted");
    m_notice->setObjectName("schedulePreviewNotice");
    m_notice->setAlignment(Qt::AlignCenter);
    m_notice->setWordWrap(true);
    m_stack->addWidget(m_view);
    m_stack->addWidget(m_notice);
    m_numbers->setObjectName("schedulePreviewNumbers");

    m_grid->setChecked(true);
    m_grid->setObjectName("schedulePreviewGrid");
    m_grid->setToolTip(tr("A regular grid carried along by the image"));
    connect(m_grid, &QCheckBox::toggled, this,
            [this](bool on) { m_view->setLines(SliceScene::Layer::Grid, on ? m_lines : LineSet{}); });
    m_view->setOpacity(SliceScene::Layer::Grid, 0.5);

    m_level->setRange(1, schedulelimits::steps);
    m_level->setValue(48);
    m_level->setObjectName("schedulePreviewLevel");
    m_level->setAccessibleName(tr("Level"));
    m_levelNumber->setRange(1, schedulelimits::steps);
    m_levelNumber->setValue(48);
    m_levelNumber->setAccessibleName(tr("Level"));
    m_levelNumber->setFixedWidth(64);
    connect(m_level, &QSlider::valueChanged, this, [this](int level) {
        const QSignalBlocker quiet(m_levelNumber);
        m_levelNumber->setValue(level);
        askPicture();
        Q_EMIT levelChanged(level);
    });
    connect(m_levelNumber, &QSpinBox::valueChanged, m_level, &QSlider::setValue);
    m_seed->setRange(0, 999'999);
    m_seed->setValue(1);
    m_seed->setObjectName("schedulePreviewSeed");
    m_seed->setAccessibleName(tr("Seed"));
    m_seed->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_seed->setFixedWidth(72);
    connect(m_seed, &QSpinBox::valueChanged, this, &SchedulePreview::askPicture);
    auto* dice = new QToolButton;
    dice->setIcon(icon("dice"));
    dice->setIconSize({18, 18});
    dice->setObjectName("schedulePreviewDice");
    dice->setToolTip(tr("Another random field"));
    connect(dice, &QToolButton::clicked, this,
            [this] { m_seed->setValue(QRandomGenerator::global()->bounded(1, 1'000'000)); });

    auto* controls = new QHBoxLayout;
    controls->setSpacing(6);
    controls->addWidget(muted(tr("Level"), tr("How far the deformation goes, 1 to 80")));
    controls->addWidget(m_level, 1);
    controls->addWidget(m_levelNumber);
    controls->addWidget(muted(tr("Seed")));
    controls->addWidget(m_seed);
    controls->addWidget(dice);
    auto* column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addLayout(m_stack, 1);
    column->addWidget(m_numbers);
    column->addLayout(controls);
    return holder;
}

QWidget* SchedulePreview::makeTable() {
    auto* table = new QWidget;
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, 2, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(2);
    const QString central = tr("Folded voxels, % (|J| ≤ 0 by central differences, as papers report it)");
    const QString strict = tr("Folded voxels by the strict criterion, % (Liu et al. 2022)");
    const QString mean = tr("Mean displacement, % of the side"), max = tr("Largest displacement, % of the side");
    auto* ours = muted(tr("This schedule, %"), tr("Averages over 6 random fields on the model's grid"));
    auto* theirs =
        muted(tr("Authors' code, %"),
              tr("The published program at 256 × 256, measured over 8 random fields. Their paper states more "
                 "than 10 % of the side with less than 1 % folded"));
    ours->setAlignment(Qt::AlignHCenter);
    theirs->setAlignment(Qt::AlignHCenter);
    grid->addWidget(ours, 0, 1, 1, 4);
    grid->addWidget(theirs, 0, 6, 1, 3);
    const std::array<std::pair<QString, QString>, 9> titles{{{tr("Level"), tr("How far the deformation goes")},
                                                             {tr("mean"), mean},
                                                             {tr("max"), max},
                                                             {tr("folds"), central},
                                                             {tr("strict"), strict},
                                                             {{}, {}},
                                                             {tr("mean"), mean},
                                                             {tr("max"), max},
                                                             {tr("folds"), central}}};
    for (int i = 0; i < 9; ++i) {
        auto* title = muted(titles[static_cast<std::size_t>(i)].first, titles[static_cast<std::size_t>(i)].second);
        title->setAlignment(i == 0 ? Qt::AlignLeft : Qt::AlignRight);
        grid->addWidget(title, 1, i);
        grid->setColumnStretch(i, i == 5 ? 0 : 1);
    }
    grid->setColumnMinimumWidth(5, 10);
    for (std::size_t row = 0; row < levels.size(); ++row) {
        const int line = static_cast<int>(row) + 2;
        grid->addWidget(muted(QString::number(levels[row])), line, 0);
        std::array<QLabel*, 4> cells{};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            cells[i] = new QLabel(QStringLiteral("–"));
            cells[i]->setProperty("role", "value");
            cells[i]->setObjectName(QStringLiteral("forecast%1-%2").arg(levels[row]).arg(i));
            cells[i]->setAlignment(Qt::AlignRight);
            grid->addWidget(cells[i], line, static_cast<int>(i) + 1);
        }
        m_cells.push_back(cells);
        const LevelForecast& other = releasedFigures()[row];
        int at = 6;
        for (const QString& text :
             {percent(other.mean_percent), percent(other.max_percent), share(other.folded_central)}) {
            auto* cell = muted(text);
            cell->setAlignment(Qt::AlignRight);
            grid->addWidget(cell, line, at++);
        }
    }
    return table;
}

void SchedulePreview::setImage(const Image& image, std::int64_t slice, std::int64_t phase) {
    const bool other = image.empty() || m_image.empty() || image.voxels().data() != m_image.voxels().data();
    m_image = image;
    m_slice = image.empty() ? 0 : std::clamp<std::int64_t>(slice, 0, image.geometry().size[2] - 1);
    m_phase = image.empty() ? 0 : std::clamp<std::int64_t>(phase, 0, image.phases() - 1);
    if (image.empty()) {
        m_notice->setText(tr("Open an image to see what this schedule does to it.\nThe numbers below need none."));
        m_stack->setCurrentWidget(m_notice);
    } else if (other) {
        m_notice->setText(tr("Preparing the preview …"));
        m_stack->setCurrentWidget(m_notice);
        BackgroundTask::start(
            this, tr("Preview"), [image](const JobContext&) { return windowPresets(image).front().window; },
            [this, voxels = image.voxels().data()](const DisplayWindow& window) {
                if (!m_image.empty() && m_image.voxels().data() == voxels) {
                    m_window = window;
                    m_view->setWindow(window.centre, window.width);
                }
            });
    }
    askPicture();
}

void SchedulePreview::setSchedule(const Schedule& schedule) {
    m_schedule = schedule;
    askPicture();
    m_forecastSoon->start();
}

void SchedulePreview::setLevel(int level) {
    m_level->setValue(level);
}

void SchedulePreview::setModelSide(int side) {
    m_side = side;
    setSchedule(m_schedule);
}

int SchedulePreview::level() const {
    return m_level->value();
}

void SchedulePreview::askPicture() {
    m_worker->preview({m_image, m_slice, m_phase, m_schedule, m_level->value(),
                       static_cast<std::uint64_t>(m_seed->value()), m_side, ++m_asked});
}

void SchedulePreview::showFrame(const PreviewFrame& frame) {
    m_shown = frame.number;
    if (!frame.error.empty()) {
        m_notice->setText(QString::fromStdString(frame.error));
        m_stack->setCurrentWidget(m_notice);
        m_numbers->clear();
        return;
    }
    m_lastTime_ms = frame.time_ms;
    m_numbers->setText(
        tr("Mean shift %1 % of the side, largest %2 %, %3")
            .arg(percent(frame.mean_percent), percent(frame.max_percent),
                 frame.folded_strict > 0 ? tr("%1 % folded").arg(share(frame.folded_strict)) : tr("no folds")));
    if (!m_image.empty() && frame.image.values) {
        const PlaneGrid before = m_view->planeGrid();
        m_view->setImage(frame.image);
        if (before.width != frame.image.grid.width || before.height != frame.image.grid.height ||
            before.spacingX_mm != frame.image.grid.spacingX_mm || before.spacingY_mm != frame.image.grid.spacingY_mm) {
            m_view->setCamera(m_view->fitted());
        }
        m_lines = frame.grid;
        m_view->setLines(SliceScene::Layer::Grid, m_grid->isChecked() ? m_lines : LineSet{});
        m_stack->setCurrentWidget(m_view);
    }
    Q_EMIT pictureShown();
}

void SchedulePreview::showLevel(const LevelForecast& level) {
    for (std::size_t row = 0; row < levels.size(); ++row) {
        if (levels[row] != level.level) {
            continue;
        }
        auto& cells = m_cells[row];
        cells[0]->setText(percent(level.mean_percent));
        cells[1]->setText(percent(level.max_percent));
        cells[2]->setText(share(level.folded_central));
        cells[3]->setText(share(level.folded_strict));
        setRole(cells[2], level.folded_central > 0 ? "bad" : "value");
        setRole(cells[3], level.folded_strict > 0 ? "bad" : "value");
    }
}

}  // namespace drdm
