#include "tasks/SegmentationExperiment.h"

#include "errors/Error.h"
#include "io/NiftiFile.h"
#include "tasks/Csv.h"
#include "tasks/SegmentationTrial.h"

#include <algorithm>
#include <iterator>
#include <set>

namespace drdm {

namespace fs = std::filesystem;

void SegmentationExperiment::prepare() {
    std::set<std::uint16_t> labels;
    for (const auto& fold : subjects().split().folds) {
        for (const std::string& subject : fold.training) {
            for (const DataItem& item : subjects().of(subject)) {
                context().throwIfCancelled();
                const auto found = readNiftiLabels(item.labels).values();
                labels.insert(found.begin(), found.end());
            }
        }
    }
    if (labels.empty() || labels.size() > 254) {
        throw Error("the training subjects have " + std::to_string(labels.size()) +
                    " different labels; an experiment needs 1 to 254");
    }
    m_classes = LabelClasses({labels.begin(), labels.end()});
}

bool SegmentationExperiment::prepare(const std::string& method) {
    if (m_originals.empty()) {
        for (const std::string& subject : subjects().training()) {
            for (const DataItem& item : subjects().of(subject)) {
                append(m_originals[subject], readItem(item, context()));
            }
        }
    }
    m_copies.clear();
    if (methodFromName(method) == Method::None) {
        return true;
    }
    const fs::path copies = folder() / ("copies-" + method);
    AugmentPlan made;
    made.values = plan().copies;
    made.values.set("method", method);
    made.values.set("layout", std::string("csv"));
    makeExperimentCopies(subjects(), subjects().training(), made, copies, context(), note());
    const CsvTable list = CsvTable::read((copies / "dataset.csv").string());
    for (const CsvTable::Row& row : list.rows()) {
        context().throwIfCancelled();
        const std::string subject = list.text(row, "subject");
        LabelledImage copy;
        copy.image = readNifti((copies / list.text(row, "image")).string());
        copy.image.modality = subjects().of(subject).front().series.modality;
        copy.labels = readNiftiLabels((copies / list.text(row, "label")).string());
        append(m_copies[subject], copy);
    }
    return true;
}

void SegmentationExperiment::append(std::vector<LabelledSlice>& slices, const LabelledImage& data) const {
    std::vector<LabelledSlice> more = slicesOf(data, m_classes, plan().side);
    std::move(more.begin(), more.end(), std::back_inserter(slices));
}

void SegmentationExperiment::carryOut(const ExperimentRun& run, const std::function<void()>& stepTaken) const {
    const SubjectSplit::Fold& fold = subjects().fold(run.fold);
    SegmentationTrial trial{plan(), run, m_classes, {}, {}, {}, resultOf(run), context(), stepTaken};
    for (int i = 0; i < run.subjects; ++i) {
        const std::string& subject = fold.training[static_cast<std::size_t>(i)];
        const auto take = [&subject](const Slices& from, std::vector<const LabelledSlice*>& to) {
            if (const auto found = from.find(subject); found != from.end()) {
                for (const LabelledSlice& slice : found->second) {
                    to.push_back(&slice);
                }
            }
        };
        take(m_originals, trial.originals);
        take(m_copies, trial.copies);
    }
    for (const std::string& subject : fold.test) {
        for (const DataItem& item : subjects().of(subject)) {
            trial.test.emplace_back(subject, &item);
        }
    }
    trial.carryOut();
}

}  // namespace drdm
