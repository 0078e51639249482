#include "ui/training/TrainingSettingsPanel.h"

#include "errors/Error.h"
#include "tasks/Sample.h"
#include "ui/Icons.h"
#include "ui/ParameterForm.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStandardPaths>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <set>

namespace drdm {

namespace {

constexpr int labelWidth = 114;  // as in ParameterForm

/// A combo box whose entries carry the parameter's text; texts that it lacks are added.
ParameterForm::Editor comboEditor(QComboBox* combo) {
    return {combo, [combo] { return combo->currentData().toString(); },
            [combo](const QString& text) {
                if (combo->findData(text) < 0) {
                    combo->insertItem(1, QFileInfo(text).fileName(), text);
                    combo->setItemData(1, text, Qt::ToolTipRole);
                }
                combo->setCurrentIndex(combo->findData(text));
            }};
}

QString folderName(const QString& model) {
    QString name;
    for (const QChar c : model.trimmed()) {
        name += c.isLetterOrNumber() || c == '-' || c == '_' || c == '.' ? c : QChar('-');
    }
    return name.isEmpty() ? QStringLiteral("model") : name;
}

}  // namespace

TrainingSettingsPanel::TrainingSettingsPanel(QWidget* parent)
    : QFrame(parent),
      m_preset(new QComboBox),
      m_dims(new QComboBox),
      m_modality(new QComboBox),
      m_device(new QComboBox),
      m_start(new QComboBox),
      m_name(new QLineEdit),
      m_folder(new QLineEdit) {
    setProperty("role", "card");
    m_top = makeTop();
    makeForm();
    auto* inside = new QWidget;
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 6, 0);
    column->addWidget(m_form);
    column->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidget(inside);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(m_top);
    layout->addWidget(scroll, 1);
    fillPresets();
    watchEdits();
    choosePreset(0);
    suggestFolder();
}

QWidget* TrainingSettingsPanel::makeTop() {
    auto* heading = new QLabel(tr("SETTINGS"));
    heading->setProperty("role", "heading");
    m_preset->setObjectName("trainingPreset");
    m_preset->setAccessibleName(tr("Begin with"));
    m_folder->setObjectName("trainingFolder");
    m_folder->setAccessibleName(tr("Folder of the run"));
    auto* browse = new QToolButton;
    browse->setObjectName("browseTrainingFolder");
    browse->setIcon(icon("folder"));
    browse->setToolTip(tr("Choose a folder …"));
    browse->setAccessibleName(browse->toolTip());
    connect(browse, &QToolButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(window(), tr("Folder of the run"), QFileInfo(folder()).absolutePath());
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
        connect(dialog, &QFileDialog::fileSelected, this, &TrainingSettingsPanel::setFolder);
        dialog->open();
    });
    auto* folderRow = new QHBoxLayout;
    folderRow->setSpacing(2);
    folderRow->addWidget(m_folder, 1);
    folderRow->addWidget(browse);
    m_device->setObjectName("trainingDevice");
    m_device->setToolTip(QString::fromStdString(samplingParameters().at("device").help));
    m_device->setAccessibleName(tr("Compute on"));
    m_device->addItem(tr("Automatic"), "auto");
    m_device->addItem(tr("Processor"), "cpu");
    m_device->addItem(tr("Graphics card 0"), "cuda:0");
    m_preset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);

    auto* top = new QWidget;
    auto* grid = new QGridLayout(top);
    grid->setContentsMargins(0, 0, 6, 0);
    grid->setHorizontalSpacing(10);
    grid->setVerticalSpacing(7);
    grid->setColumnMinimumWidth(0, labelWidth);
    grid->setColumnStretch(1, 1);
    grid->addWidget(heading, 0, 0, 1, 2);
    const auto row = [grid](int at, const QString& text, const QString& tip, QWidget* buddy) {
        auto* label = new QLabel(text);
        label->setProperty("role", "muted");
        label->setToolTip(tip);
        label->setBuddy(buddy);
        buddy->setToolTip(tip);
        grid->addWidget(label, at, 0);
    };
    row(1, tr("Begin with"), tr("Settings that are a good beginning; change them as you like"), m_preset);
    grid->addWidget(m_preset, 1, 1);
    row(2, tr("Folder"), tr("Where checkpoints, curves, pictures and the model go"), m_folder);
    grid->addLayout(folderRow, 2, 1);
    row(3, tr("Compute on"), m_device->toolTip(), m_device);
    grid->addWidget(m_device, 3, 1);
    connect(m_preset, &QComboBox::activated, this, &TrainingSettingsPanel::choosePreset);
    connect(m_folder, &QLineEdit::textChanged, m_folder, &QWidget::setToolTip);
    connect(m_folder, &QLineEdit::textEdited, this, [this] {
        m_ownFolder = true;
        Q_EMIT edited();
    });
    return top;
}

