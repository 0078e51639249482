#include "ui/Filmstrip.h"

#include "jobs/ThreadPriority.h"
#include "ui/PlaneOrientation.h"
#include "ui/TimelineWidget.h"

#include <QMetaObject>
#include <QTimer>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr std::size_t remembered = 2000;  // about 20 MB
constexpr int sharpness = 2;              // rows per logical pixel, for screens of high resolution
constexpr int patience_ms = 60;           // scrubbing through phases asks for nothing on its way

/// Means over the boxes that a smaller picture's pixels cover.
ScalarPlane shrunk(const ScalarPlane& plane, int height) {
    const PlaneGrid& from = plane.grid;
    PlaneGrid to;
    to.height = std::clamp(height, 1, from.height);
    to.spacingY_mm = from.height_mm() / to.height;
    to.width = std::clamp(static_cast<int>(std::lround(from.width_mm() / to.spacingY_mm)), 1, from.width);
    to.spacingX_mm = from.width_mm() / to.width;
    auto values = std::make_shared<std::vector<float>>(to.count());
    for (int y = 0; y < to.height; ++y) {
        const int top = y * from.height / to.height, bottom = std::max(top + 1, (y + 1) * from.height / to.height);
        for (int x = 0; x < to.width; ++x) {
            const int left = x * from.width / to.width, right = std::max(left + 1, (x + 1) * from.width / to.width);
            double sum = 0;
            for (int row = top; row < bottom; ++row) {
                const float* line = plane.values->data() + static_cast<std::ptrdiff_t>(row) * from.width;
                for (int column = left; column < right; ++column) {
                    sum += static_cast<double>(line[column]);
                }
            }
            (*values)[static_cast<std::size_t>(y) * static_cast<std::size_t>(to.width) + static_cast<std::size_t>(x)] =
                static_cast<float>(sum / ((bottom - top) * (right - left)));
        }
    }
    return {to, values};
}

}  // namespace

ScalarPlane stepThumbnail(const Trajectory& trajectory, std::size_t step, const FilmSubject& subject, int height) {
    const Image& image = trajectory.image();
    const Image source = image.geometry().size[2] == 1 ? image.slice(0, subject.phase) : image.phase(subject.phase);
    const Image warped = warp(source, trajectory.field(step), trajectory.settings().interpolation);
    return shrunk(planeOf(warped, subject.slice, 0), height);
}

Filmstrip::Filmstrip(TimelineWidget* timeline, QObject* parent)
    : QObject(parent),
      m_timeline(timeline),
      m_soon(new QTimer(this)),
      m_thread([this](const std::stop_token& stop) { run(stop); }) {
    m_soon->setSingleShot(true);
    m_soon->setInterval(patience_ms);
    connect(m_soon, &QTimer::timeout, this, &Filmstrip::ask);
    connect(timeline, &TimelineWidget::filmStepsChanged, this, [this] {
        place();
        m_soon->start();
    });
}

Filmstrip::~Filmstrip() {
    m_thread.request_stop();
    m_thread.join();
}

void Filmstrip::setTrajectory(const Trajectory& trajectory) {
    m_trajectory = trajectory;
    if (trajectory.stepCount() > 0) {
        const PlaneGrid grid = planeGrid(trajectory.image().geometry());
        m_timeline->setFilmAspect(grid.width_mm() / grid.height_mm());
    }
    place();
    if (!m_soon->isActive()) {  // a growing trajectory must not put it off for ever
        m_soon->start();
    }
}

void Filmstrip::setSubject(const FilmSubject& subject) {
    if (subject == m_subject) {
        return;
    }
    m_subject = subject;
    place();
    m_soon->start();
}

void Filmstrip::setWindow(const DisplayWindow& window) {
    m_window = window;
    place();
}

