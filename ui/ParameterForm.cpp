#include "ui/ParameterForm.h"

#include "ui/Icons.h"
#include "ui/PathRow.h"
#include "ui/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>

#include <algorithm>

namespace drdm {

namespace {

constexpr int labelWidth = 114;
constexpr int narrowSpin = 46;  ///< of two in a row

double numberOf(const ParameterValue& value) {
    if (const auto* whole = std::get_if<long long>(&value)) {
        return static_cast<double>(*whole);
    }
    const auto* real = std::get_if<double>(&value);
    return real ? *real : 0;
}

/// Shows a number with the digits that it has: 0.00001 as well as 10.
class NumberSpin : public QDoubleSpinBox {
public:
    [[nodiscard]] QString textFromValue(double value) const override {
        QString text = QLocale::c().toString(value, 'f', decimals()).remove(',');
        while (text.contains('.') && (text.endsWith('0') || text.endsWith('.'))) {
            text.chop(1);
        }
        return text;
    }
};

/// A spin box in doubles also for whole numbers: seeds go beyond 32 bits.
ParameterForm::Editor numberEditor(const Parameter& parameter) {
    auto* spin = new NumberSpin;
    const bool whole = std::holds_alternative<long long>(parameter.defaultValue);
    spin->setDecimals(whole ? 0 : 8);
    spin->setRange(parameter.minimum.value_or(-1e15), parameter.maximum.value_or(1e15));
    spin->setSingleStep(parameter.step.value_or(1));
    spin->setValue(numberOf(parameter.defaultValue));
    spin->setGroupSeparatorShown(false);
    spin->setLocale(QLocale::c());
    if (!parameter.unit.empty()) {
        spin->setSuffix(" " + QString::fromStdString(parameter.unit));
    }
    spin->setMinimumWidth(60);
    const auto text = [spin] { return QLocale::c().toString(spin->value(), 'f', spin->decimals()).remove(','); };
    const auto setText = [spin](const QString& value) { spin->setValue(value.toDouble()); };
    const bool small =
        parameter.minimum && parameter.maximum && whole && *parameter.maximum - *parameter.minimum <= 200;
    if (!small) {
        return {spin, text, setText};
    }
    // Few values: a slider beside it shows where in the range one is.
    auto* both = new QWidget;
    auto* slider = new QSlider(Qt::Horizontal);
    slider->setRange(static_cast<int>(*parameter.minimum), static_cast<int>(*parameter.maximum));
    slider->setValue(static_cast<int>(spin->value()));
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(slider, 1);
    row->addWidget(spin);
    spin->setMaximumWidth(66);
    QObject::connect(slider, &QSlider::valueChanged, spin, [spin](int value) { spin->setValue(value); });
    QObject::connect(spin, &QDoubleSpinBox::valueChanged, slider,
                     [slider](double value) { slider->setValue(static_cast<int>(value)); });
    slider->setObjectName("slider");
    slider->setAccessibleName(QString::fromStdString(parameter.label));
    both->setFocusProxy(spin);
    return {both, text, setText};
}

ParameterForm::Editor choiceEditor(const Parameter& parameter) {
    auto* combo = new QComboBox;
    for (const std::string& choice : parameter.choices) {
        QString shown = choice.empty() ? QObject::tr("as trained") : QString::fromStdString(choice);
        shown[0] = shown[0].toUpper();
        combo->addItem(shown, QString::fromStdString(choice));
    }
    const auto setText = [combo](const QString& value) { combo->setCurrentIndex(std::max(0, combo->findData(value))); };
    setText(QString::fromStdString(std::get<std::string>(parameter.defaultValue)));
    combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    return {combo, [combo] { return combo->currentData().toString(); }, setText};
}

/// A path has a button beside it to choose one.
ParameterForm::Editor textEditor(const Parameter& parameter) {
    auto* edit = new QLineEdit(QString::fromStdString(std::get<std::string>(parameter.defaultValue)));
    edit->setPlaceholderText(QObject::tr("none"));
    const QString label = QString::fromStdString(parameter.label);
    QWidget* editor =
        parameter.files.empty()
            ? edit
            : fileRow(edit, label,
                      QObject::tr("%1 (%2);;All files (*)").arg(label, QString::fromStdString(parameter.files)));
    return {editor, [edit] { return edit->text(); }, [edit](const QString& value) { edit->setText(value); }};
}

ParameterForm::Editor flagEditor(const Parameter& parameter) {
    auto* box = new QCheckBox(QString::fromStdString(parameter.label));
    box->setChecked(std::get<bool>(parameter.defaultValue));
    return {box, [box] { return box->isChecked() ? QStringLiteral("true") : QStringLiteral("false"); },
            [box](const QString& value) { box->setChecked(value == "true"); }};
}

}  // namespace

ParameterForm::ParameterForm(const ParameterSet& set, const std::vector<std::string>& without, CustomEditors custom,
                             QWidget* parent)
    : QWidget(parent), m_set(set) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    const auto grid = [] {
        auto* layout = new QGridLayout;
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setHorizontalSpacing(10);
        layout->setVerticalSpacing(7);
        layout->setColumnMinimumWidth(0, labelWidth);
        layout->setColumnStretch(1, 1);
        return layout;
    };
    auto* plain = grid();
    auto* expertArea = m_expert = new QWidget;
    auto* expert = grid();
    expertArea->setLayout(expert);
    expertArea->setVisible(false);
    for (const Parameter& parameter : set.all()) {
        if (std::ranges::find(without, parameter.name) != without.end()) {
            continue;
        }
        const auto own = custom.find(parameter.name);
        addRow(parameter.expert ? expert : plain, parameter, own == custom.end() ? makeEditor(parameter) : own->second);
    }
    column->addLayout(plain);
    if (expert->rowCount() > 1 || expert->count() > 0) {
        auto* unfold = m_unfold = new QPushButton(icon("right"), tr("Expert settings"));
        unfold->setObjectName("expertSettings");
        unfold->setProperty("role", "quiet");
        unfold->setCheckable(true);
        unfold->setIconSize({14, 14});
        connect(unfold, &QPushButton::toggled, this, [unfold, expertArea](bool on) {
            unfold->setIcon(icon(on ? "down" : "right"));
            expertArea->setVisible(on);
        });
        column->addWidget(unfold);
        column->addWidget(expertArea);
    }
}

