#include "ui/ScriptedRun.h"

#include "ui/GeneratePanel.h"
#include "ui/OverlayPanel.h"
#include "ui/StallMeter.h"
#include "ui/StudioWindow.h"

#include <QAction>
#include <QPixmap>
#include <QTimer>

#include <cstdio>

namespace drdm {

ScriptedRun::ScriptedRun(StudioWindow* window, Script script, QObject* parent)
    : QObject(parent), m_window(window), m_script(std::move(script)), m_stalls(new StallMeter(this)) {
    connect(window, &StudioWindow::failed, this, &ScriptedRun::fail);
}

void ScriptedRun::start() {
    const bool more = m_script.generate || !m_script.screenshot.isEmpty() || m_script.slice || m_script.phase ||
                      !m_script.overlays.isEmpty() || !m_script.compare.isEmpty() || !m_script.parameters.isEmpty();
    if (m_script.sample || !m_script.paths.isEmpty()) {
        if (more) {
            connect(m_window, &StudioWindow::imageOpened, this, &ScriptedRun::opened, Qt::SingleShotConnection);
        }
        if (!m_script.screenshot.isEmpty()) {  // a file of settings opens no image
            connect(
                m_window, &StudioWindow::settingsShown, this, [this] { whenSettled(&ScriptedRun::finish); },
                Qt::SingleShotConnection);
        }
        if (m_script.sample) {
            m_window->openSample();
        } else {
            m_window->openPaths(m_script.paths);
        }
    } else if (!m_script.screenshot.isEmpty()) {
        QTimer::singleShot(300, this, &ScriptedRun::finish);
    }
}

void ScriptedRun::opened() {
    if (m_script.slice) {
        m_window->goToSlice(*m_script.slice);
    }
    if (m_script.phase) {
        m_window->goToPhase(*m_script.phase);
    }
    for (const QString& pair : m_script.parameters) {
        m_window->generatePanel()->setText(pair.section('=', 0, 0).toStdString(), pair.section('=', 1));
    }
    for (const auto& [name, overlay] : {std::pair{"jacobian", OverlayPanel::Jacobian},
                                        {"displacement", OverlayPanel::Displacement},
                                        {"grid", OverlayPanel::Grid},
                                        {"arrows", OverlayPanel::Arrows},
                                        {"labels", OverlayPanel::Labels}}) {
        if (m_script.overlays.contains(name)) {
            m_window->overlayPanel()->setOn(overlay, true);
        }
    }
    if (!m_script.compare.isEmpty()) {
        const QString name = m_script.compare == "planes"
                                 ? QString("layoutPlanes")
                                 : "compare" + m_script.compare.left(1).toUpper() + m_script.compare.mid(1);
        if (auto* action = m_window->findChild<QAction*>(name)) {
            action->trigger();
        } else {
            fail(tr("There is no way to compare called \"%1\".").arg(m_script.compare));
        }
    }
    if (!m_script.generate) {
        if (!m_script.screenshot.isEmpty()) {
            whenSettled(&ScriptedRun::finish);
        }
        return;
    }
    connect(m_window, &StudioWindow::samplingEnded, this, &ScriptedRun::sampled, Qt::SingleShotConnection);
    QTimer::singleShot(200, this, [this] {  // the first picture of the image is drawn before anything is measured
        if (m_script.measureStalls) {
            m_stalls->start();
        }
        m_window->generate();
    });
}

void ScriptedRun::sampled() {
    if (m_script.measureStalls) {
        m_stalls->stop();
        std::printf(
            "{\"longest_stall_ms\": %.1f, \"longest_work_ms\": %.1f, \"stalls_over_50_ms\": %d, \"ticks\": %d}\n",
            m_stalls->longest_ms(), m_stalls->longestWork_ms(), m_stalls->over50ms(), m_stalls->ticks());
        std::fflush(stdout);
    }
    if (m_script.step) {
        m_window->goToStep(*m_script.step);
    }
    if (!m_script.screenshot.isEmpty() || m_script.measureStalls) {
        whenSettled(&ScriptedRun::finish);
    }
}

void ScriptedRun::whenSettled(void (ScriptedRun::*next)()) {
    QTimer::singleShot(100, this, [this, next] {
        if (m_window->settled()) {
            QTimer::singleShot(100, this, next);  // one more turn for the picture on the screen
        } else {
            whenSettled(next);
        }
    });
}

void ScriptedRun::finish() {
    int code = m_failed ? 1 : 0;
    if (!m_script.screenshot.isEmpty() && !m_window->grab().save(m_script.screenshot)) {
        std::fprintf(stderr, "cannot write %s; choose a folder that can be written\n", qPrintable(m_script.screenshot));
        code = 1;
    }
    Q_EMIT done(code);
}

void ScriptedRun::fail(const QString& message) {
    m_failed = true;
    std::fprintf(stderr, "%s\n", qPrintable(message));
    if (m_script.screenshot.isEmpty() && !m_script.measureStalls) {
        return;  // a person is looking at the dialog
    }
    QTimer::singleShot(200, this, &ScriptedRun::finish);
}

}  // namespace drdm
