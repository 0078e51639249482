#pragma once

#include "ui/sampling/SampleOrder.h"

#include <QObject>
#include <QPointer>

#include <map>
#include <memory>
#include <mutex>

class QTimer;

namespace drdm {

class BackgroundTask;
class VariationStore;

/// Runs orders beside the window and keeps the store up to date while the steps arrive. GUI thread only.
class SamplingDesk : public QObject {
    Q_OBJECT

public:
    explicit SamplingDesk(VariationStore* store, QObject* parent = nullptr);
    ~SamplingDesk() override;

    /// Begins an order on its image; what arrives belongs to `job`. \throws Error if its settings do not fit.
    BackgroundTask* begin(int job, const SampleOrder& order, const Image& image);

    [[nodiscard]] bool running() const { return !m_runs.empty(); }
    [[nodiscard]] bool makes(int variation) const;  ///< one of the runs is at it

Q_SIGNALS:
    void variationAdded(int job, int number);
    void variationGrown(int number);
    /// `kept`: how many variations it left; −1: cancelled or failed, and what it had made is gone. One that fails
    /// leaves those that were finished.
    void runEnded(int job, int kept);

private:
    /// What the sampling thread leaves: the newest trajectory of every sample.
    struct Mailbox {
        std::mutex mutex;
        std::map<int, Trajectory> newest;
    };
    struct Run {
        QPointer<BackgroundTask> task;
        std::shared_ptr<Mailbox> mailbox;
        std::map<int, int> variationOf;  ///< sample index → variation
        std::string series;
        SampleSettings settings;
        bool allSlices = false;
    };

    void collect();
    void collect(int job, Run& run);
    int add(int job, Run& run, int sample, const Trajectory& trajectory);
    void takeResult(int job, const std::vector<Trajectory>& trajectories);
    enum class Kept { All, Finished, None };
    void end(int job, Kept kept);
    static bool whole(const Run& run, int sample, const Trajectory& trajectory);

    VariationStore* m_store;
    QTimer* m_poll;
    std::map<int, Run> m_runs;
};

}  // namespace drdm
