#include "ui/OverlayPanel.h"

#include "ui/ActionTips.h"
#include "ui/ColourBar.h"
#include "ui/LabelLegend.h"
#include "ui/OverlayRow.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {

namespace {

QDoubleSpinBox* number(const char* name, double low, double high, double value, double step, const QString& suffix,
                       const QString& atLowest, const QString& tip) {
    auto* spin = new QDoubleSpinBox;
    spin->setObjectName(name);
    spin->setRange(low, high);
    spin->setDecimals(1);
    spin->setSingleStep(step);
    spin->setValue(value);
    spin->setSuffix(suffix);
    spin->setSpecialValueText(atLowest);
    spin->setToolTip(tip);
    spin->setKeyboardTracking(false);
    return spin;
}

QComboBox* choice(const char* name, const QString& tip) {
    auto* box = new QComboBox;
    box->setObjectName(name);
    box->setToolTip(tip);
    return box;
}

}  // namespace

OverlayPanel::OverlayPanel(QWidget* parent)
    : QFrame(parent),
      m_range(choice("jacobianRange", tr("Which values get the strongest colours"))),
      m_lengthMap(choice("lengthMap", tr("All of them read alike with any colour vision"))),
      m_labelStyle(choice("labelStyle", tr("How a label is drawn"))),
      m_fixedMax(number("displacementMax", 0, 500, 0, 5, tr(" mm"), tr("automatic"),
                        tr("Length that gets the last colour; automatic: the largest of the whole timeline"))),
      m_gridSpacing(
          number("gridSpacing", 0, 200, 0, 5, tr(" mm"), tr("automatic"), tr("Distance of the grid's lines"))),
      m_arrowScale(number("arrowScale", 0, 20, 0, 0.5, tr(" ×"), tr("automatic"),
                          tr("How many times as long as the displacement; automatic: so that arrows stay apart"))),
      m_arrowsAcross(new QSpinBox),
      m_foldedCount(new QLabel),
      m_nextFolded(new QPushButton(tr("Next"))),
      m_jacobianBar(new ColourBar(ColourBar::Map::Jacobian)),
      m_displacementBar(new ColourBar(ColourBar::Map::Displacement)),
      m_legend(new LabelLegend) {
    setProperty("role", "card");
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 12);
    layout->setSpacing(6);
    auto* heading = new QLabel(tr("OVERLAYS"));
    heading->setProperty("role", "heading");
    layout->addWidget(heading);
    const std::array<OverlayRow::Text, 5> texts{
        {{tr("Jacobian"), tr("Where the deformation compresses (blue) and expands (orange); folded voxels in magenta"),
          "jacobian", "jacobian", Qt::Key_J, 70},
         {tr("Displacement"), tr("How far every voxel moves, in millimetres"), "displacement", "magnitude", Qt::Key_D,
          70},
         {tr("Grid"), tr("A regular grid carried along by the image"), "grid", "grid", Qt::Key_G, 45},
         {tr("Arrows"), tr("From where the tissue was to where it is shown"), "arrows", "arrows", Qt::Key_A, 80},
         {tr("Labels"), tr("The open label map, carried along by the image"), "labels", "labels", Qt::Key_L, 80}}};
    for (std::size_t i = 0; i < texts.size(); ++i) {
        m_rows[i] = new OverlayRow(texts[i]);
        layout->addWidget(m_rows[i]);
        connect(m_rows[i], &OverlayRow::toggled, this, &OverlayPanel::contentsChanged);
        connect(m_rows[i], &OverlayRow::opacityChanged, this, &OverlayPanel::opacityChanged);
    }

    for (const auto& [text, limit] : {std::pair{tr("½ to 2"), 2.0}, {tr("¼ to 4"), 4.0}, {tr("⅛ to 8"), 8.0}}) {
        m_range->addItem(text, limit);
    }
    m_range->setCurrentIndex(1);
    m_rows[Jacobian]->addOption(tr("Range of |J|"), m_range);
    m_rows[Jacobian]->addLegend(m_jacobianBar);
    auto* folded = new QWidget;
    auto* foldedRow = new QHBoxLayout(folded);
    foldedRow->setContentsMargins(8, 0, 0, 0);
    foldedRow->addWidget(m_foldedCount, 1);
    foldedRow->addWidget(m_nextFolded);
    m_foldedCount->setObjectName("foldedCount");
    m_nextFolded->setObjectName("nextFolded");
    m_nextFolded->setToolTip(tr("Show the next folded voxel of this slice"));
    m_rows[Jacobian]->addLegend(folded);

    for (const auto& [text, map] : {std::pair{tr("Violet to yellow"), LengthMap::Plum},
                                    {tr("Blue, green, yellow"), LengthMap::Teal},
                                    {tr("Blue to yellow"), LengthMap::Steel}}) {
        m_lengthMap->addItem(text, static_cast<int>(map));
    }
    m_rows[Displacement]->addOption(tr("Colours"), m_lengthMap);
    m_rows[Displacement]->addOption(tr("Up to"), m_fixedMax);
    m_rows[Displacement]->addLegend(m_displacementBar);
    m_rows[Grid]->addOption(tr("Spacing"), m_gridSpacing);
    m_arrowsAcross->setObjectName("arrowsAcross");
    m_arrowsAcross->setRange(6, 80);
    m_arrowsAcross->setValue(24);
    m_arrowsAcross->setToolTip(tr("Arrows along the longer side of the image"));
    m_rows[Arrows]->addOption(tr("Density"), m_arrowsAcross);
    m_rows[Arrows]->addOption(tr("Length"), m_arrowScale);
    m_labelStyle->addItems({tr("Outlines"), tr("Filled")});
    m_rows[Labels]->addOption(tr("Drawn as"), m_labelStyle);
    m_rows[Labels]->addLegend(m_legend);

    const auto changed = [this] {
        updateBars();
        Q_EMIT contentsChanged();
    };
    for (QComboBox* box : choices()) {
        connect(box, &QComboBox::currentIndexChanged, this, changed);
    }
    for (QDoubleSpinBox* spin : numbers()) {
        connect(spin, &QDoubleSpinBox::valueChanged, this, changed);
    }
    connect(m_arrowsAcross, &QSpinBox::valueChanged, this, changed);
    connect(m_nextFolded, &QPushButton::clicked, this, &OverlayPanel::foldedWanted);
    setFolded(0);
    setLabels({});
}

