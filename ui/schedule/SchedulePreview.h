#pragma once

#include "ui/schedule/ScheduleWorker.h"

#include <QFrame>

#include <array>
#include <vector>

class QCheckBox;
class QLabel;
class QSlider;
class QSpinBox;
class QStackedLayout;
class QTimer;

namespace drdm {

class SliceView;

/// The live preview of a schedule: the image deformed by a random field at any level, and what the schedule does per
/// level beside the authors' released code.
class SchedulePreview : public QFrame {
    Q_OBJECT

public:
    explicit SchedulePreview(QWidget* parent = nullptr);

    void setImage(const Image& image, std::int64_t slice, std::int64_t phase);
    void setSchedule(const Schedule& schedule);
    void setLevel(int level);
    void setModelSide(int side);
    [[nodiscard]] int level() const;
    [[nodiscard]] SliceView* view() const { return m_view; }
    /// How long the last picture took, milliseconds; < 0: none yet.
    /// Whether the picture is of what was asked for last.
    [[nodiscard]] bool settled() const { return m_shown == m_asked; }
    [[nodiscard]] double lastTime_ms() const { return m_lastTime_ms; }

Q_SIGNALS:
    void levelChanged(int level);
    void pictureShown();

private:
    QWidget* makePicture();
    QWidget* makeTable();
    void askPicture();
    void showFrame(const PreviewFrame& frame);
    void showLevel(const LevelForecast& level);

    ScheduleWorker* m_worker;
    Image m_image;
    std::int64_t m_slice = 0, m_phase = 0;
    Schedule m_schedule;
    int m_side = 128, m_asked = 0, m_shown = 0;
    DisplayWindow m_window;
    double m_lastTime_ms = -1;
    SliceView* m_view;
    QStackedLayout* m_stack;
    QLabel *m_notice, *m_numbers;
    QSlider* m_level;
    QSpinBox *m_levelNumber, *m_seed;
    QCheckBox* m_grid;
    LineSet m_lines;
    std::vector<std::array<QLabel*, 4>> m_cells;  ///< one row a level
    QTimer* m_forecastSoon;
};

}  // namespace drdm
