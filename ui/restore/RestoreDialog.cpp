#include "ui/restore/RestoreDialog.h"

#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {

namespace {

QString ofText(const std::string& text) {
    return QString::fromStdString(text);
}

/// Parts of the dialog that come and go with what there is to say.
QHBoxLayout* iconLine(QLabel* picture, QLabel* text) {
    text->setWordWrap(true);
    text->setTextFormat(Qt::PlainText);
    picture->setFixedWidth(20);
    auto* row = new QHBoxLayout;
    row->setSpacing(10);
    row->addWidget(picture, 0, Qt::AlignTop);
    row->addWidget(text, 1);
    return row;
}

}  // namespace

QString shownValue(const Parameter& parameter, const QString& text) {
    if (std::holds_alternative<bool>(parameter.defaultValue)) {
        return text == "true" ? RestoreDialog::tr("on") : RestoreDialog::tr("off");
    }
    if (!text.isEmpty()) {
        return QFileInfo(text).isAbsolute() ? QFileInfo(text).completeBaseName() : text;
    }
    return parameter.name == "process" || parameter.name == "schedule" ? RestoreDialog::tr("as trained")
           : parameter.name == "model"                                 ? RestoreDialog::tr("default")
           : parameter.name == "slice"                                 ? RestoreDialog::tr("the one shown")
                                                                       : RestoreDialog::tr("none");
}

RestoreDialog::RestoreDialog(FoundSettings found, std::function<QString(const std::string&)> now, QWidget* parent)
    : QDialog(parent),
      m_found(std::move(found)),
      m_now(std::move(now)),
      m_choices(new QComboBox),
      m_place(new QVBoxLayout),
      m_modelIcon(new QLabel),
      m_model(new QLabel),
      m_imageIcon(new QLabel),
      m_image(new QLabel),
      m_alsoIcon(new QLabel),
      m_also(new QLabel),
      m_open(new QCheckBox(tr("Open that image"))) {
    setObjectName("restoreDialog");
    setWindowTitle(tr("Restore settings"));
    auto* title = new QLabel(QFileInfo(m_found.path).fileName());
    title->setProperty("role", "pageTitle");
    title->setTextFormat(Qt::PlainText);
    title->setToolTip(m_found.path);
    const QString what = m_found.kind.left(1).toUpper() + m_found.kind.mid(1);
    auto* kind = new QLabel(m_found.version.isEmpty() ? tr("%1, written by DRDM Studio").arg(what)
                                                      : tr("%1, written by DRDM Studio %2").arg(what, m_found.version));
    kind->setProperty("role", "muted");
    m_choices->setObjectName("restoreChoice");
    m_choices->setToolTip(tr("The file holds several variations: whose settings are wanted"));
    for (const FoundSettings::Choice& each : m_found.choices) {
        m_choices->addItem(each.title);
    }
    m_choices->setVisible(m_found.choices.size() > 1);
    m_model->setObjectName("restoreModel");
    m_image->setObjectName("restoreImage");
    m_also->setObjectName("restoreAlso");
    m_open->setObjectName("restoreOpen");
    m_open->setChecked(true);

    auto* buttons = new QDialogButtonBox;
    QPushButton* restore = buttons->addButton(tr("Restore"), QDialogButtonBox::AcceptRole);
    restore->setObjectName("restoreAccept");
    restore->setProperty("role", "primary");
    restore->setToolTip(tr("Set the Generate panel to this; Undo takes it back"));
    QPushButton* cancel = buttons->addButton(tr("Cancel"), QDialogButtonBox::RejectRole);
    cancel->setObjectName("restoreCancel");

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 16);
    layout->setSpacing(8);
    layout->addWidget(title);
    layout->addWidget(kind);
    layout->addWidget(m_choices);
    layout->addSpacing(4);
    layout->addLayout(m_place);
    layout->addSpacing(4);
    layout->addLayout(iconLine(m_modelIcon, m_model));
    layout->addLayout(iconLine(m_imageIcon, m_image));
    auto* openRow = new QHBoxLayout;
    openRow->addSpacing(30);
    openRow->addWidget(m_open);
    layout->addLayout(openRow);
    layout->addLayout(iconLine(m_alsoIcon, m_also));
    layout->addStretch();
    layout->addSpacing(8);
    layout->addWidget(buttons);
    setMinimumWidth(460);

    connect(m_choices, &QComboBox::currentIndexChanged, this, &RestoreDialog::describe);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        Q_EMIT restoreWanted(choice(), !m_open->isHidden() && m_open->isChecked());
        accept();
    });
    describe(0);
}

