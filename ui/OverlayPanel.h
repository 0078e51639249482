#pragma once

#include "render/SliceScene.h"
#include "ui/StepFrame.h"

#include <QFrame>
#include <QJsonObject>

#include <array>

class QAction;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace drdm {

class ColourBar;
class LabelLegend;
class OverlayRow;

/// Which overlays are shown over the variation, how strongly, and what their colours mean.
class OverlayPanel : public QFrame {
    Q_OBJECT

public:
    enum Overlay { Jacobian, Displacement, Grid, Arrows, Labels };

    explicit OverlayPanel(QWidget* parent = nullptr);

    [[nodiscard]] bool isOn(Overlay overlay) const;
    void setOn(Overlay overlay, bool on);
    [[nodiscard]] double opacity(Overlay overlay) const;  ///< 0…1
    [[nodiscard]] std::vector<std::pair<SliceScene::Layer, double>> opacities() const;
    [[nodiscard]] double jacobianLimit() const;
    /// Largest length that occurs anywhere in the trajectory: one range for all its steps, unless the user fixed one.
    void setDisplacementMax(double max_mm);
    [[nodiscard]] double displacementMax() const;
    [[nodiscard]] double gridSpacing_mm() const;  ///< 0: about twenty lines
    [[nodiscard]] bool labelsFilled() const;

    /// Everything of a request that is chosen here, the labels themselves excepted.
    void fill(StepRequest& request) const;
    /// Folded voxels of the shown plane: their number, and whether there is one to jump to.
    void setFolded(std::size_t count);
    /// The labels that can be shown, with their names where they have some; empty: no label map is open.
    void setLabels(std::map<std::uint16_t, QString> labels);

    [[nodiscard]] QList<QAction*> overlayActions() const;  ///< checkable, for the menu

    /// Everything that the user can set here, by the names of the widgets.
    [[nodiscard]] QJsonObject state() const;
    void setState(const QJsonObject& state);  ///< entries that are missing or of another kind are left as they are

Q_SIGNALS:
    void contentsChanged();  ///< frames must be made anew
    void opacityChanged();
    void foldedWanted();  ///< the next folded voxel is to be shown

private:
    [[nodiscard]] std::array<QComboBox*, 3> choices() const { return {m_range, m_lengthMap, m_labelStyle}; }
    [[nodiscard]] std::array<QDoubleSpinBox*, 3> numbers() const { return {m_fixedMax, m_gridSpacing, m_arrowScale}; }
    void updateBars();

    std::array<OverlayRow*, 5> m_rows{};
    QComboBox *m_range, *m_lengthMap, *m_labelStyle;
    QDoubleSpinBox *m_fixedMax, *m_gridSpacing, *m_arrowScale;
    QSpinBox* m_arrowsAcross;
    QLabel* m_foldedCount;
    QPushButton* m_nextFolded;
    ColourBar *m_jacobianBar, *m_displacementBar;
    LabelLegend* m_legend;
    double m_occurring_mm = 10;
};

}  // namespace drdm
