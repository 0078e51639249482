#include "ui/GeneratePanel.h"

#include "tasks/Sample.h"
#include "ui/ActionTips.h"
#include "ui/Icons.h"
#include "ui/ParameterForm.h"
#include "ui/Theme.h"
#include "ui/sampling/SampleForecast.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QRandomGenerator>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {

namespace {

constexpr int textRole = Qt::UserRole;
constexpr const char* expertKey = "generate/expert";
constexpr const char* lockKey = "generate/seedLocked";

/// A combo box whose entries carry the text of the parameter.
ParameterForm::Editor comboEditor(QComboBox* combo) {
    return {combo, [combo] { return combo->currentData(textRole).toString(); },
            [combo](const QString& text) {
                int at = combo->findData(text, textRole);
                if (at < 0) {
                    combo->insertItem(combo->count() - (combo->property("browses").toBool() ? 1 : 0),
                                      QFileInfo(text).fileName(), text);
                    at = combo->findData(text, textRole);
                }
                combo->setCurrentIndex(at);
            }};
}

QToolButton* seedButton(const QString& picture, const QString& tip, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(picture));
    button->setIconSize({17, 17});
    button->setFixedWidth(28);
    button->setToolTip(tip);
    button->setObjectName(name);
    return button;
}

}  // namespace

GeneratePanel::GeneratePanel(QWidget* parent)
    : QFrame(parent),
      m_forecast(new SampleForecast(this)),
      m_seed(new QDoubleSpinBox),
      m_seedLock(seedButton("unlock", {}, "seedLock")),
      m_model(new QComboBox),
      m_device(new QComboBox),
      m_slices(new QComboBox),
      m_lockRow(new QWidget),
      m_expert(new QPushButton(icon("expert"), tr("Expert"))),
      m_generate(new QPushButton(icon("generate", &Theme::onAccent), tr("Generate"))),
      m_cancel(new QPushButton(icon("cancel"), tr("Cancel"))),
      m_keep(new QPushButton(icon("keep"), tr("Stop and keep"))),
      m_better(new QLabel),
      m_bar(new QProgressBar),
      m_progressText(new QLabel) {
    setProperty("role", "card");
    const ParameterForm::Editor seedEditor{makeSeedRow(),
                                           [this] { return QString::number(static_cast<qlonglong>(m_seed->value())); },
                                           [this](const QString& text) { m_seed->setValue(text.toDouble()); }};
    makeModelChoice();
    setDevices({{"cpu", tr("Processor").toStdString()}});
    m_slices->addItem(tr("The slice shown"), "one");
    m_slices->addItem(tr("All slices"), "all");
    for (QComboBox* combo : {m_model, m_device, m_slices}) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(8);
    }
    // The view says which slice; here one says only whether all of them.
    const ParameterForm::Editor sliceEditor{
        m_slices, [this] { return m_slices->currentData().toString() == "all" ? QString("all") : QString(); },
        [this](const QString& text) { m_slices->setCurrentIndex(text == "all" ? 1 : 0); }};
    auto* lockLayout = new QHBoxLayout(m_lockRow);
    lockLayout->setContentsMargins(0, 0, 0, 0);
    lockLayout->setSpacing(1);
    const ParameterForm::Editor lockEditor{m_lockRow, [this] { return m_lockFile; },
                                           [this](const QString& text) { m_lockFile = text; }};

    m_form = new ParameterForm(samplingParameters(), {"phase"},
                               {{"seed", seedEditor},
                                {"model", comboEditor(m_model)},
                                {"device", comboEditor(m_device)},
                                {"slice", sliceEditor},
                                {"lock-mask", lockEditor}});
    m_expert->setObjectName("expertSettings");
    m_expert->setProperty("role", "quiet");
    m_expert->setCheckable(true);
    m_expert->setIconSize({15, 15});
    m_expert->setChecked(QSettings().value(expertKey, false).toBool());
    setTip(m_expert, tr("Show or hide model, device, slices, locked region and all other settings"));
    m_form->setNoteTip("level",
                       tr("Mean shift of the random deformation at this strength; once there are variations of "
                          "this image, with what the recovery made of it"));
    m_form->setNoteTip("device",
                       tr("Estimated for the settings as they are: network, image and every step that is kept"));
    m_form->placeBeside("stop", tr("ends at"), "stride");
    QWidget* expert = m_form->takeExpertArea(m_expert);
    connect(m_expert, &QPushButton::toggled, this, [](bool on) { QSettings().setValue(expertKey, on); });

    auto* heading = new QLabel(tr("GENERATE"));
    heading->setProperty("role", "heading");
    m_generate->setProperty("role", "primary");
    m_generate->setObjectName("generate");
    m_cancel->setObjectName("cancel");
    setTip(m_cancel, tr("Stop and throw away what this run has made"));
    m_keep->setObjectName("stopAndKeep");
    setTip(m_keep, tr("Stop now; the steps made so far stay"));
    m_bar->setObjectName("progress");
    m_bar->setRange(0, 1000);
    m_bar->setTextVisible(false);
    m_progressText->setObjectName("progressText");
    m_progressText->setProperty("role", "muted");
    m_progressText->setWordWrap(true);
    m_progressText->setMinimumHeight(m_progressText->fontMetrics().height());

    m_better->setObjectName("betterModel");
    m_better->setProperty("role", "muted");
    m_better->setWordWrap(true);
    setTip(m_better, tr("A model has seen images of one kind; of others it can say less what is plausible"));
    m_better->hide();

    m_running = new QWidget;
    auto* verbs = new QHBoxLayout(m_running);
    verbs->setContentsMargins(0, 0, 0, 0);
    verbs->setSpacing(8);
    verbs->addWidget(m_cancel, 1);
    verbs->addWidget(m_keep, 1);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(7);
    auto* top = new QHBoxLayout;
    top->addWidget(heading, 1);
    top->addWidget(m_expert);
    layout->addLayout(top);
    layout->addWidget(m_form);
    layout->addWidget(m_better);
    layout->addWidget(m_generate);
    layout->addWidget(m_bar);
    layout->addWidget(m_progressText);
    layout->addWidget(m_running);
    layout->addWidget(expert);

    connect(m_better, &QLabel::linkActivated, this, [this](const QString& name) { setText("model", name); });
    connect(m_generate, &QPushButton::clicked, this, &GeneratePanel::generateWanted);
    connect(m_cancel, &QPushButton::clicked, this, &GeneratePanel::cancelWanted);
    connect(m_keep, &QPushButton::clicked, this, &GeneratePanel::keepWanted);
    connect(m_form, &ParameterForm::changed, this, [this] {
        askForecast();
        describe();
    });
    connect(m_slices, &QComboBox::currentIndexChanged, this, &GeneratePanel::describe);
    connect(m_forecast, &SampleForecast::known, this, &GeneratePanel::describe);
    setRunning(false);
    m_slices->setEnabled(false);
    setReady(false);
    describe();
}

