#include "ui/OverlayPanel.h"

#include "ui/ActionTips.h"
#include "ui/ColourBar.h"
#include "ui/Icons.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSlider>

#include <array>

namespace drdm {

OverlayPanel::OverlayPanel(QWidget* parent)
    : QFrame(parent),
      m_range(new QComboBox),
      m_rangeLabel(new QLabel(tr("Range of |J|"))),
      m_jacobianBar(new ColourBar(ColourBar::Map::Jacobian)),
      m_displacementBar(new ColourBar(ColourBar::Map::Displacement)) {
    setProperty("role", "card");
    struct Text {
        QString label, tip, name, picture;
        QKeySequence key;
        int opacity;
    };
    const std::array<Text, 3> texts{
        {{tr("Jacobian"), tr("Where the deformation compresses (blue) and expands (orange); folded voxels in magenta"),
          "jacobian", "jacobian", Qt::Key_J, 70},
         {tr("Displacement"), tr("How far every voxel moves, in millimetres"), "displacement", "magnitude", Qt::Key_D,
          70},
         {tr("Grid"), tr("A regular grid carried along by the image"), "grid", "grid", Qt::Key_G, 45}}};
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setHorizontalSpacing(10);
    layout->setVerticalSpacing(7);
    layout->setColumnStretch(1, 1);
    auto* heading = new QLabel(tr("OVERLAYS"));
    heading->setProperty("role", "heading");
    layout->addWidget(heading, 0, 0, 1, 3);

    constexpr std::array<int, 3> line{1, 4, 6};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const Text& text = texts[i];
        Row& row = m_rows[i];
        row.box = new QCheckBox(text.label);
        row.box->setObjectName("overlay-" + text.name);
        setTip(row.box, text.tip);
        row.opacity = new QSlider(Qt::Horizontal);
        row.opacity->setObjectName("opacity-" + text.name);
        row.opacity->setRange(5, 100);
        row.opacity->setValue(text.opacity);
        row.opacity->setToolTip(tr("Opacity"));
        row.opacity->setAccessibleName(tr("Opacity of %1").arg(text.label));
        row.percent = new QLabel;
        row.percent->setProperty("role", "muted");
        row.percent->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row.percent->setMinimumWidth(row.percent->fontMetrics().horizontalAdvance("100 %") + 6);
        layout->addWidget(row.box, line[i], 0);
        layout->addWidget(row.opacity, line[i], 1);
        layout->addWidget(row.percent, line[i], 2);

        auto* action = new QAction(icon(text.picture), text.label, this);
        action->setObjectName("show-" + text.name);
        action->setCheckable(true);
        action->setShortcut(text.key);
        setTip(action, text.tip);
        followShortcut(row.box, action);
        m_actions << action;
        connect(action, &QAction::toggled, row.box, &QCheckBox::setChecked);
        connect(row.box, &QCheckBox::toggled, this, [this, action](bool on) {
            action->setChecked(on);
            arrange();
            Q_EMIT contentsChanged();
        });
        connect(row.opacity, &QSlider::valueChanged, this, [this] {
            arrange();
            Q_EMIT opacityChanged();
        });
    }
    for (const auto& [text, limit] : {std::pair{tr("½ to 2"), 2.0}, {tr("¼ to 4"), 4.0}, {tr("⅛ to 8"), 8.0}}) {
        m_range->addItem(text, limit);
    }
    m_range->setCurrentIndex(1);
    m_range->setObjectName("jacobianRange");
    m_range->setToolTip(tr("Which values get the strongest colours"));
    connect(m_range, &QComboBox::currentIndexChanged, this, [this] {
        m_jacobianBar->setLimit(jacobianLimit());
        Q_EMIT contentsChanged();
    });
    layout->addWidget(m_rangeLabel, 2, 0);
    layout->addWidget(m_range, 2, 1, 1, 2);
    layout->addWidget(m_jacobianBar, 3, 0, 1, 3);
    layout->addWidget(m_displacementBar, 5, 0, 1, 3);
    m_rangeLabel->setProperty("role", "muted");
    m_rangeLabel->setIndent(24);
    arrange();
}

void OverlayPanel::arrange() {
    for (Row& row : m_rows) {
        row.percent->setText(tr("%1 %").arg(row.opacity->value()));
        row.opacity->setEnabled(row.box->isChecked());
        row.percent->setEnabled(row.box->isChecked());
    }
    m_jacobianBar->setVisible(isOn(Jacobian));
    m_range->setVisible(isOn(Jacobian));
    m_rangeLabel->setVisible(isOn(Jacobian));
    m_displacementBar->setVisible(isOn(Displacement));
}

bool OverlayPanel::isOn(Overlay overlay) const {
    return m_rows[overlay].box->isChecked();
}

void OverlayPanel::setOn(Overlay overlay, bool on) {
    m_rows[overlay].box->setChecked(on);
}

double OverlayPanel::opacity(Overlay overlay) const {
    return m_rows[overlay].opacity->value() / 100.0;
}

double OverlayPanel::jacobianLimit() const {
    return m_range->currentData().toDouble();
}

void OverlayPanel::setDisplacementMax(double max_mm) {
    m_displacementBar->setLimit(max_mm);
}

double OverlayPanel::displacementMax() const {
    return m_displacementBar->limit();
}

}  // namespace drdm
