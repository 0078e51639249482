#include "ui/experiments/ExperimentSettings.h"

#include "errors/Error.h"
#include "parameters/NumberFromText.h"
#include "ui/BackgroundTask.h"
#include "ui/ParameterForm.h"
#include "ui/PathRow.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QSettings>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {
namespace {

long long number(const QLineEdit* line, const QString& name) {
    const auto value = numberFromText<long long>(line->text().trimmed().toStdString());
    if (!value || *value < 1 || *value > 1'000'000'000) {
        throw Error(QObject::tr("%1: \"%2\" is not accepted; give a whole number from 1 on")
                        .arg(name, line->text())
                        .toStdString());
    }
    return *value;
}

double real(const QLineEdit* line, const QString& name, double least, double most) {
    const auto value = numberFromText<double>(line->text().trimmed().toStdString());
    if (!value || !(*value >= least && *value <= most)) {
        throw Error(QObject::tr("%1: \"%2\" is not accepted; give a number from %3 to %4")
                        .arg(name, line->text())
                        .arg(least)
                        .arg(most)
                        .toStdString());
    }
    return *value;
}

std::vector<int> numbers(const QLineEdit* line, const QString& name) {
    std::vector<int> values;
    for (const QString& word : line->text().split(',')) {
        const auto value = numberFromText<int>(word.trimmed().toStdString());
        if (!value || *value < 1) {
            throw Error(QObject::tr("%1: \"%2\" is not accepted; give whole numbers with commas between, such as 1,3,5")
                            .arg(name, line->text())
                            .toStdString());
        }
        values.push_back(*value);
    }
    return values;
}

QString words(const std::vector<int>& values) {
    QStringList list;
    for (const int value : values) {
        list << QString::number(value);
    }
    return list.join(",");
}

/// Of the copies' parameters: decided by the experiment itself.
const std::vector<std::string>& notAsked() {
    static const std::vector<std::string> names{"method", "layout", "originals", "label-names", "fields", "dims"};
    return names;
}

QLineEdit* field(const char* name, const QString& tip) {
    auto* line = new QLineEdit;
    line->setObjectName(name);
    line->setToolTip(tip);
    return line;
}

}  // namespace

ExperimentSettings::ExperimentSettings(QWidget* parent)
    : QFrame(parent),
      m_kind(new QComboBox),
      m_subjects(field("experimentSubjects", tr("Numbers of training subjects, with commas between: the first so many "
                                                "of each fold"))),
      m_seeds(field("experimentSeeds", tr("Seeds of the networks, with commas between: each trains one more"))),
      m_steps(field("experimentSteps", tr("Optimiser steps of every run, the same for all methods"))),
      m_batch(field("experimentBatch", tr("Slices in each step"))),
      m_side(field("experimentSide", tr("Side of the network's square slices, pixels"))),
      m_width(field("experimentWidth", tr("Channels of the network at full resolution"))),
      m_depth(field("experimentDepth", tr("Resolutions of the network"))),
      m_rate(field("experimentRate", tr("Of Adam at the start; it falls to 0 along a cosine"))),
      m_mixing(field("experimentMixing", tr("Share of each batch that is copies, 0 to 1"))),
      m_tuning(field("experimentTuning", tr("Share of a tuned method's steps that are on real pairs, the last ones"))),
      m_smoothness(field("experimentSmoothness", tr("Weight of the field's roughness in those steps"))),
      m_reference(new QComboBox),
      m_folds(new QSpinBox),
      m_makeFolds(new QToolButton),
      m_methods(new QWidget),
      m_form(new ParameterForm(augmentationParameters(), notAsked(), {})) {
    setProperty("role", "card");
    m_kind->setObjectName("experimentKind");
    m_kind->addItem(tr("Segmentation"), "segmentation");
    m_kind->addItem(tr("Registration"), "registration");
    m_kind->setItemData(0, tr("Do copies help a network that draws labels?"), Qt::ToolTipRole);
    m_kind->setItemData(1, tr("Do synthetic pairs teach a network to register?"), Qt::ToolTipRole);
    m_reference->setObjectName("experimentReference");
    m_reference->setToolTip(tr("The method that the others are tested against"));
    auto* inside = new QWidget;
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 6, 0);
    column->addWidget(makeTop());
    auto* copies = new QLabel(tr("COPIES AND PAIRS"));
    copies->setProperty("role", "heading");
    column->addWidget(copies);
    column->addWidget(m_form);
    column->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setWidget(inside);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(8);
    layout->addWidget(scroll, 1);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &ExperimentSettings::takeKind);
    connect(m_makeFolds, &QToolButton::clicked, this, &ExperimentSettings::makeFolds);
    ExperimentPlan plan;
    plan.data.data = {QSettings().value("experimentData").toString().toStdString()};
    show(plan);
}