void TrainingSettingsPanel::makeForm() {
    const ParameterSet& set = trainingParameters();
    m_dims->addItem(tr("Slices (2-D)"), "2");
    m_dims->addItem(tr("Volumes (3-D)"), "3");
    for (const std::string& choice : set.at("modality").choices) {
        m_modality->addItem(QString::fromStdString(choice), QString::fromStdString(choice));
    }
    m_start->addItem(tr("Random weights"), QString());
    for (const InstalledModel& model : installedModels()) {
        if (model.file.ends_with(".safetensors")) {
            m_start->addItem(QString::fromStdString(model.name), QString::fromStdString(model.file));
            m_start->setItemData(m_start->count() - 1, QString::fromStdString(model.file), Qt::ToolTipRole);
        }
    }
    m_start->addItem(tr("Model file …"), QStringLiteral("…"));
    connect(m_start, &QComboBox::activated, this, [this, before = 0](int index) mutable {
        if (m_start->itemData(index).toString() != QStringLiteral("…")) {
            before = index;
            return;
        }
        m_start->setCurrentIndex(before);
        browseModel();
    });
    for (QComboBox* combo : {m_dims, m_modality, m_start}) {
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    }
    m_name->setText(QString::fromStdString(std::get<std::string>(set.at("name").defaultValue)));
    m_form = new ParameterForm(
        set, {},
        {{"name", {m_name, [this] { return m_name->text(); }, [this](const QString& text) { m_name->setText(text); }}},
         {"dims", comboEditor(m_dims)},
         {"modality", comboEditor(m_modality)},
         {"warm-start", comboEditor(m_start)}});
}

void TrainingSettingsPanel::browseModel() {
    auto* dialog = new QFileDialog(window(), tr("Start from a model"), {}, tr("Models (*.safetensors)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& file) { setText("warm-start", file); });
    dialog->open();
}

void TrainingSettingsPanel::watchEdits() {
    const auto heard = [this] {
        if (!m_applying) {
            m_preset->setCurrentIndex(m_preset->count() - 1);  // settings of one's own
            Q_EMIT edited();
        }
    };
    for (auto* spin : m_form->findChildren<QDoubleSpinBox*>()) {
        connect(spin, &QDoubleSpinBox::valueChanged, this, heard);
    }
    for (auto* box : m_form->findChildren<QCheckBox*>()) {
        connect(box, &QCheckBox::toggled, this, heard);
    }
    for (auto* combo : m_form->findChildren<QComboBox*>()) {
        if (combo != m_dims && combo != m_modality) {
            connect(combo, &QComboBox::currentIndexChanged, this, heard);
        }
    }
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        if (!m_ownFolder) {
            suggestFolder();
        }
        Q_EMIT edited();
    });
    connect(m_dims, &QComboBox::currentIndexChanged, this, [this] {
        const int before = m_preset->currentIndex();
        const bool own = before == m_preset->count() - 1;
        fillPresets();
        if (!m_applying && !own) {
            choosePreset(std::min(before, m_preset->count() - 2));
        }
        Q_EMIT needsChanged(dims(), modality());
    });
    connect(m_modality, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT needsChanged(dims(), modality()); });
}

void TrainingSettingsPanel::fillPresets() {
    const QSignalBlocker quiet(m_preset);
    m_preset->clear();
    m_presets = trainingPresets(dims());
    for (const TrainingPreset& preset : m_presets) {
        m_preset->addItem(preset.name);
        m_preset->setItemData(m_preset->count() - 1, preset.help, Qt::ToolTipRole);
    }
    m_preset->addItem(tr("Own settings"));
    m_preset->setCurrentIndex(m_preset->count() - 1);
}