/// A number with buttons for the one before, the next and a random one, and a lock.
QWidget* GeneratePanel::makeSeedRow() {
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    const Parameter& seed = samplingParameters().at("seed");
    m_seed->setDecimals(0);
    m_seed->setRange(seed.minimum.value_or(0), seed.maximum.value_or(9007199254740991.0));
    m_seed->setValue(1);
    m_seed->setLocale(QLocale::c());
    m_seed->setButtonSymbols(QAbstractSpinBox::NoButtons);
    m_seed->setMinimumWidth(50);
    auto* minus = seedButton("minus", tr("Previous seed"), "seedMinus");
    auto* plus = seedButton("plus", tr("Next seed"), "seedPlus");
    auto* dice = seedButton("dice", tr("Random seed"), "seedRandom");
    m_seedLock->setCheckable(true);
    layout->addWidget(m_seed, 1);
    for (QToolButton* button : {minus, plus, dice, m_seedLock}) {
        layout->addWidget(button);
    }
    row->setFocusProxy(m_seed);
    connect(minus, &QToolButton::clicked, this, [this] { stepSeed(-1); });
    connect(plus, &QToolButton::clicked, this, [this] { stepSeed(1); });
    connect(dice, &QToolButton::clicked, this, &GeneratePanel::randomSeed);
    connect(m_seedLock, &QToolButton::clicked, this, [this](bool locked) {
        setSeedLocked(locked);
        Q_EMIT seedLockToggled(locked);
    });
    setSeedLocked(QSettings().value(lockKey, false).toBool());
    return row;
}