ExperimentSettings::~ExperimentSettings() {
    if (m_listing) {
        m_listing->abandon();
    }
}

void ExperimentSettings::setFoot(QWidget* foot) {
    qobject_cast<QVBoxLayout*>(layout())->addWidget(foot);
}

QWidget* ExperimentSettings::makeTop() {
    auto* top = new QWidget;
    auto* grid = new QGridLayout(top);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(10);
    const auto row = [grid](const QString& text, QWidget* editor) {
        auto* name = new QLabel(text);
        name->setProperty("role", "muted");
        name->setBuddy(editor);
        const int at = grid->rowCount();
        grid->addWidget(name, at, 0);
        grid->addWidget(editor, at, 1);
        return std::vector<QWidget*>{name, editor};
    };
    const auto join = [this](const std::string& of, const std::vector<QWidget*>& widgets) {
        m_ofKind[of].insert(m_ofKind[of].end(), widgets.begin(), widgets.end());
    };
    row(tr("Experiment"), m_kind);
    m_data = addPath(grid, tr("Data set"), "experimentData", tr("A folder with one folder per subject"), {});
    m_labels = addPath(grid, tr("Labels"), "experimentLabels", tr("The folder of the label maps"), {});
    m_labels->setPlaceholderText(tr("Beside the images"));
    m_split = addPath(grid, tr("Split"), "experimentSplit",
                      tr("A JSON file that says which subjects train and which are tested"), tr("Splits (*.json)"));
    m_folds->setObjectName("experimentFolds");
    m_folds->setRange(2, 26);
    m_folds->setValue(3);
    m_folds->setSuffix(tr(" folds"));
    m_folds->setToolTip(tr("Into how many parts the subjects are divided; each is tested once"));
    m_makeFolds->setObjectName("makeFolds");
    m_makeFolds->setText(tr("Make a split"));
    m_makeFolds->setToolTip(tr("Divide the data set by subjects and write the split beside the output folder"));
    auto* folds = new QWidget;
    auto* both = new QHBoxLayout(folds);
    both->setContentsMargins(0, 0, 0, 0);
    both->addWidget(m_folds, 1);
    both->addWidget(m_makeFolds);
    row({}, folds);
    m_pairs = addPath(grid, tr("Pairs"), "experimentPairs",
                      tr("A CSV file with the columns moving and fixed: names of images that belong together"),
                      tr("Tables (*.csv)"));
    m_pairs->setPlaceholderText(tr("NAME_ED with NAME_ES"));
    m_ofKind["registration"] = {m_pairs->parentWidget(), grid->itemAtPosition(grid->rowCount() - 1, 0)->widget()};
    m_folder = addPath(grid, tr("Into"), "experimentFolder", tr("A folder for copies, runs and tables"), {});
    auto* methods = new QGridLayout(m_methods);
    methods->setContentsMargins(0, 0, 0, 0);
    methods->setSpacing(4);
    row(tr("Methods"), m_methods);
    row(tr("Against"), m_reference);
    row(tr("Subjects"), m_subjects);
    row(tr("Seeds"), m_seeds);
    row(tr("Steps"), m_steps);
    row(tr("Batch"), m_batch);
    row(tr("Side"), m_side);
    row(tr("Width"), m_width);
    row(tr("Depth"), m_depth);
    row(tr("Learning rate"), m_rate);
    join("segmentation", row(tr("Share of copies"), m_mixing));
    join("registration", row(tr("Share on real pairs"), m_tuning));
    join("registration", row(tr("Smoothness"), m_smoothness));
    return top;
}