void TrainingSettingsPanel::choosePreset(int index) {
    m_preset->setCurrentIndex(index);
    if (index < 0 || index >= static_cast<int>(m_presets.size())) {
        return;
    }
    const TrainingPreset preset = m_presets[static_cast<std::size_t>(index)];
    const bool applying = std::exchange(m_applying, true);
    try {
        if (!preset.startFrom.empty()) {
            ParameterValues values = m_form->values();
            startFromModel(values, preset.startFrom);
            for (const char* name : {"dims", "grid", "width", "patch", "process", "recursion", "warm-start"}) {
                m_form->setText(name, QString::fromStdString(values.asText(name)));
            }
        }
        for (const auto& [name, text] : preset.values) {
            m_form->setText(name, text);
        }
    } catch (const Error& error) {
        Q_EMIT failed(tr("These settings cannot be used"), QString::fromUtf8(error.what()));
    }
    m_applying = applying;
    m_preset->setCurrentIndex(index);
    Q_EMIT edited();
}

int TrainingSettingsPanel::dims() const {
    return m_dims->currentData().toInt();
}

QString TrainingSettingsPanel::modality() const {
    return m_modality->currentData().toString();
}

QString TrainingSettingsPanel::folder() const {
    return m_folder->text().trimmed();
}

void TrainingSettingsPanel::into(TrainingPlan& plan) const {
    plan.values = m_form->values();
    plan.folder = folder().toStdString();
    plan.device = m_device->currentData().toString().toStdString();
}

void TrainingSettingsPanel::show(const TrainingPlan& plan) {
    const bool applying = std::exchange(m_applying, true);
    for (const Parameter& parameter : plan.values.set().all()) {
        m_form->setText(parameter.name, QString::fromStdString(plan.values.asText(parameter.name)));
    }
    const QString device = QString::fromStdString(plan.device);
    if (m_device->findData(device) < 0) {
        m_device->addItem(device, device);
    }
    m_device->setCurrentIndex(m_device->findData(device));
    setFolder(QString::fromStdString(plan.folder));
    m_applying = applying;
    m_preset->setCurrentIndex(m_preset->count() - 1);
    Q_EMIT needsChanged(dims(), modality());
}

void TrainingSettingsPanel::setText(const std::string& name, const QString& text) {
    m_form->setText(name, text);
}

void TrainingSettingsPanel::setFolder(const QString& folder) {
    m_ownFolder = true;
    m_folder->setText(folder);
    Q_EMIT edited();
}

void TrainingSettingsPanel::suggestFolder() {
    QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    if (documents.isEmpty()) {
        documents = QDir::homePath();
    }
    const QString stem = QDir(documents).filePath("drdm-training/" + folderName(m_name->text()));
    QString path = stem;
    for (int number = 2; QFileInfo::exists(path + "/state.safetensors"); ++number) {
        path = stem + QString("-%1").arg(number);
    }
    m_folder->setText(path);
    m_folder->setCursorPosition(static_cast<int>(path.size()));
    m_ownFolder = false;
}

void TrainingSettingsPanel::setEditable(Editable what) {
    // These make the network, or decide what was drawn until now.
    static const std::set<std::string> fixed{"name",    "dims", "grid",      "width",      "patch",   "modality",
                                             "process", "seed", "recursion", "warm-start", "schedule"};
    m_top->setEnabled(what == Editable::All);
    m_form->setEnabled(what != Editable::None);
    for (const Parameter& parameter : trainingParameters().all()) {
        if (auto* editor = m_form->findChild<QWidget*>("parameter-" + QString::fromStdString(parameter.name))) {
            editor->setEnabled(what == Editable::All || !fixed.contains(parameter.name));
        }
    }
}

double TrainingSettingsPanel::gridSide() const {
    return m_form->text("grid").toDouble();
}

void TrainingSettingsPanel::setFoot(QWidget* foot) {
    m_foot = foot;
    layout()->addWidget(foot);
}

}  // namespace drdm
