#include "ui/sampling/SampleForecast.h"

#include "diffusion/Recovery.h"
#include "tasks/Sample.h"
#include "tasks/ScheduleFile.h"
#include "ui/BackgroundTask.h"

#include <QTimer>

namespace drdm {

namespace {

constexpr int patience_ms = 150;
constexpr int side = 64;  ///< shares of the side hardly depend on it
constexpr int seeds = 2;

}  // namespace

SampleForecast::SampleForecast(QObject* parent) : QObject(parent), m_soon(new QTimer(this)) {
    m_soon->setSingleShot(true);
    m_soon->setInterval(patience_ms);
    connect(m_soon, &QTimer::timeout, this, &SampleForecast::start);
}

void SampleForecast::ask(const Question& question, bool anew) {
    if (m_asked && question == m_question && !anew) {
        return;
    }
    m_asked = true;
    if (!(question == m_question)) {
        m_answer.reset();
    }
    m_question = question;
    m_soon->start();
}

void SampleForecast::start() {
    if (m_task) {
        m_task->abandon();
    }
    m_task = BackgroundTask::start(
        this, tr("Forecast"), [question = m_question](const JobContext&) { return find(question); },
        [this](const Answer& answer) {
            m_answer = answer;
            Q_EMIT known();
        });
    // A model that cannot be read is said when it is used; until then there is nothing to forecast.
    connect(m_task, &BackgroundTask::failed, this, [this] {
        m_answer.reset();
        Q_EMIT known();
    });
}

SampleForecast::Answer SampleForecast::find(const Question& question) {
    Answer answer;
    answer.model = DeformationModel::load(resolveModel(question.model.toStdString()), "cpu").info();
    answer.better =
        QString::fromStdString(betterSuitedModel(answer.model, question.modality.toStdString(), question.slices));
    answer.onCard = question.device != "cpu" && computeDevices().size() > 1;
    answer.machine = deviceMemory("cpu");
    answer.device = answer.onCard ? deviceMemory(question.device.toStdString()) : answer.machine;
    const std::string process = question.process.toStdString();
    if ((process.empty() ? answer.model.process : processFromName(process)) == Process::Released) {
        answer.levels = releasedFigures();
        return answer;
    }
    const Schedule schedule =
        question.schedule.isEmpty() ? answer.model.schedule : readSchedule(question.schedule.toStdString());
    for (int level = 0; level <= 80; level += 10) {
        answer.levels.push_back(forecast(schedule, std::max(1, level), side, 1, seeds));
    }
    return answer;
}

double SampleForecast::meanPercent(const std::vector<LevelForecast>& levels, int level) {
    LevelForecast before;  // level 0: nothing moves
    for (const LevelForecast& next : levels) {
        if (level <= next.level) {
            const double share = static_cast<double>(level - before.level) / (next.level - before.level);
            return before.mean_percent + share * (next.mean_percent - before.mean_percent);
        }
        before = next;
    }
    return before.mean_percent;
}

}  // namespace drdm
