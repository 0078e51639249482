#pragma once

#include "diffusion/Schedule.h"

#include <QFrame>

#include <optional>

class QComboBox;
class QLabel;
class QToolButton;

namespace drdm {

class NumberField;
class PlotView;

/// One time curve of a schedule: a plot with points to drag, and numbers to type. A power law has two points (levels 40
/// and 80); a curve through control points as many as one likes: double click adds, right click or − removes.
class CurveEditor : public QFrame {
    Q_OBJECT

public:
    enum class Quantity { Deformation, Label };

    CurveEditor(Quantity quantity, QWidget* parent = nullptr);

    void setCurve(const TimeCurve& curve);  ///< no signal
    /// Another curve drawn dashed; none: nothing.
    void setComparison(const std::optional<TimeCurve>& curve, const QString& name);
    void setLevel(int level);  ///< the vertical line
    [[nodiscard]] const TimeCurve& curve() const { return m_curve; }
    [[nodiscard]] PlotView* plot() const { return m_plot; }

Q_SIGNALS:
    /// `finished`: false while the mouse still drags.
    void edited(const drdm::TimeCurve& curve, bool finished);
    void refused(const QString& why);
    void levelClicked(int level);

private:
    void draw(bool newRange);
    void showNumbers();
    void dragged(int index, double t, double time, bool finished);
    void addPoint(double t, double time);
    void removePoint(int index);
    void usePoints(bool use);
    void numberEntered(bool first, double value);
    [[nodiscard]] std::vector<TimeCurve::Point> handles() const;
    [[nodiscard]] QColor colour() const;

    Quantity m_quantity;
    TimeCurve m_curve;
    std::optional<TimeCurve> m_comparison;
    QString m_comparisonName;
    int m_chosen = -1, m_level = 48;
    PlotView* m_plot;
    QComboBox* m_kind;
    QLabel *m_firstLabel, *m_secondLabel;
    NumberField *m_first, *m_second;
    QToolButton *m_add, *m_remove;
};

}  // namespace drdm
