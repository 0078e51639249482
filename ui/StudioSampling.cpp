#include "io/NiftiFile.h"
#include "tasks/Sample.h"
#include "ui/BackgroundTask.h"
#include "ui/ExportDialog.h"
#include "ui/GeneratePanel.h"
#include "ui/StepWorker.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineBar.h"
#include "ui/VariationList.h"
#include "ui/ViewPair.h"

#include <QStatusBar>
#include <QTimer>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

/// The number of time steps of the models that the registry's range of levels is made for.
int timeSteps() {
    return static_cast<int>(samplingParameters().at("level").maximum.value_or(80));
}

int recoverySteps(const SampleSettings& settings) {
    const auto start = settings.start == "full" ? Start::Full : Start::Level;
    return recoveryRange(settings.level, start, settings.stride, settings.stop, timeSteps()).count();
}

}  // namespace

void StudioWindow::generate() {
    if (!m_open || m_run) {
        return;
    }
    SampleRequest request;
    std::string initialField, lockMask;
    try {
        const ParameterValues values = m_generate->values();
        request.settings = sampleSettings(values);
        request.count = static_cast<int>(values.integer("count"));
        initialField = values.text("initial-field");
        lockMask = values.text("lock-mask");
    } catch (const std::exception& error) {
        showError(tr("The settings do not fit"), QString::fromUtf8(error.what()));
        return;
    }
    request.image = m_open->image;
    request.settings.slice = m_slice;
    request.settings.phase = m_phase;
    request.allSlices = m_generate->allSlices();

    m_run = std::make_unique<Run>();
    m_run->number = ++m_lastNumber;
    m_run->mailbox = std::make_shared<Mailbox>();
    m_run->settings = request.settings;
    m_run->count = request.count;
    m_run->allSlices = request.allSlices;
    m_run->task = BackgroundTask::start(
        this, tr("Generate"),
        [request, initialField, lockMask, mailbox = m_run->mailbox](const JobContext& context) {
            SampleRequest full = request;
            if (!initialField.empty()) {
                full.initialField = readNiftiField(initialField);
            }
            if (!lockMask.empty()) {
                full.lockMask = readNiftiLabels(lockMask);
            }
            return sample(full, context, [&mailbox](int index, const Trajectory& trajectory) {
                const std::lock_guard lock(mailbox->mutex);
                mailbox->newest[index] = trajectory;
            });
        },
        [this](const std::vector<Trajectory>& trajectories) { takeResult(trajectories); });
    BackgroundTask* task = m_run->task;
    connect(task, &BackgroundTask::progressed, this, [this](double fraction, const QString& text, double elapsed_s) {
        m_generate->setProgress(
            fraction, text.isEmpty() ? tr("Loading the model …") : tr("%1 · %2 s").arg(text).arg(elapsed_s, 0, 'f', 0));
    });
    connect(task, &BackgroundTask::failed, this, [this](const QString& message) {
        endRun(false);
        showError(tr("No variation could be made"), message);
    });
    connect(task, &BackgroundTask::cancelled, this, [this] {
        endRun(false);
        statusBar()->showMessage(tr("Cancelled; what this run had made is gone."), 6000);
    });
    m_generate->setRunning(true);
    m_poll->start();
    updateActions();
    m_views->originalView()->setFocus();
}

int StudioWindow::addVariation(int sample, const Trajectory& trajectory) {
    Variation variation;
    variation.number = ++m_lastNumber;
    variation.run = m_run->number;
    variation.seed = m_run->settings.seed + static_cast<std::uint64_t>(sample);
    variation.trajectory = trajectory;
    variation.expectedDiffusion = m_run->allSlices ? 0 : m_run->settings.level;
    variation.expectedRecovery = m_run->allSlices ? 0 : recoverySteps(m_run->settings);
    variation.running = true;
    m_run->variationOf[sample] = variation.number;
    m_variations.push_back(variation);
    listVariation(variation);
    return variation.number;
}

void StudioWindow::collect() {
    if (!m_run) {
        m_poll->stop();
        return;
    }
    std::map<int, Trajectory> newest;
    {
        const std::lock_guard lock(m_run->mailbox->mutex);
        newest.swap(m_run->mailbox->newest);
    }
    for (const auto& [sample, trajectory] : newest) {
        const auto known = m_run->variationOf.find(sample);
        const bool fresh = known == m_run->variationOf.end();
        // A new sample takes the screen if the newest one was on it: whoever looks at an older variation is left in
        // peace.
        const bool watching =
            m_current == 0 || m_run->variationOf.empty() ||
            std::ranges::any_of(m_run->variationOf, [this](const auto& entry) { return entry.second == m_current; });
        const int number = fresh ? addVariation(sample, trajectory) : known->second;
        const auto variation = std::ranges::find(m_variations, number, &Variation::number);
        if (variation == m_variations.end()) {
            continue;  // removed by the user
        }
        variation->trajectory = trajectory;
        listVariation(*variation);
        if (fresh && watching) {
            showVariation(number);
        } else if (number == m_current) {
            m_timeline->grow(trajectory, variation->expectedDiffusion, variation->expectedRecovery, true);
        }
    }
}

