#include "io/Phantom.h"
#include "render/VtkWidget.h"
#include "tasks/Sample.h"
#include "ui/StallMeter.h"
#include "ui/StepWorker.h"
#include "ui/Theme.h"
#include "ui/ViewPair.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QSurfaceFormat>

#include <cstdio>
#include <ctime>

// Scrubs a variation of the phantom (256²) with two overlays in two views of 512², as fast as pictures come to the
// screen, and prints steps a second and the longest stall of the GUI thread: once when every step is new, then again.
// Usage: scrubbing_speed [LEVEL]   (run under xvfb-run for software OpenGL)

namespace {

using namespace drdm;

struct Measured {
    double stepsPerSecond = 0, longestStall_ms = 0, processor_ms = 0;
};

Measured scrub(ViewPair& views, StepWorker& worker, const Trajectory& trajectory, int passes) {
    StallMeter stalls;
    const int count = static_cast<int>(trajectory.stepCount());
    int shown = 0;
    const auto ask = [&](int step) {
        StepRequest request;
        request.variation = 1;
        request.trajectory = trajectory;
        request.index = static_cast<std::size_t>(step % count);
        request.jacobian = request.displacement = true;
        worker.request(std::move(request));
    };
    const auto connection =
        QObject::connect(&worker, &StepWorker::frameReady, &views, [&](const std::shared_ptr<const StepFrame>& frame) {
            if (++shown < passes * count) {
                ask(shown);
            }
            views.setVariation(*frame);
        });
    const int before = views.variationView()->renderCount();
    QElapsedTimer clock;
    stalls.start();
    clock.start();
    const std::clock_t used = std::clock();
    ask(0);
    while (shown < passes * count) {
        QApplication::processEvents(QEventLoop::WaitForMoreEvents, 20);
    }
    QApplication::processEvents();
    const double seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    stalls.stop();
    QObject::disconnect(connection);
    return {(views.variationView()->renderCount() - before) / seconds, stalls.longest_ms(),
            1000.0 * static_cast<double>(std::clock() - used) / CLOCKS_PER_SEC / shown};
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_XCB_GL_INTEGRATION", "xcb_glx");
    QSurfaceFormat::setDefaultFormat(VtkWidget::surfaceFormat());
    QApplication application(argc, argv);
    applyTheme(application);
    if (installedModels().empty()) {
        std::fprintf(stderr, "no model is installed; see resources/models\n");
        return 1;
    }
    PhantomSettings phantom;
    phantom.slices = 1;
    phantom.frames = 1;
    SampleRequest request;
    request.image = makePhantom(phantom, 0).image;
    request.settings.model = installedModels().front().name;
    request.settings.level = argc > 1 ? std::atoi(argv[1]) : 40;
    const Trajectory trajectory = sample(request, {}, {}).front();

    ViewPair views;
    views.resize(2 * 512 + 12, 512 + 50);
    views.setOriginal(planeOf(request.image, 0, 0), {});
    views.setWindow({400, 800});
    views.show();
    while (!views.originalView()->isVisible() || views.originalView()->renderCount() == 0) {
        QApplication::processEvents();
    }
    std::fprintf(stderr, "views of %d × %d, %zu steps\n", views.originalView()->width(), views.originalView()->height(),
                 trajectory.stepCount());
    for (const CompareMode mode : {CompareMode::Both, CompareMode::Checkerboard, CompareMode::Difference}) {
        views.setMode(mode);
        StepWorker worker;  // a fresh one knows no step yet
        const Measured fresh = scrub(views, worker, trajectory, 1);
        const Measured again = scrub(views, worker, trajectory, 4);
        std::printf(
            "{\"mode\": %d, \"new_steps_per_s\": %.0f, \"known_steps_per_s\": %.0f, "
            "\"processor_ms_per_known_step\": %.1f, "
            "\"longest_stall_ms\": %.1f}\n",
            static_cast<int>(mode), fresh.stepsPerSecond, again.stepsPerSecond, again.processor_ms,
            std::max(fresh.longestStall_ms, again.longestStall_ms));
    }
    return 0;
}