void OverlayPanel::updateBars() {
    m_jacobianBar->setLimit(jacobianLimit());
    m_displacementBar->setLengthMap(static_cast<LengthMap>(m_lengthMap->currentData().toInt()));
    m_displacementBar->setLimit(displacementMax());
}

QJsonObject OverlayPanel::state() const {
    QJsonObject state;
    for (const OverlayRow* row : m_rows) {
        const QString name = row->action()->objectName();
        state[name] = row->isOn();
        state[name + "-opacity"] = row->opacity();
    }
    for (const QComboBox* box : choices()) {
        state[box->objectName()] = box->currentIndex();
    }
    for (const QDoubleSpinBox* spin : numbers()) {
        state[spin->objectName()] = spin->value();
    }
    state[m_arrowsAcross->objectName()] = m_arrowsAcross->value();
    return state;
}

void OverlayPanel::setState(const QJsonObject& state) {
    {
        const QSignalBlocker once(this);
        for (OverlayRow* row : m_rows) {
            const QString name = row->action()->objectName();
            row->setOn(row->available() && state.value(name).toBool(row->isOn()));
            row->setOpacity(state.value(name + "-opacity").toDouble(row->opacity()));
        }
        for (QComboBox* box : choices()) {
            box->setCurrentIndex(
                std::clamp(state.value(box->objectName()).toInt(box->currentIndex()), 0, box->count() - 1));
        }
        for (QDoubleSpinBox* spin : numbers()) {
            spin->setValue(state.value(spin->objectName()).toDouble(spin->value()));
        }
        m_arrowsAcross->setValue(state.value(m_arrowsAcross->objectName()).toInt(m_arrowsAcross->value()));
        updateBars();
    }
    Q_EMIT opacityChanged();
    Q_EMIT contentsChanged();
}

bool OverlayPanel::isOn(Overlay overlay) const {
    return m_rows[overlay]->isOn();
}

void OverlayPanel::setOn(Overlay overlay, bool on) {
    m_rows[overlay]->setOn(on);
}

double OverlayPanel::opacity(Overlay overlay) const {
    return m_rows[overlay]->opacity();
}

std::vector<std::pair<SliceScene::Layer, double>> OverlayPanel::opacities() const {
    using Layer = SliceScene::Layer;
    return {{Layer::Jacobian, opacity(Jacobian)}, {Layer::Displacement, opacity(Displacement)},
            {Layer::Grid, opacity(Grid)},         {Layer::Arrows, opacity(Arrows)},
            {Layer::Labels, opacity(Labels)},     {Layer::Contours, opacity(Labels)}};
}

double OverlayPanel::jacobianLimit() const {
    return m_range->currentData().toDouble();
}

void OverlayPanel::setDisplacementMax(double max_mm) {
    m_occurring_mm = max_mm;
    m_displacementBar->setLimit(displacementMax());
}

double OverlayPanel::displacementMax() const {
    return m_fixedMax->value() > 0 ? m_fixedMax->value() : m_occurring_mm;
}

double OverlayPanel::gridSpacing_mm() const {
    return m_gridSpacing->value();
}

bool OverlayPanel::labelsFilled() const {
    return m_labelStyle->currentIndex() == 1;
}

void OverlayPanel::fill(StepRequest& request) const {
    request.jacobian = isOn(Jacobian);
    request.displacement = isOn(Displacement);
    request.grid = isOn(Grid);
    request.arrows = isOn(Arrows);
    request.labelFill = isOn(Labels) && labelsFilled();
    request.labelContours = isOn(Labels) && !labelsFilled();
    request.jacobianLimit = jacobianLimit();
    request.displacementMax_mm = displacementMax();
    request.lengthMap = static_cast<LengthMap>(m_lengthMap->currentData().toInt());
    request.gridSpacing_mm = gridSpacing_mm();
    request.arrowsAcross = m_arrowsAcross->value();
    request.arrowScale = m_arrowScale->value();
}

void OverlayPanel::setFolded(std::size_t count) {
    m_foldedCount->setText(count == 0   ? tr("No folded voxels in this slice")
                           : count == 1 ? tr("1 folded voxel in this slice")
                                        : tr("%1 folded voxels in this slice").arg(count));
    m_foldedCount->setProperty("role", count == 0 ? "muted" : "bad");
    m_foldedCount->setStyleSheet(m_foldedCount->styleSheet());  // the role's colour, anew
    m_nextFolded->setVisible(count > 0);
}

void OverlayPanel::setLabels(std::map<std::uint16_t, QString> labels) {
    m_rows[Labels]->setAvailable(!labels.empty(), tr("Open a label map first: File, Open labels."));
    m_legend->show(std::move(labels));
}

QList<QAction*> OverlayPanel::overlayActions() const {
    QList<QAction*> actions;
    for (const OverlayRow* row : m_rows) {
        actions << row->action();
    }
    return actions;
}

}  // namespace drdm