void StudioWindow::takeResult(const std::vector<Trajectory>& trajectories) {
    collect();
    int empty = 0;
    for (int sample = 0; sample < static_cast<int>(trajectories.size()); ++sample) {
        const Trajectory& trajectory = trajectories[static_cast<std::size_t>(sample)];
        if (trajectory.stepCount() == 0) {
            ++empty;
            continue;
        }
        if (!m_run->variationOf.contains(sample)) {
            const bool first = m_run->variationOf.empty();
            const int number = addVariation(sample, trajectory);
            if (first) {
                showVariation(number);
            }
        }
        const auto variation = std::ranges::find(m_variations, m_run->variationOf[sample], &Variation::number);
        if (variation != m_variations.end()) {
            variation->trajectory = trajectory;
        }
    }
    const std::size_t kept = trajectories.size() - static_cast<std::size_t>(empty);
    endRun(true);
    statusBar()->showMessage(kept == 1 ? tr("One variation is ready.") : tr("%1 variations are ready.").arg(kept),
                             6000);
}

void StudioWindow::endRun(bool kept) {
    if (!m_run) {
        return;
    }
    const std::unique_ptr<Run> run = std::move(m_run);
    m_poll->stop();
    m_generate->setRunning(false);
    bool lost = false;
    if (!kept) {
        for (const auto& [sample, number] : run->variationOf) {
            lost = lost || number == m_current;
            m_list->remove(number);
            std::erase_if(m_variations, [n = number](const Variation& v) { return v.number == n; });
        }
    }
    for (Variation& variation : m_variations) {
        if (variation.run != run->number) {
            continue;
        }
        variation.running = false;
        const auto there = static_cast<int>(variation.trajectory.diffusionStepCount());
        variation.expectedDiffusion = there;
        variation.expectedRecovery = static_cast<int>(variation.trajectory.stepCount()) - there;
        listVariation(variation);
        if (variation.number == m_current) {
            m_timeline->grow(variation.trajectory, variation.expectedDiffusion, variation.expectedRecovery, false);
            askForStep();
        }
    }
    if (lost) {
        showVariation(m_variations.empty() ? 0 : m_variations.back().number);
    }
    nextPreview();
    updateActions();
    Q_EMIT samplingEnded(kept);
}

void StudioWindow::cancelSampling() {
    if (m_run && m_run->task) {
        m_generate->setProgress(0, tr("Cancelling …"));
        m_run->task->cancel();
    }
}

void StudioWindow::keepSampling() {
    if (m_run && m_run->task) {
        m_run->task->finish();
    }
}

void StudioWindow::listVariation(const Variation& variation) {
    VariationEntry entry;
    entry.number = variation.number;
    const SampleSettings& made = variation.trajectory.settings();
    entry.title = tr("Seed %1 · strength %2").arg(variation.seed).arg(made.level);
    const std::size_t steps = variation.trajectory.stepCount();
    const QString where = made.slice < 0 ? tr("all slices") : tr("slice %1").arg(made.slice);
    if (variation.running) {
        entry.details = tr("%1 · step %2 of %3")
                            .arg(where)
                            .arg(steps)
                            .arg(variation.expectedDiffusion + variation.expectedRecovery);
    } else if (steps > 0) {
        const FieldStatistics& s = variation.trajectory.step(steps - 1).statistics;
        entry.details = tr("%1 · mean %2 %").arg(where).arg(s.mean_percent, 0, 'f', 1) +
                        (s.folded_voxels_strict > 0 ? tr(" · folded") : QString());
    }
    entry.running = variation.running;
    m_list->put(entry);
}

void StudioWindow::nextPreview() {
    if (m_previewing != 0) {
        return;
    }
    for (Variation& variation : m_variations) {
        if (!variation.running && variation.trajectory.stepCount() > 0 && !variation.previewed) {
            m_previewing = variation.number;
            variation.previewed = true;
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

void StudioWindow::removeVariation(int number) {
    const auto found = std::ranges::find(m_variations, number, &Variation::number);
    if (found == m_variations.end()) {
        return;
    }
    if (found->running) {
        statusBar()->showMessage(tr("This variation is still being made; cancel it first."), 5000);
        return;
    }
    m_variations.erase(found);
    m_list->remove(number);
    showVariation(m_variations.empty() ? 0 : m_variations.back().number);
}

void StudioWindow::exportVariations() {
    std::vector<Trajectory> finished;
    for (const Variation& variation : m_variations) {
        if (!variation.running && variation.trajectory.stepCount() > 0) {
            finished.push_back(variation.trajectory);
        }
    }
    const Variation* chosen = currentVariation();
    if (finished.empty() || !chosen || chosen->running) {
        return;
    }
    auto* dialog = new ExportDialog(chosen->trajectory, std::move(finished), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::exported, this,
            [this](const QString& folder) { statusBar()->showMessage(tr("Exported to %1").arg(folder), 8000); });
    dialog->setModal(false);
    dialog->show();
}

double StudioWindow::rangeOf(const Trajectory& trajectory) {
    double largest = 1;
    for (std::size_t i = 0; i < trajectory.stepCount(); ++i) {
        largest = std::max(largest, trajectory.step(i).statistics.max_mm);
    }
    return 5 * std::ceil(largest / 5);  // one range for every step, in whole fives
}

}  // namespace drdm
