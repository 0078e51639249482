#pragma once

#include "diffusion/Schedule.h"
#include "imaging/Image.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLabel;
class QPushButton;
class QToolButton;

namespace drdm {

class CurveEditor;
class PresetPanel;
class ScaleEditor;
class ScheduleLibrary;
class SchedulePreview;

/// The page on which researchers shape the noise schedule: saved ones on the left, curves and amounts in the middle,
/// what they do to the open image on the right. Edits can be undone. A schedule that does not pass its check never gets
/// in: the page says why and keeps the one before.
class ScheduleEditor : public QWidget {
    Q_OBJECT

public:
    explicit ScheduleEditor(QWidget* parent = nullptr);

    /// \throws Error if it does not pass its check. Can be undone.
    void setSchedule(const Schedule& schedule);
    [[nodiscard]] const Schedule& schedule() const { return m_history[m_now]; }
    void setImage(const Image& image, std::int64_t slice, std::int64_t phase);  ///< an empty one: none is open

    /// The model that sampling would use, for the statement whether its recovery fits: `trainedWith` is its schedule,
    /// nothing for a model of the `released` process. An empty name: no model is chosen.
    void setModel(const QString& name, const std::optional<Schedule>& trainedWith, int gridSide = 128);

    /// What the parameter "schedule" of sampling and of training must say for this schedule: nothing where it is the
    /// model's own (the standard one), else its file, saved first where it is not yet. \throws Error
    [[nodiscard]] QString samplingParameter() const;
    [[nodiscard]] QString trainingParameter() const;

    [[nodiscard]] ScheduleLibrary* library() const;
    [[nodiscard]] SchedulePreview* preview() const { return m_preview; }
    /// The line that says what was saved, or why something was refused.
    [[nodiscard]] QString message() const;

public Q_SLOTS:
    void undo();
    void redo();

Q_SIGNALS:
    void scheduleChanged(const drdm::Schedule& schedule);
    void useForSampling(const drdm::Schedule& schedule);
    void useForTraining(const drdm::Schedule& schedule);

private:
    QWidget* makeMiddle();
    QWidget* makeRight();
    /// `finished` false: still being dragged, one step of the history with what follows.
    void change(Schedule wanted, bool finished);
    void go(std::size_t to);
    void refresh();
    void showFit();
    void tell(const QString& text, bool bad);

    std::vector<Schedule> m_history{Schedule{}};
    std::size_t m_now = 0;
    bool m_dragging = false;
    QString m_modelName;
    std::optional<Schedule> m_modelSchedule;
    PresetPanel* m_presets;
    CurveEditor *m_deformation, *m_label;
    ScaleEditor* m_scales;
    SchedulePreview* m_preview;
    QToolButton *m_undo, *m_redo;
    QLabel *m_message, *m_fit;
    QPushButton *m_sampling, *m_training;
};

}  // namespace drdm
