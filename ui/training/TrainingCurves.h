#pragma once

#include "tasks/TrainingHistory.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QSlider;

namespace drdm {

class PlotView;

/// The curves of a run: loss and distance; the cosine of training and validation; the detail of validation.
class TrainingCurves : public QWidget {
    Q_OBJECT

public:
    explicit TrainingCurves(QWidget* parent = nullptr);

    void setHistory(const TrainingHistory& history);
    void add(const std::vector<TrainingStep>& steps, const std::vector<ValidationPoint>& validations);
    [[nodiscard]] const std::vector<double>& steps() const { return m_step; }  ///< those that have a value
    [[nodiscard]] const ValidationPoint* best() const;                         ///< by the cosine; null before the first
    [[nodiscard]] std::size_t validations() const { return m_validations.size(); }
    [[nodiscard]] PlotView* lossPlot() const { return m_loss; }
    [[nodiscard]] PlotView* cosinePlot() const { return m_cosine; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void draw();
    void dress();
    [[nodiscard]] double weight() const;

    PlotView *m_loss, *m_cosine, *m_detail;
    QCheckBox* m_log;
    QLabel *m_lossKey, *m_cosineKey;
    QSlider* m_smoothing;
    std::vector<double> m_step, m_lossValues, m_distanceValues, m_cosineValues;
    std::vector<ValidationPoint> m_validations;
};

}  // namespace drdm
