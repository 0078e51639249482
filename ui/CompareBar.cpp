#include "ui/CompareBar.h"

#include "ui/ColourBar.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <QTimer>

namespace drdm {

CompareBar::CompareBar(QWidget* parent)
    : QWidget(parent),
      m_left(new QLabel),
      m_right(new QLabel),
      m_share(new QSlider(Qt::Horizontal)),
      m_square(new QSlider(Qt::Horizontal)),
      m_speed(new QSlider(Qt::Horizontal)),
      m_automatic(new QCheckBox(tr("By itself"))),
      m_difference(new ColourBar(ColourBar::Map::Difference)),
      m_timer(new QTimer(this)) {
    setObjectName("compareBar");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(14, 0, 14, 0);
    row->setSpacing(9);
    const auto prepare = [](QSlider* slider, const char* name, int low, int high, int value, const QString& tip) {
        slider->setObjectName(name);
        slider->setRange(low, high);
        slider->setValue(value);
        slider->setFixedWidth(150);
        slider->setToolTip(tip);
        slider->setAccessibleName(tip);
    };
    prepare(m_share, "blendShare", 0, 100, 50, tr("How much of the variation is mixed in"));
    prepare(m_square, "squareSize", 4, 80, 20, tr("Side of a square in millimetres"));
    prepare(m_speed, "flickerSpeed", 1, 8, 2, tr("Changes per second"));
    m_automatic->setObjectName("flickerAutomatic");
    m_automatic->setToolTip(tr("Change between the two images without a key"));
    m_difference->setObjectName("differenceBar");
    m_difference->setFixedWidth(260);
    for (QLabel* label : {m_left, m_right}) {
        label->setProperty("role", "muted");
    }
    for (QWidget* widget :
         {static_cast<QWidget*>(m_automatic), static_cast<QWidget*>(m_left), static_cast<QWidget*>(m_share),
          static_cast<QWidget*>(m_square), static_cast<QWidget*>(m_speed), static_cast<QWidget*>(m_right),
          static_cast<QWidget*>(m_difference)}) {
        row->addWidget(widget);
    }
    for (QSlider* slider : {m_share, m_square}) {
        connect(slider, &QSlider::valueChanged, this, [this] {
            describe();
            Q_EMIT changed();
        });
    }
    const auto time = [this] {
        m_timer->setInterval(1000 / m_speed->value());
        const bool runs = m_mode == CompareMode::Flicker && m_automatic->isChecked();
        if (runs != m_timer->isActive()) {
            runs ? m_timer->start() : m_timer->stop();
        }
        m_speed->setEnabled(m_automatic->isChecked());
        describe();
    };
    connect(m_speed, &QSlider::valueChanged, this, time);
    connect(m_automatic, &QCheckBox::toggled, this, time);
    connect(m_timer, &QTimer::timeout, this, &CompareBar::flickered);
    time();
    setMode(CompareMode::Both);
}

void CompareBar::setMode(CompareMode mode) {
    m_mode = mode;
    m_share->setVisible(mode == CompareMode::Blend);
    m_square->setVisible(mode == CompareMode::Checkerboard);
    m_speed->setVisible(mode == CompareMode::Flicker);
    m_automatic->setVisible(mode == CompareMode::Flicker);
    m_difference->setVisible(mode == CompareMode::Difference);
    if (mode != CompareMode::Flicker) {
        m_automatic->setChecked(false);
    }
    describe();
    setVisible(mode >= CompareMode::Blend);
}

void CompareBar::describe() {
    m_left->clear();
    m_right->clear();
    if (m_mode == CompareMode::Blend) {
        m_left->setText(tr("Original"));
        m_right->setText(tr("Variation"));
    } else if (m_mode == CompareMode::Checkerboard) {
        m_left->setText(tr("Squares"));
        m_right->setText(tr("%1 mm").arg(m_square->value()));
    } else if (m_mode == CompareMode::Curtain) {
        m_left->setText(tr("Drag the line: original on its left, variation on its right"));
    } else if (m_mode == CompareMode::Flicker) {
        m_right->setText(m_automatic->isChecked() ? tr("%1 per second").arg(m_speed->value())
                                                  : tr("hold Space to see the original"));
    }
    m_left->setVisible(!m_left->text().isEmpty());
    m_right->setVisible(!m_right->text().isEmpty());
}

double CompareBar::share() const {
    return m_share->value() / 100.0;
}

double CompareBar::square_mm() const {
    return m_square->value();
}

void CompareBar::setRange(double range, const QString& unit) {
    m_difference->setUnit(unit);
    m_difference->setLimit(range);
}

}  // namespace drdm
