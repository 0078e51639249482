#pragma once

#include "tasks/Experiment.h"
#include "tasks/ExperimentSubjects.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace drdm {

/// What the kinds of experiments have in common: the folder and its agreement, which runs are missing, several of them
/// beside each other, progress over all, the table after every run. A kind says what one run is.
///
///     experiment.json   what all runs have in common
///     plan.json         what was asked for last
///     runs/NAME.json    one per finished run
///     table.json|csv|md of the runs that are there
class ExperimentRunner {
public:
    ExperimentRunner(const ExperimentPlan& plan, const JobContext& context,
                     const std::function<void(const std::string&)>& note);
    virtual ~ExperimentRunner() = default;
    ExperimentRunner(const ExperimentRunner&) = delete;
    ExperimentRunner& operator=(const ExperimentRunner&) = delete;

    ExperimentTable carryOut();

protected:
    /// Before anything is made: reads what every run needs. \throws Error
    virtual void prepare() = 0;
    /// Makes and reads what the runs of one method train on. False: they cannot be made here (a note says why).
    virtual bool prepare(const std::string& method) = 0;
    /// How many steps a run tells of.
    [[nodiscard]] virtual long long stepsOf(const ExperimentRun& run) const = 0;
    /// One run; several threads at once, where the device is the processor.
    virtual void carryOut(const ExperimentRun& run, const std::function<void()>& stepTaken) const = 0;

    [[nodiscard]] const ExperimentPlan& plan() const { return m_plan; }
    [[nodiscard]] const JobContext& context() const { return m_context; }
    [[nodiscard]] const ExperimentSubjects& subjects() const { return m_subjects; }
    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] std::filesystem::path resultOf(const ExperimentRun& run) const;
    /// A remark that stands below the table, too.
    void remark(const std::string& text);
    [[nodiscard]] const std::function<void(const std::string&)>& note() const { return m_note; }

private:
    void openFolder() const;
    void writeTable(const std::vector<ExperimentRun>& runs, ExperimentTable& table) const;

    const ExperimentPlan& m_plan;
    const JobContext& m_context;
    const std::function<void(const std::string&)>& m_note;
    ExperimentSubjects m_subjects;
    std::filesystem::path m_folder;
    Json m_remarks = Json::array();
};

}  // namespace drdm
