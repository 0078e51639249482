#include "tasks/AugmentFolder.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "tasks/Augment.h"
#include "tasks/Report.h"
#include "tasks/ScheduleFile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <unistd.h>

namespace drdm {

namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, const std::string& text) {
    AtomicFile file(path);
    file.write(text.data(), text.size());
    file.commit();
}

std::string textOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        throw Error("cannot read " + path.string() + "; check the right to read it");
    }
    return text.str();
}

void makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error || !fs::is_directory(folder, error)) {
        throw Error("cannot create the folder " + folder.string() + ": " +
                    (error ? error.message() : std::string("there is a file of that name")) +
                    "; choose another output folder that you may write to");
    }
}

bool mayChange(const std::string& setting) {
    return setting == "workers" || setting == "device";
}

/// The model and the schedule count by what is in them.
bool isPath(const std::string& setting) {
    return setting == "model" || setting == "schedule";
}

/// The settings that all runs share; those of an older version, which it had not, had their defaults.
Json shared(const Json& settings) {
    Json result = Json::object();
    const Json defaults = AugmentPlan().json().at("settings");
    for (const auto& [name, value] : defaults.members()) {
        if (!mayChange(name) && !isPath(name)) {
            const Json* given = settings.find(name);
            result.set(name, given ? *given : value);
        }
    }
    return result;
}

/// What every run in one folder must have in common; where the data lie and how many workers there are may change.
Json agreement(const AugmentPlan& plan, const ModelInfo* model, const std::vector<DataItem>& items) {
    const Json json = plan.json();
    Json images = Json::array();
    for (const DataItem& item : items) {
        images.push(item.name);
    }
    Json result = Json::object();
    result.set("kind", json.at("kind"))
        .set("settings", shared(json.at("settings")))
        .set("model", model ? Json(model->name) : Json())
        .set("model_sha256", model ? Json(model->sha256) : Json())
        .set("images", std::move(images));
    if (const std::string schedule = plan.values.text("schedule"); !schedule.empty()) {
        result.set("schedule", toJson(readSchedule(schedule)));
    }
    return result;
}

/// What differs, in words.
std::string difference(const Json& before, const Json& now) {
    const Json& old = before.at("settings");
    for (const auto& [name, value] : now.at("settings").members()) {
        const Json* was = old.find(name);
        if (!was || was->dump() != value.dump()) {
            return name + " is " + value.dump() + " and was " + (was ? was->dump() : std::string("not there"));
        }
    }
    if (before.at("images").dump() != now.at("images").dump()) {
        return "the data set has other images (" + std::to_string(now.at("images").items().size()) + " now, " +
               std::to_string(before.at("images").items().size()) + " then)";
    }
    const auto schedule = [](const Json& json) { return json.find("schedule") ? json.at("schedule").dump() : ""; };
    if (schedule(before) != schedule(now)) {
        return "the noise schedule is another one";
    }
    return before.at("kind").dump() != now.at("kind").dump() ? "copies and pairs are different things"
                                                             : "the model is another one";
}

}  // namespace

