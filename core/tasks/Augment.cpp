#include "tasks/Augment.h"

#include "diffusion/Devices.h"
#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "jobs/Stopwatch.h"
#include "tasks/AugmentCopy.h"
#include "tasks/AugmentFolder.h"
#include "tasks/AugmentLayout.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace drdm {

namespace fs = std::filesystem;

namespace {

/// Images that some worker is busy with; each is read once and forgotten with its last user.
class Images {
public:
    explicit Images(const std::vector<DataItem>& items) : m_items(items) {}

    std::shared_ptr<const LoadedItem> get(std::size_t index, const JobContext& context) {
        const std::lock_guard lock(m_mutex);
        if (auto there = m_loaded[index].lock()) {
            return there;
        }
        auto loaded = std::make_shared<const LoadedItem>(loadItem(m_items[index], context));
        m_loaded[index] = loaded;
        return loaded;
    }

private:
    const std::vector<DataItem>& m_items;
    std::mutex m_mutex;
    std::map<std::size_t, std::weak_ptr<const LoadedItem>> m_loaded;
};

int workersFor(const AugmentPlan& plan, std::size_t units, const std::string& device) {
    const auto wanted = static_cast<int>(plan.values.integer("workers"));
    // A graphics card is one; two users would take turns.
    const int fitting = wanted > 0 ? wanted : device == "cpu" ? threadCount() : 1;
    return std::clamp(fitting, 1, static_cast<int>(std::max<std::size_t>(1, units)));
}

std::string span(double seconds) {
    const auto whole = std::llround(seconds);
    return whole >= 3600 ? std::to_string(whole / 3600) + " h " + std::to_string(whole / 60 % 60) + " min"
           : whole >= 60 ? std::to_string(whole / 60) + " min"
                         : std::to_string(whole) + " s";
}

/// The units of this run, handed out to workers in their order.
class Run {
public:
    Run(const AugmentPlan& plan, const std::vector<DataItem>& items, std::vector<AugmentUnit> units,
        const AugmentFolder& folder, const JobContext& context)
        : m_plan(plan), m_units(std::move(units)), m_folder(folder), m_context(context), m_images(items) {}

    void work(Augmenter first) {
        const int workers = workersFor(m_plan, m_units.size(), first.device());
        const int threads = std::max(1, threadCount() / workers);
        const std::stop_callback forward(m_context.cancel, [this] { m_stop.request_stop(); });
        std::vector<std::jthread> pool;
        pool.reserve(static_cast<std::size_t>(workers));
        for (int i = 0; i < workers; ++i) {
            pool.emplace_back([this, i, threads, &first] {
                guarded([&] {
                    setThreadsHere(threads);
                    // A model has one user at a time. Loading it says the number of threads to this one.
                    serve(Augmenter(first.settings()), i);
                });
            });
        }
        pool.clear();  // joins
        if (m_failure) {
            std::rethrow_exception(m_failure);
        }
        m_context.throwIfCancelled();
    }

    [[nodiscard]] std::int64_t made() const { return m_made; }
    [[nodiscard]] std::int64_t redrawn() const { return m_redrawn; }

private:
    template <typename Work>
    void guarded(const Work& work) {
        try {
            work();
        } catch (const Cancelled&) {
            m_stop.request_stop();
        } catch (...) {
            const std::lock_guard lock(m_mutex);
            if (!m_failure) {
                m_failure = std::current_exception();
            }
            m_stop.request_stop();
        }
    }

    void serve(const Augmenter& augmenter, int worker) {
        JobContext quiet;
        quiet.cancel = m_stop.get_token();
        quiet.gate = m_context.gate;
        std::shared_ptr<const LoadedItem> image;
        while (!m_context.finishEarly()) {
            const std::size_t next = m_next++;
            if (next >= m_units.size()) {
                return;
            }
            quiet.throwIfCancelled();
            const AugmentUnit& unit = m_units[next];
            image = m_images.get(unit.item, quiet);
            const fs::path staging = m_folder.staging(worker);
            const Json record = withContext("while making " + unit.name,
                                            [&] { return makeCopy(m_plan, augmenter, *image, unit, staging, quiet); });
            m_folder.take(record, staging);
            count(record, unit.name);
        }
    }

