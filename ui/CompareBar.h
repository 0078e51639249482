#pragma once

#include "render/Comparison.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QSlider;
class QTimer;

namespace drdm {

class ColourBar;

/// Ways to look at original and variation.
enum class CompareMode { Both, Original, Variation, Blend, Checkerboard, Curtain, Flicker, Difference };

/// The control that the chosen way of comparing needs: a share, a size, a speed, the range of the difference.
class CompareBar : public QWidget {
    Q_OBJECT

public:
    explicit CompareBar(QWidget* parent = nullptr);

    void setMode(CompareMode mode);
    [[nodiscard]] double share() const;                ///< of the variation, 0…1
    [[nodiscard]] double square_mm() const;            ///< side of a square of the checkerboard
    void setRange(double range, const QString& unit);  ///< of the difference, modality units

Q_SIGNALS:
    void changed();
    void flickered();  ///< the automatic flicker turns to the other image

private:
    void describe();

    CompareMode m_mode = CompareMode::Both;
    QLabel *m_left, *m_right;
    QSlider *m_share, *m_square, *m_speed;
    QCheckBox* m_automatic;
    ColourBar* m_difference;
    QTimer* m_timer;
};

}  // namespace drdm