AugmentFolder::AugmentFolder(const AugmentPlan& plan, const ModelInfo* model, const std::vector<DataItem>& items)
    : m_folder(fs::absolute(plan.folder)),
      m_work(m_folder / (".work-" + std::to_string(plan.shard + 1) + "-of-" + std::to_string(plan.shards))) {
    makeFolder(m_folder);
    const fs::path planFile = m_folder / "augment.json";
    const Json now = agreement(plan, model, items);
    if (fs::exists(planFile)) {
        const Json before = withContext("while reading " + planFile.string(), [&] {
            Json stored = Json::parse(textOf(planFile)).at("agreement");
            Json settings = shared(stored.at("settings"));
            return stored.set("settings", std::move(settings));
        });
        if (before.dump() != now.dump()) {
            throw Error("the folder " + m_folder.string() + " holds the copies of another request: " +
                        difference(before, now) + "; choose another folder, or remove this one to begin anew");
        }
    } else {
        for (const auto& entry : fs::directory_iterator(m_folder)) {
            const std::string name = entry.path().filename().string();
            if (!name.starts_with(".")) {
                throw Error("the folder " + m_folder.string() + " is not empty and holds no copies of this program (" +
                            name + " is there); choose an empty or a new folder");
            }
        }
        AugmentPlan whole = plan;
        whole.shard = 0;
        whole.shards = 1;
        whole.folder.clear();  // it may be moved, and the file is the same wherever the copies are made
        for (std::string& path : whole.data.data) {
            path = fs::absolute(path).lexically_normal().string();
        }
        Json json = programRecord();
        json.set("plan", whole.json()).set("agreement", now);
        write(planFile, json.dump(2) + "\n");
    }
    makeFolder(m_folder / "records");
    makeFolder(m_work);
    m_lock = ::open(m_work.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (m_lock < 0 || ::flock(m_lock, LOCK_EX | LOCK_NB) != 0) {
        const bool busy = m_lock >= 0 && errno == EWOULDBLOCK;
        const std::string why = std::strerror(errno);
        if (m_lock >= 0) {
            ::close(m_lock);
        }
        if (busy) {
            throw Error("another run is at work in " + m_folder.string() +
                        "; wait for it, or share the work with --shard 1/2 and --shard 2/2");
        }
        if (m_lock < 0) {
            throw Error("cannot open " + m_work.string() + ": " + why + "; choose another output folder");
        }
        m_lock = -1;  // a file system without locks
    }
    // What a killed run left half made.
    for (const auto& entry : fs::directory_iterator(m_work)) {
        std::error_code error;
        fs::remove_all(entry.path(), error);
    }
}

AugmentFolder::~AugmentFolder() {
    std::error_code error;
    fs::remove_all(m_work, error);
    if (m_lock >= 0) {
        ::close(m_lock);
    }
}

fs::path AugmentFolder::recordPath(const std::string& name) const {
    return m_folder / "records" / (name + ".json");
}

bool AugmentFolder::holds(const std::string& name) const {
    std::error_code error;
    return fs::exists(recordPath(name), error);
}

fs::path AugmentFolder::staging(int worker) const {
    fs::path folder = m_work / std::to_string(worker);
    makeFolder(folder);
    return folder;
}

void AugmentFolder::take(const Json& record, const fs::path& staging) const {
    for (const auto& [key, place] : record.at("files").members()) {
        const fs::path target = m_folder / place.string();
        makeFolder(target.parent_path());
        std::error_code error;
        fs::rename(staging / (key + ".nii.gz"), target, error);
        if (error) {
            throw Error("cannot move a finished file to " + target.string() + ": " + error.message() +
                        "; check the right to write there, then start again: what is finished is kept");
        }
    }
    const std::string text = record.dump(2) + "\n";
    const fs::path waiting = staging / "record.json";
    write(waiting, text);
    std::error_code error;
    fs::rename(waiting, recordPath(record.at("case").string()), error);
    if (error) {
        throw Error("cannot write into " + (m_folder / "records").string() + ": " + error.message() +
                    "; check the right to write there, then start again: what is finished is kept");
    }
}

std::vector<Json> AugmentFolder::records(const std::vector<AugmentUnit>& units) const {
    std::vector<Json> records;
    for (const AugmentUnit& unit : units) {
        const fs::path path = recordPath(unit.name);
        if (fs::exists(path)) {
            try {
                records.push_back(Json::parse(textOf(path)));
            } catch (const Error& error) {
                throw Error(error, "the record " + path.string() + " is damaged; remove it, then start again");
            }
        }
    }
    return records;
}

AugmentPlan readAugmentPlan(const std::string& folder) {
    const fs::path file = fs::path(folder) / "augment.json";
    if (!fs::exists(file)) {
        throw Error("the folder " + folder +
                    " holds no copies: there is no augment.json in it; choose the folder that "
                    "\"drdm augment\" wrote into");
    }
    return withContext("while reading " + file.string(), [&] {
        AugmentPlan plan = AugmentPlan::fromJson(Json::parse(textOf(file)).at("plan"));
        plan.folder = folder;
        return plan;
    });
}

}  // namespace drdm