const FoundSettings::Choice& RestoreDialog::choice() const {
    return m_found.choices[static_cast<std::size_t>(std::max(0, m_choices->currentIndex()))];
}

void RestoreDialog::addRow(const QString& label, const QString& now, const QString& then, const QString& tip) {
    auto* grid = static_cast<QGridLayout*>(m_table->layout());
    const int row = grid->rowCount();
    auto* name = new QLabel(label);
    name->setProperty("role", "muted");
    auto* before = new QLabel(now == then ? QString() : tr("now %1").arg(now));
    before->setProperty("role", "muted");
    auto* after = new QLabel(then);
    after->setProperty("role", now == then ? "" : "value");
    for (QLabel* each : {name, before, after}) {
        each->setTextFormat(Qt::PlainText);
        each->setToolTip(tip);
    }
    grid->addWidget(name, row, 0);
    grid->addWidget(after, row, 1);
    grid->addWidget(before, row, 2);
}

void RestoreDialog::say(QLabel* picture, QLabel* line, bool good, const QString& text) {
    picture->setPixmap(icon(good ? "info" : "warning", good ? &Theme::accent : &Theme::diffusion).pixmap(18, 18));
    line->setText(text);
    picture->setVisible(!text.isEmpty());
    line->setVisible(!text.isEmpty());
}

void RestoreDialog::describe(int index) {
    const FoundSettings::Choice& chosen = m_found.choices[static_cast<std::size_t>(std::max(0, index))];
    delete m_table;
    m_table = new QWidget;
    auto* grid = new QGridLayout(m_table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(18);
    grid->setVerticalSpacing(5);
    grid->setColumnStretch(2, 1);
    m_place->addWidget(m_table);
    const auto planned = chosen.planned();
    for (const Parameter& parameter : samplingParameters().all()) {
        const auto found = std::ranges::find(planned, parameter.name, [](const auto& each) { return each.first; });
        if (found == planned.end()) {
            continue;
        }
        const QString now = shownValue(parameter, m_now(parameter.name)), then = shownValue(parameter, found->second);
        // Files that are neither there nor wanted are no news.
        if (now != then || !found->second.isEmpty()) {
            addRow(ofText(parameter.label), now, then, ofText(parameter.help));
        }
    }

    const QString model = ofText(chosen.settings.modelName);
    const bool alone = chosen.settings.values.empty();
    switch (chosen.model.state) {
        case RecordedModel::State::Same:
            say(m_modelIcon, m_model, true,
                alone ? tr("The next variations are made with the model %1.").arg(model)
                      : tr("Model %1, as it is installed.").arg(model));
            break;
        case RecordedModel::State::Other:
            say(m_modelIcon, m_model, false,
                tr("The installed model %1 is not the one of then; variations will come out differently.").arg(model));
            break;
        case RecordedModel::State::Missing:
            say(m_modelIcon, m_model, false,
                tr("Model %1 is not installed. The model stays as it is now, and variations will come out differently.")
                    .arg(model));
            break;
    }
    const bool same = chosen.sameImage.value_or(false);
    const QString found = chosen.imagePath.isEmpty() ? QString() : tr(" It lies in %1.").arg(chosen.imagePath);
    say(m_imageIcon, m_image, same,
        alone              ? QString()
        : same             ? tr("The open image is the one that was varied.")
        : chosen.sameImage ? tr("Another image than the open one was varied.") + found
                           : (found.isEmpty() ? tr("Open the image that was varied to get the same variation.")
                                              : tr("The image that was varied is not open.") + found));
    m_open->setVisible(!alone && !chosen.imagePath.isEmpty());
    QStringList also;
    if (!chosen.settings.initialFieldSha256.empty()) {
        also << tr("It started from a field of its own: give it under Expert settings.");
    }
    if (!chosen.settings.lockMaskSha256.empty()) {
        also << tr("A region was locked: give its mask under Expert settings.");
    }
    if (!m_found.leftOut.isEmpty()) {
        also << tr("Cannot be restored: %1").arg(m_found.leftOut.join("; "));
    }
    say(m_alsoIcon, m_also, false, also.join('\n'));
    layout()->activate();
    adjustSize();
}

}  // namespace drdm