void GeneratePanel::makeModelChoice() {
    m_model->setProperty("browses", true);
    offerModels();
    connect(m_model, &QComboBox::activated, this, [this, before = 0](int index) mutable {
        if (m_model->itemData(index).toString() != QStringLiteral("…")) {
            before = index;
            return;
        }
        m_model->setCurrentIndex(before);
        auto* dialog =
            new QFileDialog(window(), tr("Choose a model file"), {}, tr("Models (*.safetensors *.pth);;All files (*)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) { setText("model", file); });
        dialog->open();
    });
}

bool GeneratePanel::seedLocked() const {
    return m_seedLock->isChecked();
}

void GeneratePanel::setSeedLocked(bool locked) {
    m_seedLock->setChecked(locked);
    m_seedLock->setIcon(icon(locked ? "lock" : "unlock"));
    setTip(m_seedLock, locked ? tr("The seed stays: Generate makes the same variation again")
                              : tr("Every Generate takes the next new seed; lock it to keep this one"));
    QSettings().setValue(lockKey, locked);
}

void GeneratePanel::takeNextSeed(const std::set<std::uint64_t>& made) {
    auto next = static_cast<std::uint64_t>(m_seed->value()) +
                static_cast<std::uint64_t>(std::max(1LL, m_form->text("count").toLongLong()));
    while (made.contains(next)) {
        ++next;
    }
    m_seed->setValue(static_cast<double>(next));
}

void GeneratePanel::setLockActions(const QList<QAction*>& actions) {
    auto* row = static_cast<QHBoxLayout*>(m_lockRow->layout());
    for (QAction* action : actions) {
        auto* button = new QToolButton;
        button->setDefaultAction(action);
        button->setObjectName(action->objectName() + "Button");
        button->setIconSize({17, 17});
        button->setFixedWidth(32);
        row->addWidget(button);
    }
    row->addStretch();
}

void GeneratePanel::setLockText(const QString& text) {
    m_form->setNote("lock-mask", text);
}

ParameterValues GeneratePanel::values() const {
    return m_form->values();
}

bool GeneratePanel::allSlices() const {
    return m_slices->currentData().toString() == "all" && m_slices->isEnabled();
}

void GeneratePanel::setText(const std::string& name, const QString& text) {
    m_form->setText(name, text);
}

void GeneratePanel::setReady(bool ready, const QString& why) {
    m_generate->setEnabled(ready);
    setTip(m_generate, ready           ? tr("Make variations of the slice shown")
                       : why.isEmpty() ? tr("Open an image first.")
                                       : why);
}

void GeneratePanel::setDevices(const std::vector<ComputeDevice>& devices) {
    const QString chosen = m_device->currentData(textRole).toString();
    m_device->clear();
    m_device->addItem(tr("Automatic"), QStringLiteral("auto"));
    for (const ComputeDevice& device : devices) {
        m_device->addItem(QString::fromStdString(device.text), QString::fromStdString(device.name));
    }
    m_device->setCurrentIndex(std::max(0, m_device->findData(chosen, textRole)));
}

void GeneratePanel::offerModels() {
    const QString chosen = m_model->currentData(textRole).toString();
    m_model->clear();
    m_model->addItem(tr("Default"), QString());
    for (const InstalledModel& model : installedModels()) {
        m_model->addItem(QString::fromStdString(model.name), QString::fromStdString(model.name));
        m_model->setItemData(m_model->count() - 1, QString::fromStdString(model.file), Qt::ToolTipRole);
    }
    m_model->addItem(tr("Model file …"), QStringLiteral("…"));
    if (!chosen.isEmpty()) {
        comboEditor(m_model).setText(chosen);
    }
}

void GeneratePanel::setRunning(bool running) {
    m_running->setVisible(running);
    m_bar->setVisible(running);
    m_progressText->setVisible(running);
    m_generate->setText(running ? tr("Generate more") : tr("Generate"));
}

void GeneratePanel::setProgress(double fraction, const QString& text) {
    m_bar->setValue(static_cast<int>(1000 * std::clamp(fraction, 0.0, 1.0)));
    m_progressText->setText(text);
}

void GeneratePanel::setImage(const Geometry& grid, std::int64_t phases, const QString& modality) {
    m_grid = grid;
    m_modality = modality;
    m_phases = phases;
    m_slices->setEnabled(grid.size[2] > 1);
    if (grid.size[2] <= 1) {
        m_slices->setCurrentIndex(0);
    }
    askForecast();
    describe();
}

void GeneratePanel::stepSeed(int by) {
    m_seed->setValue(m_seed->value() + by);
}

void GeneratePanel::randomSeed() {
    m_seed->setValue(QRandomGenerator::global()->bounded(1, 1'000'000));
}

}  // namespace drdm
