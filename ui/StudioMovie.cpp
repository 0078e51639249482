#include "tasks/Report.h"
#include "ui/ColourBar.h"
#include "ui/MovieDialog.h"
#include "ui/OverlayPanel.h"
#include "ui/PictureNote.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineBar.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"

#include <QStatusBar>

namespace drdm {

void StudioWindow::exportMovie() {
    openMovie();
}

MovieDialog* StudioWindow::openMovie() {
    const Variation* variation = currentVariation();
    if (!variation || variation->running || variation->trajectory.stepCount() == 0) {
        return nullptr;
    }
    const Trajectory& trajectory = variation->trajectory;
    MovieSource source;
    source.title = tr("seed %1 · level %2").arg(variation->seed).arg(trajectory.settings().level);
    source.fileName = QString("drdm-seed-%1").arg(variation->seed, 4, 10, QChar('0'));
    for (std::size_t i = 0; i < trajectory.stepCount(); ++i) {
        source.steps.push_back({trajectory.step(i).kind, trajectory.step(i).t});
    }
    source.current = std::max(0, m_timeline->current());
    source.goTo = [this](int step) { goToStep(step); };
    source.views = {{tr("The views as on the screen"), [this] { return m_views->grab().toImage(); }},
                    {tr("The variation alone"), [this] { return m_views->variationView()->grabFramebuffer(); }}};
    source.colourBars = [this] {
        QList<QImage> bars;
        for (ColourBar* bar : m_overlays->findChildren<ColourBar*>()) {
            if (!bar->isHidden()) {
                bars << bar->grab().toImage();
            }
        }
        return bars;
    };
    source.provenance = [trajectory] { return pictureNote(trajectory).dump(); };
    auto* dialog = new MovieDialog(std::move(source), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(this, &StudioWindow::stepShown, dialog, &MovieDialog::stepDrawn);
    connect(dialog, &MovieDialog::written, this,
            [this](const QString& path) { statusBar()->showMessage(tr("Saved %1").arg(path), 8000); });
    connect(dialog, &MovieDialog::begun, this,
            [this, number = variation->number](const QString& title, BackgroundTask* task, QJsonObject settings) {
                if (!m_again) {
                    settings["variation"] = number;
                    m_queue->adopt("movie", title, settings, task);
                }
            });
    dialog->open();
    return dialog;
}

}  // namespace drdm