    void count(const Json& record, const std::string& name) {
        const std::lock_guard lock(m_mutex);
        ++m_made;
        m_redrawn += std::max<long long>(0, record.at("drawings").integer() - 1);
        const double seconds = m_watch.seconds();
        const double rate = static_cast<double>(m_made) / std::max(1e-9, seconds);
        const auto all = static_cast<std::int64_t>(m_units.size());
        char speed[32];
        std::snprintf(speed, sizeof speed, "%.2f", rate);
        m_context.progress(static_cast<double>(m_made) / static_cast<double>(all),
                           name + ", " + std::to_string(m_made) + " of " + std::to_string(all) + ", " + speed +
                               " per second, " + span(static_cast<double>(all - m_made) / rate) + " left");
    }

    const AugmentPlan& m_plan;
    std::vector<AugmentUnit> m_units;
    const AugmentFolder& m_folder;
    const JobContext& m_context;
    Images m_images;
    std::stop_source m_stop;
    std::atomic<std::size_t> m_next{0};
    std::mutex m_mutex;
    std::exception_ptr m_failure;
    std::int64_t m_made = 0, m_redrawn = 0;
    Stopwatch m_watch;
};

}  // namespace

AugmentResult augment(const AugmentPlan& plan, const JobContext& context,
                      const std::function<void(const std::string&)>& note) {
    const auto say = [&note](const std::string& text) {
        if (note) {
            note(text);
        }
    };
    const Stopwatch watch;
    const AugmenterSettings settings = augmenterSettings(plan.values);
    levelsFromText(plan.values.text("levels"));
    context.progress(0, "looking at the data set");
    const DataSet data = listDataSet(plan.data, context);
    requireLayout(plan, data.items, context);
    for (const std::string& text : data.notes) {
        say(text);
    }
    Augmenter augmenter(settings);
    const std::vector<AugmentUnit> units = unitsOf(plan, data.items);
    const AugmentFolder folder(plan, augmenter.model(), data.items);
    std::vector<AugmentUnit> missing;
    for (std::size_t i = plan.shard; i < units.size(); i += static_cast<std::size_t>(plan.shards)) {
        if (!folder.holds(units[i].name)) {
            missing.push_back(units[i]);
        }
    }
    Run run(plan, data.items, std::move(missing), folder, context);
    run.work(std::move(augmenter));

    AugmentResult result;
    result.made = run.made();
    result.redrawn = run.redrawn();
    result.all = static_cast<std::int64_t>(units.size());
    const std::vector<Json> records = folder.records(units);
    result.there = static_cast<std::int64_t>(records.size());
    result.leftOut =
        std::count_if(records.begin(), records.end(), [](const Json& r) { return r.at("status").string() != "kept"; });
    if (result.complete()) {
        writeDataSetFiles(plan, records);
        result.manifest = (fs::path(plan.folder) / "manifest.csv").string();
    }
    result.seconds = watch.seconds();
    return result;
}

std::vector<AugmentPreview> previewAugmentation(const AugmentPlan& plan, int count, const JobContext& context) {
    const DataSet data = listDataSet(plan.data, context);
    std::vector<AugmentUnit> units = unitsOf(plan, data.items);
    std::erase_if(units, [](const AugmentUnit& unit) { return unit.copy == 0; });
    // Shuffled by the plan's seed: every press of the button with another seed shows others.
    std::sort(units.begin(), units.end(), [&](const AugmentUnit& a, const AugmentUnit& b) {
        const auto key = [&](const AugmentUnit& unit) {
            return seedOf(static_cast<std::uint64_t>(plan.values.integer("seed")), data.items[unit.item], unit, 0,
                          "look");
        };
        return key(a) < key(b);
    });
    units.resize(std::min<std::size_t>(units.size(), static_cast<std::size_t>(std::max(0, count))));
    const Augmenter augmenter(augmenterSettings(plan.values));
    std::vector<AugmentPreview> previews;
    for (const AugmentUnit& unit : units) {
        context.throwIfCancelled();
        context.progress(static_cast<double>(previews.size()) / static_cast<double>(units.size()), unit.name);
        LoadedItem source = loadItem(data.items[unit.item], context);
        // One slice says enough, and is quick.
        const std::int64_t slices = source.data.image.geometry().size[2];
        if (slices > 1 && !(augmenter.model() && augmenter.model()->dims == 3)) {
            source.data.image = source.data.image.slice(slices / 2, 0);
            source.data.labels = source.data.labels.empty() ? LabelMap() : source.data.labels.slice(slices / 2);
        }
        AugmentedCopy copy = previewCopy(plan, augmenter, source, unit, context);
        previews.push_back({unit.name, std::move(copy.image), std::move(copy.labels)});
    }
    return previews;
}

}  // namespace drdm
