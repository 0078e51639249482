#include "tasks/SegmentationExperiment.h"

#include "diffusion/Devices.h"
#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/NiftiFile.h"
#include "jobs/ParallelFor.h"
#include "tasks/Augment.h"
#include "tasks/Csv.h"
#include "tasks/Report.h"
#include "tasks/SegmentationSlices.h"
#include "tasks/SegmentationTrial.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <sstream>

namespace drdm {

namespace fs = std::filesystem;

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void write(const fs::path& path, const std::string& text) {
    AtomicFile file(path);
    file.write(text.data(), text.size());
    file.commit();
}

Json readJson(const fs::path& path) {
    return withContext("while reading " + path.string(), [&] {
        std::ifstream file(path, std::ios::binary);
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

template <typename T>
Json array(const std::vector<T>& values) {
    Json json = Json::array();
    for (const T& value : values) {
        json.push(value);
    }
    return json;
}

/// Slices of originals and of copies, subject by subject.
struct TrainingPool {
    std::map<std::string, std::vector<LabelledSlice>> originals, copies;
};

/// Steps of all runs, told as one.
class RunProgress {
public:
    RunProgress(const JobContext& context, long long steps) : m_context(context), m_steps(steps) {}

    void stepTaken(const std::string& run) {
        const std::lock_guard lock(m_mutex);
        ++m_taken;
        const double done = static_cast<double>(m_taken) / static_cast<double>(m_steps);
        const double left = secondsSince(m_began) * (1 - done) / done;
        m_context.progress(done, run + ", " + std::to_string(m_taken) + " of all " + std::to_string(m_steps) +
                                     " steps, about " + std::to_string(static_cast<long long>(left / 60) + 1) +
                                     " min left");
    }

private:
    const JobContext& m_context;
    long long m_steps;
    std::mutex m_mutex;
    long long m_taken = 0;
    Clock::time_point m_began = Clock::now();
};

/// The experiment in its folder.
class Experiment {
public:
    Experiment(const SegmentationExperiment& asked, const JobContext& context,
               const std::function<void(const std::string&)>& note)
        : m_asked(asked),
          m_context(context),
          m_note(note),
          m_split(readSubjectSplit(asked.split)),
          m_folder(fs::absolute(asked.folder)),
          m_classes({}) {
        check();
        for (const DataItem& item : listDataSet(asked.data, context).items) {
            m_items[item.subject].push_back(item);
        }
        for (const auto& fold : m_split.folds) {
            for (const auto* side : {&fold.training, &fold.test}) {
                for (const std::string& subject : *side) {
                    if (m_items.count(subject) == 0) {
                        throw Error("the split " + asked.split + " names the subject " + subject + " in fold \"" +
                                    fold.name + "\", and the data set has none of that name; its first is " +
                                    m_items.begin()->first);
                    }
                }
            }
        }
        m_trainingSubjects = trainingSubjects();
        m_classes = LabelClasses(trainingLabels());
        openFolder();
    }

    SegmentationTable carryOut() {
        const auto start = Clock::now();
        SegmentationTable table;
        std::vector<SegmentationRun> runs = runsOf(m_asked, m_split);
        table.runs = static_cast<std::int64_t>(runs.size());
        std::vector<SegmentationRun> missing;
        std::copy_if(runs.begin(), runs.end(), std::back_inserter(missing),
                     [this](const SegmentationRun& run) { return !fs::exists(resultOf(run)); });
        // A method's copies are read once.
        std::stable_sort(missing.begin(), missing.end(),
                         [](const auto& a, const auto& b) { return a.method < b.method; });
        const auto sameMethod = [](const auto& run, const auto& other) { return run.method != other.method; };
        RunProgress progress(m_context, static_cast<long long>(missing.size()) * m_asked.steps);
        for (auto first = missing.begin(); first != missing.end();) {
            const auto last = std::adjacent_find(first, missing.end(), sameMethod);
            const std::vector<SegmentationRun> group(first, last == missing.end() ? last : last + 1);
            const TrainingPool pool = poolOf(group.front().method);
            // Small networks gain next to nothing from a second thread; a second network of its own has all of it.
            const auto one = [&](std::size_t i) {
                setThreadsHere(1);
                carryOut(group[i], pool, [&] { progress.stepTaken(group[i].name()); });
            };
            if (SegmentationNetwork::onProcessor(m_asked.device)) {
                parallelFor(group.size(), one);
                setThreadsHere(0);
            } else {
                for (std::size_t i = 0; i < group.size(); ++i) {
                    carryOut(group[i], pool, [&] { progress.stepTaken(group[i].name()); });
                }
            }
            table.made += static_cast<std::int64_t>(group.size());
            first += static_cast<std::ptrdiff_t>(group.size());
        }
        std::vector<Json> results;
        for (const SegmentationRun& run : runs) {
            if (fs::exists(resultOf(run))) {
                results.push_back(readJson(resultOf(run)));
            }
        }
        table.there = static_cast<std::int64_t>(results.size());
        table.json = segmentationTable(m_asked, results);
        table.markdown = segmentationMarkdown(table.json);
        write(m_folder / "table.json", table.json.dump(2) + "\n");
        write(m_folder / "table.csv", segmentationCsv(table.json));
        write(m_folder / "table.md", table.markdown);
        table.seconds = secondsSince(start);
        return table;
    }

private:
    void check() const {
        if (m_asked.methods.empty() || m_asked.subjects.empty() || m_asked.seeds.empty()) {
            throw Error("an experiment needs methods, numbers of subjects and seeds, one of each at least");
        }
        for (const std::string& method : m_asked.methods) {
            methodFromName(method);
        }
        for (const int count : m_asked.subjects) {
            for (const auto& fold : m_split.folds) {
                if (count < 1 || count > static_cast<int>(fold.training.size())) {
                    throw Error("the fold \"" + fold.name + "\" of " + m_asked.split + " has " +
                                std::to_string(fold.training.size()) + " training subjects, " + std::to_string(count) +
                                " are asked for; ask for fewer or name more in the split");
                }
            }
        }
        if (m_asked.steps < 1 || m_asked.batch < 1 || !(m_asked.rate > 0) ||
            !(m_asked.mixing >= 0 && m_asked.mixing <= 1)) {
            throw Error("steps and batch must be 1 or more, the learning rate above 0, and the share of copies 0 to 1");
        }
    }

    /// Those that some run takes.
    [[nodiscard]] std::set<std::string> trainingSubjects() const {
        std::set<std::string> names;
        const int most = *std::max_element(m_asked.subjects.begin(), m_asked.subjects.end());
        for (const auto& fold : m_split.folds) {
            names.insert(fold.training.begin(), fold.training.begin() + most);
        }
        return names;
    }

    [[nodiscard]] std::vector<std::uint16_t> trainingLabels() const {
        std::set<std::uint16_t> labels;
        for (const auto& fold : m_split.folds) {
            for (const std::string& subject : fold.training) {
                for (const DataItem& item : m_items.at(subject)) {
                    m_context.throwIfCancelled();
                    const auto found = readNiftiLabels(item.labels).values();
                    labels.insert(found.begin(), found.end());
                }
            }
        }
        if (labels.empty() || labels.size() > 254) {
            throw Error("the training subjects have " + std::to_string(labels.size()) +
                        " different labels; an experiment needs 1 to 254");
        }
        return {labels.begin(), labels.end()};
    }

    void openFolder() const {
        makeFolder(m_folder / "runs");
        Json agreement = m_asked.json();
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
            return;
        }
        Json json = programRecord();
        json.set("experiment", std::move(agreement));
        write(file, json.dump(2) + "\n");
    }

    [[nodiscard]] fs::path resultOf(const SegmentationRun& run) const {
        return m_folder / "runs" / (run.name() + ".json");
    }

    /// Copies are made of training subjects alone, each once, whatever the folds that it trains in.
    void makeCopies(const std::string& method) const {
        std::string table = csvLine({"subject", "name", "image", "series", "phase", "label"});
        for (const std::string& subject : m_trainingSubjects) {
            for (const DataItem& item : m_items.at(subject)) {
                const bool nifti = item.series.format == "nifti";
                const std::string image =
                    nifti ? item.series.uid : fs::path(item.series.files.at(0)).parent_path().string();
                std::string name = item.name;
                if (item.series.size[3] > 1) {
                    name = name.substr(0, name.rfind("_phase"));  // the list adds it again
                }
                table += csvLine(
                    {subject, name, image, nifti ? "" : item.series.uid, std::to_string(item.phase), item.labels});
            }
        }
        const fs::path list = m_folder / ("copies-" + method + ".csv");
        write(list, table);
        AugmentPlan plan;
        plan.values = m_asked.copies;
        plan.values.set("method", method);
        plan.values.set("layout", std::string("csv"));
        plan.data.data = {list.string()};
        plan.folder = copiesOf(method).string();
        const AugmentResult made = augment(plan, m_context, m_note);
        if (!made.complete()) {
            throw Cancelled();
        }
    }

    [[nodiscard]] fs::path copiesOf(const std::string& method) const { return m_folder / ("copies-" + method); }

    TrainingPool poolOf(const std::string& method) {
        TrainingPool pool;
        for (const std::string& subject : m_trainingSubjects) {
            for (const DataItem& item : m_items.at(subject)) {
                append(pool.originals[subject], readItem(item, m_context));
            }
        }
        if (methodFromName(method) == Method::None) {
            return pool;
        }
        makeCopies(method);
        const CsvTable list = CsvTable::read((copiesOf(method) / "dataset.csv").string());
        for (const CsvTable::Row& row : list.rows()) {
            m_context.throwIfCancelled();
            LabelledImage copy;
            copy.image = readNifti((copiesOf(method) / list.text(row, "image")).string());
            copy.image.modality = m_items.at(list.text(row, "subject")).front().series.modality;
            copy.labels = readNiftiLabels((copiesOf(method) / list.text(row, "label")).string());
            append(pool.copies[list.text(row, "subject")], copy);
        }
        return pool;
    }

    void append(std::vector<LabelledSlice>& slices, const LabelledImage& data) const {
        std::vector<LabelledSlice> more = slicesOf(data, m_classes, m_asked.side);
        std::move(more.begin(), more.end(), std::back_inserter(slices));
    }

    [[nodiscard]] const SubjectSplit::Fold& foldOf(const SegmentationRun& run) const {
        return *std::find_if(m_split.folds.begin(), m_split.folds.end(),
                             [&run](const auto& fold) { return fold.name == run.fold; });
    }

    /// Trains and measures one network, and writes its result.
    void carryOut(const SegmentationRun& run, const TrainingPool& pool, const std::function<void()>& stepTaken) const {
        const SubjectSplit::Fold& fold = foldOf(run);
        SegmentationTrial trial{m_asked, run, m_classes, {}, {}, {}, resultOf(run), m_context, stepTaken};
        for (int i = 0; i < run.subjects; ++i) {
            const std::string& subject = fold.training[static_cast<std::size_t>(i)];
            const auto take = [&subject](const auto& from, std::vector<const LabelledSlice*>& to) {
                if (const auto found = from.find(subject); found != from.end()) {
                    for (const LabelledSlice& slice : found->second) {
                        to.push_back(&slice);
                    }
                }
            };
            take(pool.originals, trial.originals);
            take(pool.copies, trial.copies);
        }
        for (const std::string& subject : fold.test) {
            for (const DataItem& item : m_items.at(subject)) {
                trial.test.emplace_back(subject, &item);
            }
        }
        trial.carryOut();
    }

    const SegmentationExperiment& m_asked;
    const JobContext& m_context;
    const std::function<void(const std::string&)>& m_note;
    SubjectSplit m_split;
    fs::path m_folder;
    std::map<std::string, std::vector<DataItem>> m_items;
    std::set<std::string> m_trainingSubjects;
    LabelClasses m_classes;
};

}  // namespace

Json SegmentationExperiment::json() const {
    AugmentPlan made;
    made.values = copies;
    Json settings = Json::object();
    const Json plan = made.json();
    for (const auto& [key, value] : plan.at("settings").members()) {
        if (key != "method" && key != "workers" && key != "device" && key != "layout") {
            settings.set(key, value);
        }
    }
    // Methods, numbers of subjects and seeds may grow; these may not change.
    const SubjectSplit lists = readSubjectSplit(split);
    Json folds = Json::array();
    for (const auto& fold : lists.folds) {
        Json entry = Json::object();
        entry.set("name", fold.name).set("train", array(fold.training)).set("test", array(fold.test));
        folds.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("folds", std::move(folds))
        .set("steps", steps)
        .set("batch", batch)
        .set("learning_rate", rate)
        .set("mixing", mixing)
        .set("width", width)
        .set("levels", levels)
        .set("side", static_cast<long long>(side))
        .set("copies", std::move(settings));
    return json;
}

std::string SegmentationRun::name() const {
    std::string number = std::to_string(subjects);
    number.insert(0, number.size() < 2 ? 1 : 0, '0');
    return fold + "-" + method + "-n" + number + "-s" + std::to_string(seed);
}

std::vector<SegmentationRun> runsOf(const SegmentationExperiment& experiment, const SubjectSplit& split) {
    std::vector<SegmentationRun> runs;
    for (const std::string& method : experiment.methods) {
        for (const int subjects : experiment.subjects) {
            for (const auto& fold : split.folds) {
                for (const int seed : experiment.seeds) {
                    runs.push_back({fold.name, method, subjects, seed});
                }
            }
        }
    }
    return runs;
}

SegmentationTable runSegmentationExperiment(const SegmentationExperiment& experiment, const JobContext& context,
                                            const std::function<void(const std::string&)>& note) {
    return Experiment(experiment, context, note).carryOut();
}

}  // namespace drdm