void Filmstrip::clear() {
    ++m_generation;
    m_trajectory = {};
    m_pictures.clear();
    m_soon->stop();
    {
        const std::lock_guard lock(m_mutex);
        m_wanted = {};
    }
    place();
}

bool Filmstrip::busy() const {
    const std::lock_guard lock(m_mutex);
    return m_busy || !m_wanted.steps.empty() || m_soon->isActive();
}

Filmstrip::Key Filmstrip::keyOf(int step) const {
    return {m_subject.variation, m_subject.phase, m_subject.slice, step};
}

void Filmstrip::ask() {
    Wanted wanted{m_trajectory, m_subject, {}, sharpness * TimelineWidget::filmHeight(), m_generation};
    for (const int step : m_timeline->filmSteps()) {
        if (step < static_cast<int>(m_trajectory.stepCount()) && !m_pictures.contains(keyOf(step))) {
            wanted.steps.push_back(step);
        }
    }
    {
        const std::lock_guard lock(m_mutex);
        m_wanted = std::move(wanted);
    }
    m_wake.notify_one();
}

void Filmstrip::place() {
    std::map<int, QImage> pictures;
    if (m_trajectory.stepCount() > 0) {
        for (const int step : m_timeline->filmSteps()) {
            if (const auto found = m_pictures.find(keyOf(step)); found != m_pictures.end()) {
                pictures[step] = pictureOf(found->second);
            }
        }
    }
    m_timeline->setThumbnails(std::move(pictures));
}

void Filmstrip::take(const Wanted& wanted, int step, const ScalarPlane& plane) {
    if (wanted.generation != m_generation) {
        return;
    }
    ++m_made;
    const FilmSubject& subject = wanted.subject;
    if (m_pictures.size() >= remembered) {
        std::erase_if(m_pictures,
                      [this](const auto& entry) { return std::get<0>(entry.first) != m_subject.variation; });
    }
    if (m_pictures.size() >= remembered) {
        m_pictures.clear();
    }
    m_pictures[{subject.variation, subject.phase, subject.slice, step}] = plane;
    if (subject == m_subject) {
        auto pictures = m_timeline->thumbnails();
        pictures[step] = pictureOf(plane);
        m_timeline->setThumbnails(std::move(pictures));
    }
}

QImage Filmstrip::pictureOf(const ScalarPlane& plane) const {
    const double low = m_window.centre - m_window.width / 2;
    QImage picture(plane.grid.width, plane.grid.height, QImage::Format_Grayscale8);
    for (int y = 0; y < picture.height(); ++y) {
        uchar* line = picture.scanLine(y);
        for (int x = 0; x < picture.width(); ++x) {
            const float value = (*plane.values)[static_cast<std::size_t>(y * picture.width() + x)];
            line[x] = static_cast<uchar>(
                std::clamp((static_cast<double>(value) - low) / std::max(m_window.width, 1e-6), 0.0, 1.0) * 255);
        }
    }
    const PlaneOrientation turned =
        planeOrientation(m_trajectory.image().geometry(), m_trajectory.image().source.format != "nifti");
    return picture.mirrored(turned.flipHorizontally, turned.flipVertically);
}

void Filmstrip::run(const std::stop_token& stop) {
    stepBehind();
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_busy = false;
        if (!m_wake.wait(lock, stop, [this] { return !m_wanted.steps.empty(); })) {
            return;
        }
        const int step = m_wanted.steps.front();
        m_wanted.steps.erase(m_wanted.steps.begin());
        const Wanted wanted = m_wanted;
        m_busy = true;
        lock.unlock();
        try {
            const ScalarPlane plane =
                stepThumbnail(wanted.trajectory, static_cast<std::size_t>(step), wanted.subject, wanted.height);
            QMetaObject::invokeMethod(
                this, [this, wanted, step, plane] { take(wanted, step, plane); }, Qt::QueuedConnection);
        } catch (const std::exception&) {  // the view says what is wrong with this step
        }
    }
}

}  // namespace drdm
