#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/Manners.h"
#include "ui/StepWorker.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineBar.h"
#include "ui/ViewPair.h"
#include "ui/WorkspaceRail.h"
#include "ui/jobs/JobQueue.h"
#include "ui/sampling/LockEditor.h"
#include "ui/sampling/SamplingDesk.h"
#include "ui/variations/VariationStore.h"

#include <QStatusBar>
#include <QUndoStack>

#include <algorithm>

namespace drdm {

void StudioWindow::buildQueue() {
    m_desk = new SamplingDesk(m_store, this);
    m_queue = new JobQueue(this);
    JobQueue::Kind sampling;
    sampling.canKeep = true;
    sampling.survives = true;
    sampling.run = [this](const QueuedJob& job) -> BackgroundTask* {
        const SampleOrder order = SampleOrder::fromJson(job.what);
        const auto image = m_images.find(order.series.toStdString());
        if (image == m_images.end()) {
            m_queue->hold(job.number, tr("Waits until its image is open: %1")
                                          .arg(order.files.isEmpty() ? order.series : order.files.front()));
            return nullptr;
        }
        return m_desk->begin(job.number, order, image->second->image);
    };
    m_queue->setKind("sample", sampling);
    buildOtherKinds();
    connect(m_desk, &SamplingDesk::variationAdded, this, &StudioWindow::variationAdded);
    connect(m_desk, &SamplingDesk::variationGrown, this, [this](int number) {
        const Variation* variation = m_store->find(number);
        if (variation && number == m_current) {
            m_timeline->grow(variation->trajectory, variation->expectedDiffusion, variation->expectedRecovery, true);
        }
    });
    connect(m_desk, &SamplingDesk::runEnded, this, &StudioWindow::runEnded);
    connect(m_queue, &JobQueue::changed, this, &StudioWindow::updateRunning);
    connect(m_queue, &JobQueue::begun, this, &StudioWindow::updateActions);
    connect(m_queue, &JobQueue::ended, this, [this](int number) {
        updateActions();
        const QueuedJob* job = m_queue->job(number);
        if (job && (job->kind == "open" || job->kind == "save") && job->state == QueuedJob::State::Succeeded) {
            m_queue->remove(number);  // the image is there to be seen
        } else if (job && job->kind == "sample" && job->state == QueuedJob::State::Failed) {
            const auto kept = std::ranges::count(m_store->all(), number, &Variation::job);
            showError(kept == 0   ? tr("No variation could be made")
                      : kept == 1 ? tr("One variation was made, then no more")
                                  : tr("%1 variations were made, then no more").arg(kept),
                      job->text);
        }
    });
}

SampleOrder StudioWindow::orderOf(const ParameterValues& values) const {
    SampleOrder order = SampleOrder::of(values);
    order.series = QString::fromStdString(m_open->series.uid);
    if (!m_open->series.files.empty()) {  // one is enough to find the series again
        order.files << QString::fromStdString(m_open->series.files.front());
    }
    order.slice = m_slice;
    order.phase = m_phase;
    order.allSlices = m_generate->allSlices();
    order.lockRegion = m_lock->region().text();
    return order;
}

void StudioWindow::submit(const SampleOrder& order) {
    m_queue->add("sample", order.title(), order.toJson());
}

void StudioWindow::generate() {
    if (!m_open) {
        return;
    }
    try {
        submit(orderOf(m_generate->values()));
        if (!m_generate->seedLocked()) {
            // Ordered after what is typed or chosen next, so that the same is not made twice unless asked for.
            std::set<std::uint64_t> made;
            for (const int number : m_store->numbersOf(m_open->series.uid)) {
                made.insert(m_store->find(number)->seed);
            }
            m_undo->beginMacro(tr("next seed"));
            m_generate->takeNextSeed(made);
            m_undo->endMacro();
        }
    } catch (const std::exception& error) {
        showError(tr("The settings do not fit"), QString::fromUtf8(error.what()));
        return;
    }
    m_views->originalView()->setFocus();
}

void StudioWindow::variationAdded(int job, int number) {
    // A new sample takes the screen if one of the same run was on it: whoever looks at an older variation is left in
    // peace.
    const Variation* current = currentVariation();
    const Variation* added = m_store->find(number);
    const bool here = m_open && added && added->series == m_open->series.uid;
    bool first = true;
    for (const Variation& each : m_store->all()) {
        first = first && (each.job != job || each.number == number);
    }
    if (here && (!current || first || current->job == job)) {
        showVariation(number);
    }
}

/// What the recovery makes of a random deformation depends on model and image: the forecast follows what was seen.
void StudioWindow::learnGrowth() {
    double sum = 0;
    int count = 0;
    for (const Variation& variation : m_store->all()) {
        const std::size_t random = variation.trajectory.diffusionStepCount(), all = variation.trajectory.stepCount();
        if (m_open && variation.finished() && variation.series == m_open->series.uid && random > 0 && all > random) {
            const double before = variation.trajectory.step(random - 1).statistics.mean_mm;
            sum += before > 0 ? variation.trajectory.step(all - 1).statistics.mean_mm / before : 1;
            ++count;
        }
    }
    m_generate->setGrowth(count > 0 ? sum / count : 1);
}

void StudioWindow::runEnded(int job, int kept) {
    QStringList notes;
    for (const Variation& variation : m_store->all()) {
        for (const std::string& note : variation.trajectory.notes) {
            if (variation.job == job && !notes.contains(QString::fromStdString(note))) {
                notes << QString::fromStdString(note);
            }
        }
    }
    if (!notes.isEmpty()) {
        m_manners->news(tr("Made with less memory than asked for"), notes.join('\n'));
    }
    m_generate->memoryChanged();
    learnGrowth();
    const Variation* current = currentVariation();
    if (current) {
        m_timeline->grow(current->trajectory, current->expectedDiffusion, current->expectedRecovery, current->running);
        askForStep();
    } else {
        variationsRemoved();
    }
    nextPreview();
    updateActions();
    updateRunning();
    if (kept < 0) {
        statusBar()->showMessage(tr("Ended; what this run had made is gone."), 6000);
    } else {
        statusBar()->showMessage(kept == 1 ? tr("One variation is ready.") : tr("%1 variations are ready.").arg(kept),
                                 6000);
    }
    Q_EMIT samplingEnded(kept >= 0);
}

void StudioWindow::updateRunning() {
    const int number = m_queue->running("sample");
    const QueuedJob* job = m_queue->job(number);
    m_generate->setRunning(job != nullptr);
    if (job) {
        const int waiting = m_queue->unfinished("sample") - 1;
        QString text = job->text.isEmpty() ? tr("Loading the model …")
                                           : tr("%1 · %2").arg(job->text, JobQueue::duration(job->elapsed_s));
        if (waiting > 0) {
            text += waiting == 1 ? tr(" · one order waits") : tr(" · %1 orders wait").arg(waiting);
        }
        m_generate->setProgress(job->fraction, text);
    }
    const int unfinished = m_queue->unfinished();
    m_rail->setMark(static_cast<int>(Workspace::Jobs), unfinished > 0 ? QString("(%1)").arg(unfinished) : QString());
}

void StudioWindow::cancelSampling() {
    m_queue->cancel(m_queue->running("sample"));
}

void StudioWindow::keepSampling() {
    m_queue->finish(m_queue->running("sample"));
}

void StudioWindow::nextPreview() {
    if (m_previewing != 0) {
        return;
    }
    for (const Variation& variation : m_store->all()) {
        if (variation.finished() && !variation.previewed) {
            m_previewing = variation.number;
            m_store->setPreviewed(variation.number, true);
            StepRequest request;
            request.variation = variation.number;
            request.trajectory = variation.trajectory;
            request.index = variation.trajectory.stepCount() - 1;
            request.phase = std::min(m_phase, variation.trajectory.image().phases() - 1);
            request.slice = variation.trajectory.image().geometry().size[2] / 2;
            m_previews->request(std::move(request));
            return;
        }
    }
}

}  // namespace drdm