QLineEdit* ExperimentSettings::addPath(QGridLayout* grid, const QString& text, const QString& name, const QString& tip,
                                       const QString& filter) {
    auto* line = field(qPrintable(name), tip);
    QWidget* editor = filter.isEmpty() ? folderRow(line, tip) : fileRow(line, tip, filter);
    auto* label = new QLabel(text);
    label->setProperty("role", "muted");
    const int at = grid->rowCount();
    grid->addWidget(label, at, 0);
    grid->addWidget(editor, at, 1);
    return line;
}

std::string ExperimentSettings::kind() const {
    return m_kind->currentData().toString().toStdString();
}

void ExperimentSettings::takeKind() {
    const ExperimentPlan usual = ExperimentPlan::ofKind(kind());
    for (const auto& [of, widgets] : m_ofKind) {
        for (QWidget* widget : widgets) {
            widget->setVisible(of == usual.kind);
        }
    }
    setMethods(usual.methods);
    m_reference->setCurrentText(QString::fromStdString(usual.reference));
    m_subjects->setText(words(usual.subjects));
}

void ExperimentSettings::setMethods(const std::vector<std::string>& chosen) {
    auto* grid = qobject_cast<QGridLayout*>(m_methods->layout());
    qDeleteAll(m_methods->findChildren<QCheckBox*>());
    m_reference->clear();
    int at = 0;
    for (const std::string& method : experimentMethods(kind())) {
        const QString name = QString::fromStdString(method);
        auto* box = new QCheckBox(name);
        box->setObjectName("method-" + name);
        box->setChecked(std::ranges::find(chosen, method) != chosen.end());
        grid->addWidget(box, at / 2, at % 2);
        m_reference->addItem(name);
        ++at;
    }
}

ExperimentPlan ExperimentSettings::plan() const {
    ExperimentPlan plan = m_shown.kind == kind() ? m_shown : ExperimentPlan::ofKind(kind());
    const auto path = [](const QLineEdit* line) { return line->text().trimmed().toStdString(); };
    if (path(m_data).empty()) {
        throw Error(tr("no data set is chosen; choose its folder").toStdString());
    }
    plan.data.data = {path(m_data)};
    plan.data.labels = path(m_labels);
    plan.split = path(m_split);
    plan.folder = path(m_folder);
    if (plan.folder.empty()) {
        throw Error(tr("no folder is chosen for the runs; choose one below \"Into\"").toStdString());
    }
    if (plan.split.empty()) {
        throw Error(tr("no split is chosen; choose a file, or make one with the button below it").toStdString());
    }
    plan.pairs = plan.kind == "registration" ? path(m_pairs) : std::string();
    plan.methods.clear();
    for (const std::string& method : experimentMethods(plan.kind)) {
        const auto* box = m_methods->findChild<QCheckBox*>("method-" + QString::fromStdString(method));
        if (box && box->isChecked()) {
            plan.methods.push_back(method);
        }
    }
    plan.reference = m_reference->currentText().toStdString();
    plan.subjects = numbers(m_subjects, tr("Subjects"));
    plan.seeds = numbers(m_seeds, tr("Seeds"));
    plan.steps = number(m_steps, tr("Steps"));
    plan.batch = static_cast<int>(number(m_batch, tr("Batch")));
    plan.side = number(m_side, tr("Side"));
    plan.width = static_cast<int>(number(m_width, tr("Width")));
    plan.levels = static_cast<int>(number(m_depth, tr("Depth")));
    plan.rate = real(m_rate, tr("Learning rate"), 1e-8, 1);
    plan.mixing = real(m_mixing, tr("Share of copies"), 0, 1);
    plan.tuning = real(m_tuning, tr("Share on real pairs"), 0, 1);
    plan.smoothness = real(m_smoothness, tr("Smoothness"), 0, 1e6);
    const ParameterValues kept = plan.copies;
    plan.copies = m_form->values();
    for (const std::string& name : notAsked()) {
        plan.copies.setFromText(name, kept.asText(name));
    }
    levelsFromText(plan.copies.text("levels"));
    plan.device = plan.copies.text("device");
    requireSensible(plan);
    return plan;
}

