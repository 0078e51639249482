#include "ui/OverlayRow.h"

#include "ui/ActionTips.h"
#include "ui/Icons.h"

#include <QAction>
#include <QCheckBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

OverlayRow::OverlayRow(const Text& text, QWidget* parent)
    : QWidget(parent),
      m_box(new QCheckBox(text.label)),
      m_opacity(new QSlider(Qt::Horizontal)),
      m_percent(new QLabel),
      m_more(new QToolButton),
      m_options(new QWidget),
      m_legend(new QWidget),
      m_optionForm(new QFormLayout(m_options)),
      m_legendColumn(new QVBoxLayout(m_legend)),
      m_action(new QAction(icon(text.picture), text.label, this)) {
    m_box->setObjectName("overlay-" + text.name);
    setTip(m_box, text.tip);
    m_box->setMinimumWidth(m_box->fontMetrics().horizontalAdvance(tr("Displacement")) + 30);  // one column of sliders
    m_opacity->setObjectName("opacity-" + text.name);
    m_opacity->setRange(5, 100);
    m_opacity->setValue(text.opacity);
    m_opacity->setToolTip(tr("Opacity"));
    m_opacity->setAccessibleName(tr("Opacity of %1").arg(text.label));
    m_percent->setProperty("role", "muted");
    m_percent->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_percent->setMinimumWidth(m_percent->fontMetrics().horizontalAdvance("100 %") + 6);
    m_more->setObjectName("more-" + text.name);
    m_more->setCheckable(true);
    m_more->setIcon(icon("right"));
    m_more->setIconSize({12, 12});
    m_more->setToolTip(tr("Options of %1").arg(text.label));
    m_more->setAccessibleName(m_more->toolTip());
    m_more->setVisible(false);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_box);
    line->addWidget(m_opacity, 1);
    line->addWidget(m_percent);
    line->addWidget(m_more);
    m_optionForm->setContentsMargins(24, 2, 0, 4);
    m_optionForm->setVerticalSpacing(5);
    m_optionForm->setHorizontalSpacing(10);
    m_optionForm->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_legendColumn->setContentsMargins(0, 0, 0, 2);
    m_legendColumn->setSpacing(4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(3);
    column->addLayout(line);
    column->addWidget(m_options);
    column->addWidget(m_legend);

    m_action->setObjectName("show-" + text.name);
    m_action->setCheckable(true);
    m_action->setShortcut(text.key);
    setTip(m_action, text.tip);
    followShortcut(m_box, m_action);
    connect(m_action, &QAction::toggled, m_box, &QCheckBox::setChecked);
    connect(m_box, &QCheckBox::toggled, this, [this](bool on) {
        m_action->setChecked(on);
        arrange();
        Q_EMIT toggled(on);
    });
    connect(m_opacity, &QSlider::valueChanged, this, [this] {
        arrange();
        Q_EMIT opacityChanged();
    });
    connect(m_more, &QToolButton::toggled, this, &OverlayRow::arrange);
    arrange();
}

bool OverlayRow::isOn() const {
    return m_box->isChecked();
}

void OverlayRow::setOn(bool on) {
    m_box->setChecked(on);
}

double OverlayRow::opacity() const {
    return m_opacity->value() / 100.0;
}

void OverlayRow::setOpacity(double opacity) {
    m_opacity->setValue(qRound(100 * opacity));
}

bool OverlayRow::available() const {
    return m_box->isEnabled();
}

void OverlayRow::addOption(const QString& label, QWidget* editor) {
    auto* text = new QLabel(label);
    text->setProperty("role", "muted");
    text->setBuddy(editor);
    editor->setAccessibleName(label);
    m_optionForm->addRow(text, editor);
    m_more->setVisible(true);
}

void OverlayRow::addLegend(QWidget* widget) {
    m_legendColumn->addWidget(widget);
    arrange();
}

void OverlayRow::setAvailable(bool available, const QString& why) {
    m_box->setEnabled(available);
    drdm::setAvailable(m_action, available, why);
    if (!available) {
        m_box->setToolTip(why);
    }
    if (!available) {
        setOn(false);
    }
}

void OverlayRow::arrange() {
    m_percent->setText(tr("%1 %").arg(m_opacity->value()));
    m_opacity->setEnabled(isOn());
    m_percent->setEnabled(isOn());
    m_more->setIcon(icon(m_more->isChecked() ? "down" : "right"));
    m_options->setVisible(m_more->isChecked());
    m_legend->setVisible(isOn() && m_legendColumn->count() > 0);
}

}  // namespace drdm
