#include "tasks/ExperimentRunner.h"

#include "diffusion/Devices.h"
#include "errors/Error.h"
#include "experiments/RegistrationNetwork.h"
#include "jobs/ParallelFor.h"
#include "jobs/Stopwatch.h"
#include "tasks/RegistrationExperiment.h"
#include "tasks/Report.h"
#include "tasks/SegmentationExperiment.h"

#include <algorithm>
#include <fstream>
#include <mutex>
#include <sstream>

namespace drdm {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t largestFile = std::uintmax_t{256} << 20U;

Json readJson(const fs::path& path) {
    return withContext("while reading " + path.string(), [&] {
        std::ifstream file(path, std::ios::binary);
        std::error_code error;
        if (!file || !fs::is_regular_file(path, error)) {
            throw Error("cannot read it; choose the folder that an experiment was run into");
        }
        if (fs::file_size(path, error) > largestFile) {
            throw Error("it is too large for a record of an experiment; choose the folder that one was run into");
        }
        std::ostringstream text;
        text << file.rdbuf();
        return Json::parse(text.str());
    });
}

void makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder)) {
        throw Error("cannot create the folder " + folder.string() + ": " +
                    (error ? error.message() : std::string("there is a file of that name")) +
                    "; choose another output folder that you may write to");
    }
}

/// Steps of all runs, told as one.
class RunProgress {
public:
    RunProgress(const JobContext& context, long long steps) : m_context(context), m_steps(steps) {}

    void stepTaken(const std::string& run) {
        const std::lock_guard lock(m_mutex);
        ++m_taken;
        const double done = std::min(1.0, static_cast<double>(m_taken) / static_cast<double>(m_steps));
        const double left = m_watch.seconds() * (1 - done) / done;
        m_context.progress(done, run + ", " + std::to_string(m_taken) + " of all " + std::to_string(m_steps) +
                                     " steps, about " + std::to_string(static_cast<long long>(left / 60) + 1) +
                                     " min left");
    }

private:
    const JobContext& m_context;
    long long m_steps;
    std::mutex m_mutex;
    long long m_taken = 0;
    Stopwatch m_watch;
};

}  // namespace

ExperimentRunner::ExperimentRunner(const ExperimentPlan& plan, const JobContext& context,
                                   const std::function<void(const std::string&)>& note)
    : m_plan(plan), m_context(context), m_note(note), m_subjects(plan, context), m_folder(fs::absolute(plan.folder)) {}

ExperimentTable ExperimentRunner::carryOut() {
    const Stopwatch watch;
    prepare();
    openFolder();
    ExperimentTable table;
    const std::vector<ExperimentRun> runs = runsOf(m_plan, m_subjects.split());
    table.runs = static_cast<std::int64_t>(runs.size());
    std::vector<ExperimentRun> missing;
    std::copy_if(runs.begin(), runs.end(), std::back_inserter(missing),
                 [this](const ExperimentRun& run) { return !fs::exists(resultOf(run)); });
    // A method's copies are read once.
    std::stable_sort(missing.begin(), missing.end(), [](const auto& a, const auto& b) { return a.method < b.method; });
    const auto otherMethod = [](const auto& run, const auto& other) { return run.method != other.method; };
    long long steps = 0;
    for (const ExperimentRun& run : missing) {
        steps += stepsOf(run);
    }
    RunProgress progress(m_context, std::max(1LL, steps));
    std::mutex tableMutex;
    for (auto first = missing.begin(); first != missing.end();) {
        const auto last = std::adjacent_find(first, missing.end(), otherMethod);
        const std::vector<ExperimentRun> group(first, last == missing.end() ? last : last + 1);
        first += static_cast<std::ptrdiff_t>(group.size());
        if (!prepare(group.front().method)) {
            continue;
        }
        const auto one = [&](std::size_t i) {
            carryOut(group[i], [&] { progress.stepTaken(group[i].name()); });
            const std::lock_guard lock(tableMutex);
            ++table.made;
            writeTable(runs, table);
        };
        if (isProcessor(m_plan.device)) {
            // Small networks gain next to nothing from a second thread; a second network of its own has all of it.
            parallelFor(group.size(), [&one](std::size_t i) {
                setThreadsHere(1);
                one(i);
            });
            setThreadsHere(0);
        } else {
            for (std::size_t i = 0; i < group.size(); ++i) {
                one(i);
            }
        }
    }
    writeTable(runs, table);
    table.seconds = watch.seconds();
    return table;
}

void ExperimentRunner::writeTable(const std::vector<ExperimentRun>& runs, ExperimentTable& table) const {
    std::vector<Json> results;
    for (const ExperimentRun& run : runs) {
        if (fs::exists(resultOf(run))) {
            results.push_back(readJson(resultOf(run)));
        }
    }
    table.there = static_cast<std::int64_t>(results.size());
    table.json = experimentTable(m_plan, results);
    table.json.set("missing", table.runs - table.there).set("remarks", m_remarks);
    table.markdown = experimentMarkdown(table.json);
    writeTextFile((m_folder / "table.csv").string(), experimentCsv(table.json));
    writeTextFile((m_folder / "table.md").string(), table.markdown);
    writeTextFile((m_folder / "table.json").string(), table.json.dump(2) + "\n");
}

void ExperimentRunner::openFolder() const {
    makeFolder(m_folder / "runs");
    Json agreement = m_plan.agreement();
    const fs::path file = m_folder / "experiment.json";
    if (fs::exists(file)) {
        const Json before = readJson(file).at("experiment");
        for (const auto& [key, value] : agreement.members()) {
            const Json* was = before.find(key);
            if (!was || was->dump() != value.dump()) {
                throw Error("the folder " + m_folder.string() + " holds another experiment: " + key + " is " +
                            value.dump() + " and was " + (was ? was->dump() : std::string("not there")) +
                            "; choose another folder (methods, subjects and seeds may be added to)");
            }
        }
    } else {
        Json json = programRecord();
        json.set("experiment", std::move(agreement));
        writeTextFile(file.string(), json.dump(2) + "\n");
    }
    writeTextFile((m_folder / "plan.json").string(), m_plan.json().dump(2) + "\n");
}

fs::path ExperimentRunner::resultOf(const ExperimentRun& run) const {
    return m_folder / "runs" / (run.name() + ".json");
}

void ExperimentRunner::remark(const std::string& text) {
    m_remarks.push(text);
    if (m_note) {
        m_note(text);
    }
}

ExperimentTable runExperiment(const ExperimentPlan& plan, const JobContext& context,
                              const std::function<void(const std::string&)>& note) {
    requireSensible(plan);
    return plan.kind == "registration" ? RegistrationExperiment(plan, context, note).ExperimentRunner::carryOut()
                                       : SegmentationExperiment(plan, context, note).ExperimentRunner::carryOut();
}

Json readExperimentTable(const std::string& folder) {
    return readJson(fs::path(folder) / "table.json");
}

ExperimentPlan readExperimentPlan(const std::string& folder) {
    ExperimentPlan plan = ExperimentPlan::fromJson(readJson(fs::path(folder) / "plan.json"));
    plan.folder = folder;
    return plan;
}

}  // namespace drdm
