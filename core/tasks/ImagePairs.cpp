#include "tasks/ImagePairs.h"

#include "errors/Error.h"
#include "tasks/Csv.h"

namespace drdm {
namespace {

using Pairs = std::map<std::string, std::vector<ImagePair>>;

void addBothWays(Pairs& pairs, const DataItem& a, const DataItem& b) {
    pairs[a.subject].push_back({&a, &b});
    pairs[a.subject].push_back({&b, &a});
}

Pairs fromNames(const std::map<std::string, const DataItem*>& items) {
    Pairs pairs;
    for (const auto& [name, item] : items) {
        if (name.ends_with("_ED")) {
            const auto other = items.find(name.substr(0, name.size() - 1) + "S");
            if (other != items.end() && other->second->subject == item->subject) {
                addBothWays(pairs, *item, *other->second);
            }
        }
    }
    return pairs;
}

Pairs fromCsv(const std::map<std::string, const DataItem*>& items, const std::string& path) {
    const CsvTable table = CsvTable::read(path);
    for (const char* column : {"moving", "fixed"}) {
        if (!table.has(column)) {
            throw Error(path + ", line 1: there is no column \"" + column + "\"; the heading must be \"moving,fixed\"");
        }
    }
    Pairs pairs;
    for (const CsvTable::Row& row : table.rows()) {
        const auto itemOf = [&](const char* column) -> const DataItem& {
            const std::string name = table.text(row, column);
            const auto found = items.find(name);
            if (found == items.end()) {
                throw Error(table.place(row) + ": the experiment's subjects have no image \"" + name +
                            "\"; the first is named " + items.begin()->first);
            }
            return *found->second;
        };
        const DataItem& moving = itemOf("moving");
        const DataItem& fixed = itemOf("fixed");
        if (moving.subject != fixed.subject || moving.name == fixed.name) {
            throw Error(table.place(row) + ": " + moving.name + " and " + fixed.name +
                        " are no pair; give two different images of one subject");
        }
        addBothWays(pairs, moving, fixed);
    }
    return pairs;
}

}  // namespace

Pairs imagePairs(const ExperimentSubjects& subjects, const std::string& csv) {
    std::map<std::string, const DataItem*> items;
    std::set<std::string> all = subjects.training();
    all.insert(subjects.test().begin(), subjects.test().end());
    for (const std::string& subject : all) {
        for (const DataItem& item : subjects.of(subject)) {
            items[item.name] = &item;
        }
    }
    Pairs pairs = csv.empty() ? fromNames(items) : fromCsv(items, csv);
    for (const std::string& subject : all) {
        if (pairs.count(subject) == 0) {
            throw Error("the subject " + subject + " has no pair of images; " +
                        (csv.empty() ? "name two of them NAME_ED and NAME_ES, or say in a CSV (moving,fixed) which "
                                       "belong together; its first image is " +
                                           subjects.of(subject).front().name
                                     : "add a line with two of its images to " + csv));
        }
    }
    return pairs;
}

}  // namespace drdm
