#pragma once

#include "tasks/Trajectory.h"
#include "ui/StepFrame.h"
#include "ui/Windowing.h"

#include <QImage>
#include <QObject>

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>
#include <tuple>

class QTimer;

namespace drdm {

class TimelineWidget;

/// Which pictures the film shows: `variation` is the window's own number of it, `slice` one of the trajectory's image.
struct FilmSubject {
    int variation = 0;
    std::int64_t phase = 0;
    std::int64_t slice = 0;
    bool operator==(const FilmSubject&) const = default;
};

/// One slice of one step at `height` rows (or its own, if fewer), each value the mean of the voxels it covers; the
/// pixels are square, as many as the millimetres ask for. \throws Error if slice or phase is out of range.
ScalarPlane stepThumbnail(const Trajectory& trajectory, std::size_t step, const FilmSubject& subject, int height);

/// Fills a timeline's film with pictures: made one after the other beside the GUI thread, remembered per variation,
/// phase, slice and step; what is asked for last comes first.
class Filmstrip : public QObject {
    Q_OBJECT

public:
    explicit Filmstrip(TimelineWidget* timeline, QObject* parent = nullptr);
    ~Filmstrip() override;  ///< joins

    void setTrajectory(const Trajectory& trajectory);
    void setSubject(const FilmSubject& subject);
    void setWindow(const DisplayWindow& window);
    void clear();  ///< another image: everything is forgotten
    /// Pictures are still being made.
    [[nodiscard]] bool busy() const;
    /// How many pictures were made since the start; those remembered do not count.
    [[nodiscard]] int made() const { return m_made; }

private:
    struct Wanted {
        Trajectory trajectory;
        FilmSubject subject;
        std::vector<int> steps;
        int height = 0;
        int generation = 0;
    };
    using Key = std::tuple<int, std::int64_t, std::int64_t, int>;

    void ask();
    void place();
    void take(const Wanted& wanted, int step, const ScalarPlane& plane);
    void run(const std::stop_token& stop);
    [[nodiscard]] Key keyOf(int step) const;
    [[nodiscard]] QImage pictureOf(const ScalarPlane& plane) const;

    TimelineWidget* m_timeline;
    QTimer* m_soon;
    Trajectory m_trajectory;
    FilmSubject m_subject;
    DisplayWindow m_window;
    std::map<Key, ScalarPlane> m_pictures;
    int m_made = 0;
    int m_generation = 0;  ///< grows when everything is forgotten

    mutable std::mutex m_mutex;  ///< guards what follows
    std::condition_variable_any m_wake;
    Wanted m_wanted;
    bool m_busy = false;
    std::jthread m_thread;  ///< last, so that it is joined before the rest goes
};

}  // namespace drdm
