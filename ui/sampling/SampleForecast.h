#pragma once

#include "diffusion/Devices.h"
#include "diffusion/ModelInfo.h"
#include "diffusion/ScheduleForecast.h"

#include <QObject>
#include <QPointer>
#include <QString>

#include <optional>
#include <vector>

class QTimer;

namespace drdm {

class BackgroundTask;

/// What the settings lead to, found beside the window: how far the random deformation of each level goes, what the
/// model is, and how much memory the chosen device has free. GUI thread only.
class SampleForecast : public QObject {
    Q_OBJECT

public:
    struct Question {
        QString model, device, process, schedule;  ///< as the parameters have them
        QString modality{};                        ///< of the image
        std::int64_t slices = 1;
        bool operator==(const Question&) const = default;
    };
    struct Answer {
        ModelInfo model;
        std::vector<LevelForecast> levels;  ///< at some levels, ascending
        QString better;                     ///< name of an installed model that learned the image's modality
        bool onCard = false;                ///< the device is a graphics card
        std::optional<DeviceMemory> device, machine;
    };

    explicit SampleForecast(QObject* parent = nullptr);

    /// Soon known(), unless it is known already; `anew`: what memory is free may have changed.
    void ask(const Question& question, bool anew = false);
    /// To the newest question; none while it is being found, and where the settings do not fit.
    [[nodiscard]] const std::optional<Answer>& answer() const { return m_answer; }

    /// Mean displacement in % of the side at a level, between the levels that were computed.
    static double meanPercent(const std::vector<LevelForecast>& levels, int level);
    /// \throws Error
    static Answer find(const Question& question);

Q_SIGNALS:
    void known();

private:
    void start();

    Question m_question;
    std::optional<Answer> m_answer;
    QTimer* m_soon;
    QPointer<BackgroundTask> m_task;
    bool m_asked = false;
};

}  // namespace drdm
