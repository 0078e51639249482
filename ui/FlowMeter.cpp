#include "ui/FlowMeter.h"

#include "ui/GeneratePanel.h"
#include "ui/OverlayPanel.h"
#include "ui/StallMeter.h"
#include "ui/StudioWindow.h"
#include "ui/jobs/JobQueue.h"
#include "ui/variations/VariationStore.h"

#include <QTimer>

#include <cstdio>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

namespace drdm {

namespace {

double peakMemory_mb() {
#ifdef Q_OS_UNIX
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
#else
    return 0;
#endif
}

}  // namespace

FlowMeter::FlowMeter(StudioWindow* window, QStringList paths, QObject* parent)
    : QObject(parent),
      m_window(window),
      m_paths(std::move(paths)),
      m_stalls(new StallMeter(this)),
      m_poll(new QTimer(this)) {
    m_poll->setInterval(10);
    connect(m_poll, &QTimer::timeout, this, [this] {
        if (m_flows[m_at].over()) {
            next();
        }
    });
    connect(window, &StudioWindow::imageOpened, this, [this] { ++m_opened; });
    connect(window, &StudioWindow::failed, this, [this](const QString& message) {
        std::fprintf(stderr, "%s\n", qPrintable(message));
        Q_EMIT done(1);
    });
    const auto settled = [this] { return m_window->settled() && m_window->jobs()->unfinished() == 0; };
    m_flows = {{"open",
                [this] {
                    if (m_paths.isEmpty()) {
                        m_window->openSample();
                    } else {
                        m_window->openPaths(m_paths);
                    }
                },
                [this, settled] { return m_opened > 0 && settled(); }},
               {"generate",
                [this] {
                    m_window->generatePanel()->setText("count", "8");
                    m_window->generatePanel()->setText("level", "64");
                    m_window->generate();
                },
                settled},
               {"scrub",
                [this] {
                    m_step = 0;
                    m_window->goToStep(0);
                },
                [this] {
                    // A step is asked for as soon as the one before is drawn, as a hand on the slider does.
                    if (m_window->settled() && m_step < 100) {
                        m_window->goToStep(++m_step);
                    }
                    return m_step >= 100 && m_window->settled();
                }},
               {"overlays",
                [this] {
                    m_window->overlayPanel()->setOn(OverlayPanel::Jacobian, true);
                    m_window->overlayPanel()->setOn(OverlayPanel::Grid, true);
                },
                settled},
               {"gallery", [this] { m_window->showWorkspace(StudioWindow::Workspace::Gallery); }, settled},
               {"generate more while looking",
                [this] {
                    m_window->showWorkspace(StudioWindow::Workspace::Images);
                    m_window->generatePanel()->setText("count", "1");
                    m_window->generatePanel()->setText("seed", "100");
                    m_window->generate();
                },
                settled}};
}

void FlowMeter::start() {
    m_flows.front().begin();
    m_clock.start();
    m_stalls->start();
    m_poll->start();
}

void FlowMeter::next() {
    m_stalls->stop();
    m_report += QString(
                    "%1\n  {\"flow\": \"%2\", \"time_ms\": %3, \"longest_stall_ms\": %4, \"longest_work_ms\": %5, "
                    "\"stalls_over_50_ms\": %6}")
                    .arg(m_report.isEmpty() ? "" : ",")
                    .arg(m_flows[m_at].name)
                    .arg(m_clock.elapsed())
                    .arg(m_stalls->longest_ms(), 0, 'f', 1)
                    .arg(m_stalls->longestWork_ms(), 0, 'f', 1)
                    .arg(m_stalls->over50ms());
    if (++m_at == m_flows.size()) {
        finish();
        return;
    }
    m_clock.start();
    m_stalls->start();
    m_flows[m_at].begin();
}

void FlowMeter::finish() {
    m_poll->stop();
    std::printf("{\"variations\": %d, \"peak_memory_mb\": %.0f, \"flows\": [%s]}\n",
                static_cast<int>(m_window->variations()->all().size()), peakMemory_mb(), qPrintable(m_report));
    std::fflush(stdout);
    Q_EMIT done(0);
}

}  // namespace drdm