ParameterForm::Editor ParameterForm::makeEditor(const Parameter& parameter) {
    if (std::holds_alternative<bool>(parameter.defaultValue)) {
        return flagEditor(parameter);
    }
    if (std::holds_alternative<std::string>(parameter.defaultValue)) {
        return parameter.choices.empty() ? textEditor(parameter) : choiceEditor(parameter);
    }
    return numberEditor(parameter);
}

void ParameterForm::addRow(QGridLayout* layout, const Parameter& parameter, const Editor& editor) {
    const int row = layout->rowCount();
    const QString help = QString::fromStdString(parameter.help);
    editor.widget->setToolTip(help);
    editor.widget->setObjectName("parameter-" + QString::fromStdString(parameter.name));
    editor.widget->setAccessibleName(QString::fromStdString(parameter.label));
    if (std::holds_alternative<bool>(parameter.defaultValue)) {
        layout->addWidget(editor.widget, row, 1);  // says its own name
    } else {
        auto* label = new QLabel(QString::fromStdString(parameter.label));
        label->setProperty("role", "muted");
        label->setToolTip(help);
        label->setBuddy(editor.widget);
        label->setWordWrap(true);
        label->setFixedWidth(labelWidth);
        layout->addWidget(label, row, 0);
        m_labels[parameter.name] = label;
        layout->addWidget(editor.widget, row, 1);
    }
    auto* note = new QLabel;
    note->setObjectName("note-" + QString::fromStdString(parameter.name));
    note->setProperty("role", "muted");
    note->setWordWrap(true);
    note->setVisible(false);
    layout->addWidget(note, row + 1, 1);
    m_notes[parameter.name] = note;
    m_editors[parameter.name] = editor;
    m_last[parameter.name] = editor.text();
    listen(parameter.name, editor.widget);
    for (QWidget* child : editor.widget->findChildren<QWidget*>()) {
        listen(parameter.name, child);
    }
}

