#include "tasks/ExperimentSubjects.h"

#include "errors/Error.h"
#include "tasks/Augment.h"
#include "tasks/Csv.h"
#include "tasks/Report.h"

#include <algorithm>

namespace drdm {

namespace fs = std::filesystem;

ExperimentSubjects::ExperimentSubjects(const ExperimentPlan& plan, const JobContext& context)
    : m_split(readSubjectSplit(plan.split)) {
    for (const auto& fold : m_split.folds) {
        for (const int count : plan.subjects) {
            if (count > static_cast<int>(fold.training.size())) {
                throw Error("the fold \"" + fold.name + "\" of " + plan.split + " has " +
                            std::to_string(fold.training.size()) + " training subjects, " + std::to_string(count) +
                            " are asked for; ask for fewer or name more in the split");
            }
        }
    }
    for (const DataItem& item : listDataSet(plan.data, context).items) {
        m_items[item.subject].push_back(item);
    }
    const int most = *std::max_element(plan.subjects.begin(), plan.subjects.end());
    for (const auto& fold : m_split.folds) {
        for (const auto* side : {&fold.training, &fold.test}) {
            for (const std::string& subject : *side) {
                if (m_items.count(subject) == 0) {
                    throw Error("the split " + plan.split + " names the subject " + subject + " in fold \"" +
                                fold.name + "\", and the data set has none of that name; its first is " +
                                m_items.begin()->first);
                }
            }
        }
        m_training.insert(fold.training.begin(), fold.training.begin() + most);
        m_test.insert(fold.test.begin(), fold.test.end());
    }
}

const SubjectSplit::Fold& ExperimentSubjects::fold(const std::string& name) const {
    return *std::find_if(m_split.folds.begin(), m_split.folds.end(),
                         [&name](const auto& fold) { return fold.name == name; });
}

void makeExperimentCopies(const ExperimentSubjects& from, const std::set<std::string>& subjects, AugmentPlan made,
                          const fs::path& folder, const JobContext& context,
                          const std::function<void(const std::string&)>& note) {
    std::string table = csvLine({"subject", "name", "image", "series", "phase", "label"});
    for (const std::string& subject : subjects) {
        for (const DataItem& item : from.of(subject)) {
            const bool nifti = item.series.format == "nifti";
            const std::string image =
                nifti ? item.series.uid : fs::path(item.series.files.at(0)).parent_path().string();
            std::string name = item.name;
            if (item.series.size[3] > 1) {
                name = name.substr(0, name.rfind("_phase"));  // the list adds it again
            }
            table +=
                csvLine({subject, name, image, nifti ? "" : item.series.uid, std::to_string(item.phase), item.labels});
        }
    }
    const std::string list = folder.string() + ".csv";
    writeTextFile(list, table);
    made.data.data = {list};
    made.folder = folder.string();
    if (!augment(made, context, note).complete()) {
        throw Cancelled();
    }
}

}  // namespace drdm
