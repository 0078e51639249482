#pragma once

#include <QFrame>

#include <array>

class QAction;
class QCheckBox;
class QComboBox;
class QLabel;
class QSlider;

namespace drdm {

class ColourBar;

/// Which overlays are shown over the variation, how strongly, and what their colours mean.
class OverlayPanel : public QFrame {
    Q_OBJECT

public:
    enum Overlay { Jacobian, Displacement, Grid };

    explicit OverlayPanel(QWidget* parent = nullptr);

    [[nodiscard]] bool isOn(Overlay overlay) const;
    void setOn(Overlay overlay, bool on);
    [[nodiscard]] double opacity(Overlay overlay) const;  ///< 0…1
    [[nodiscard]] double jacobianLimit() const;
    /// Largest length that occurs anywhere in the trajectory: one range for all its steps.
    void setDisplacementMax(double max_mm);
    [[nodiscard]] double displacementMax() const;

    [[nodiscard]] QList<QAction*> overlayActions() const { return m_actions; }  ///< checkable, for the menu

Q_SIGNALS:
    void contentsChanged();  ///< frames must be made anew
    void opacityChanged();

private:
    struct Row {
        QCheckBox* box;
        QSlider* opacity;
        QLabel* percent;
    };
    void arrange();

    std::array<Row, 3> m_rows{};
    QList<QAction*> m_actions;
    QComboBox* m_range;
    QLabel* m_rangeLabel;
    ColourBar *m_jacobianBar, *m_displacementBar;
};

}  // namespace drdm