void ParameterForm::listen(const std::string& name, QWidget* widget) {
    const auto changed = [this, name] { notice(name); };
    if (auto* spin = qobject_cast<QDoubleSpinBox*>(widget)) {
        connect(spin, &QDoubleSpinBox::valueChanged, this, changed);
    } else if (auto* combo = qobject_cast<QComboBox*>(widget)) {
        connect(combo, &QComboBox::currentIndexChanged, this, changed);
    } else if (auto* box = qobject_cast<QCheckBox*>(widget)) {
        connect(box, &QCheckBox::toggled, this, changed);
    } else if (auto* edit = qobject_cast<QLineEdit*>(widget);
               edit && !qobject_cast<QAbstractSpinBox*>(edit->parent())) {
        connect(edit, &QLineEdit::editingFinished, this, changed);
    } else if (!qobject_cast<QSlider*>(widget)) {
        return;
    }
    widget->setFocusPolicy(Qt::StrongFocus);
    widget->installEventFilter(this);
}

bool ParameterForm::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Wheel) {
        const auto* widget = qobject_cast<QWidget*>(watched);
        if (widget && !widget->hasFocus()) {
            event->ignore();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void ParameterForm::notice(const std::string& name) {
    const QString now = text(name);
    const QString before = std::exchange(m_last[name], now);
    if (before == now) {
        return;
    }
    if (!m_quiet) {
        Q_EMIT edited(QString::fromStdString(name), before, now);
    }
    Q_EMIT changed(QString::fromStdString(name));
}

ParameterValues ParameterForm::values() const {
    ParameterValues values(m_set);
    for (const auto& [name, editor] : m_editors) {
        if (const QString text = editor.text(); !text.isEmpty()) {
            values.setFromText(name, text.toStdString());
        }
    }
    return values;
}

void ParameterForm::setText(const std::string& name, const QString& text) {
    if (const auto found = m_editors.find(name); found != m_editors.end()) {
        found->second.setText(text);
        notice(name);  // an editor of the caller's own may say nothing
    }
}

void ParameterForm::setNote(const std::string& name, const QString& text, bool warning) {
    const auto found = m_notes.find(name);
    if (found == m_notes.end()) {
        return;
    }
    QLabel* note = found->second;
    note->setText(text);
    note->setVisible(!text.isEmpty());
    setRole(note, warning ? "notice" : "muted");
}

void ParameterForm::setNoteTip(const std::string& name, const QString& tip) {
    m_notes.at(name)->setToolTip(tip);
}

QWidget* ParameterForm::takeExpertArea(QAbstractButton* button) {
    m_expert->setParent(nullptr);
    static_cast<QGridLayout*>(m_expert->layout())->setVerticalSpacing(4);
    m_expert->setVisible(button->isChecked());
    connect(button, &QAbstractButton::toggled, m_expert, &QWidget::setVisible);
    delete std::exchange(m_unfold, nullptr);
    return m_expert;
}

void ParameterForm::placeBeside(const std::string& name, const QString& words, const std::string& other) {
    QWidget* first = m_editors.at(other).widget;
    QWidget* second = m_editors.at(name).widget;
    for (QWidget* editor : {first, second}) {
        if (auto* slider = editor->findChild<QSlider*>("slider")) {
            slider->hide();
        }
        if (auto* spin = editor->findChild<QDoubleSpinBox*>()) {
            spin->setMinimumWidth(narrowSpin);
        }
    }
    QLabel* between = m_labels.at(name);
    between->setText(words);
    between->setMinimumWidth(0);
    between->setMaximumWidth(QWIDGETSIZE_MAX);
    between->setWordWrap(false);
    auto* together = new QWidget;
    auto* grid = static_cast<QGridLayout*>(first->parentWidget()->layout());
    delete grid->replaceWidget(first, together);
    auto* row = new QHBoxLayout(together);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(first, 1);
    row->addWidget(between);
    row->addWidget(second, 1);
}

void ParameterForm::setTextQuietly(const std::string& name, const QString& text) {
    m_quiet = true;
    setText(name, text);
    notice(name);
    m_quiet = false;
}

QString ParameterForm::text(const std::string& name) const {
    const auto found = m_editors.find(name);
    return found == m_editors.end() ? QString() : found->second.text();
}

}  // namespace drdm