void ExperimentSettings::show(const ExperimentPlan& plan) {
    m_shown = plan;
    {
        const QSignalBlocker quiet(m_kind);
        m_kind->setCurrentIndex(m_kind->findData(QString::fromStdString(plan.kind)));
    }
    takeKind();
    m_data->setText(QString::fromStdString(plan.data.data.empty() ? std::string() : plan.data.data.front()));
    m_labels->setText(QString::fromStdString(plan.data.labels));
    m_split->setText(QString::fromStdString(plan.split));
    m_pairs->setText(QString::fromStdString(plan.pairs));
    m_folder->setText(QString::fromStdString(plan.folder));
    setMethods(plan.methods);
    m_reference->setCurrentText(QString::fromStdString(plan.reference));
    m_subjects->setText(words(plan.subjects));
    m_seeds->setText(words(plan.seeds));
    m_steps->setText(QString::number(plan.steps));
    m_batch->setText(QString::number(plan.batch));
    m_side->setText(QString::number(plan.side));
    m_width->setText(QString::number(plan.width));
    m_depth->setText(QString::number(plan.levels));
    m_rate->setText(QString::number(plan.rate));
    m_mixing->setText(QString::number(plan.mixing));
    m_tuning->setText(QString::number(plan.tuning));
    m_smoothness->setText(QString::number(plan.smoothness));
    AugmentPlan made;
    made.values = plan.copies;
    const Json settings = made.json();
    for (const auto& [name, value] : settings.at("settings").members()) {
        if (std::ranges::find(notAsked(), name) == notAsked().end()) {
            m_form->setText(name, QString::fromStdString(value.isString() ? value.string() : value.dump()));
        }
    }
}

void ExperimentSettings::makeFolds() {
    const QString title = tr("The split cannot be made");
    const std::string images = m_data->text().trimmed().toStdString();
    const std::string folder = m_folder->text().trimmed().toStdString();
    if (images.empty() || folder.empty()) {
        Q_EMIT failed(title, tr("Choose the data set and the output folder first."));
        return;
    }
    if (m_listing) {
        return;
    }
    DataSetRequest request;
    request.data = {images};
    request.labels = m_labels->text().trimmed().toStdString();
    m_makeFolds->setEnabled(false);
    m_listing = BackgroundTask::start(
        this, tr("Make a split"),
        [request, file = folder + "-folds.json", folds = m_folds->value()](const JobContext& context) {
            std::vector<std::string> subjects;
            for (const DataItem& item : listDataSet(request, context).items) {
                subjects.push_back(item.subject);
            }
            writeSubjectSplit(crossValidation(subjects, folds), file);
            return file;
        },
        [this](const std::string& file) {
            m_split->setText(QString::fromStdString(file));
            Q_EMIT foldsMade(m_split->text());
        });
    connect(m_listing, &BackgroundTask::failed, this,
            [this, title](const QString& message) { Q_EMIT failed(title, message); });
    connect(m_listing, &BackgroundTask::ended, this, [this] { m_makeFolds->setEnabled(true); });
}

}  // namespace drdm
