#pragma once

#include "jobs/JobContext.h"
#include "tasks/ExperimentPlan.h"

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace drdm {

/// The data set of an experiment, divided by its split: subjects train or are tested, never both in one fold.
class ExperimentSubjects {
public:
    /// \throws Error: a subject of the split that the data set does not have, fewer training subjects than asked for …
    ExperimentSubjects(const ExperimentPlan& plan, const JobContext& context);

    [[nodiscard]] const SubjectSplit& split() const { return m_split; }
    [[nodiscard]] const SubjectSplit::Fold& fold(const std::string& name) const;
    [[nodiscard]] const std::vector<DataItem>& of(const std::string& subject) const { return m_items.at(subject); }
    [[nodiscard]] const std::set<std::string>& training() const { return m_training; }  ///< those that some run takes
    [[nodiscard]] const std::set<std::string>& test() const { return m_test; }

private:
    SubjectSplit m_split;
    std::map<std::string, std::vector<DataItem>> m_items;
    std::set<std::string> m_training, m_test;
};

/// Copies (or pairs, `made.pairs`) of these subjects' images into `folder`, as `drdm augment` makes them; those that
/// are there already are kept. \throws Error; Cancelled, also where "finish" left some out
void makeExperimentCopies(const ExperimentSubjects& from, const std::set<std::string>& subjects, AugmentPlan made,
                          const std::filesystem::path& folder, const JobContext& context,
                          const std::function<void(const std::string&)>& note);

}  // namespace drdm
