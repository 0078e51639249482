#include "tasks/RegistrationExperiment.h"

#include "io/NiftiFile.h"
#include "tasks/Csv.h"
#include "tasks/Elastix.h"
#include "tasks/RegistrationTrial.h"

#include <algorithm>
#include <iterator>

namespace drdm {

namespace fs = std::filesystem;

namespace {

/// The method that makes the pairs: "drdm" of "drdm-tuned".
std::string makerOf(const std::string& method) {
    return method.substr(0, method.find('-'));
}

Geometry gridOf(const SeriesInfo& series) {
    return {{series.size[0], series.size[1], series.size[2]}, series.spacing_mm, series.origin_mm, series.direction};
}

bool isTuned(const std::string& method) {
    return method.ends_with("-tuned");
}

}  // namespace

void RegistrationExperiment::prepare() {
    m_pairs = imagePairs(subjects(), plan().pairs);
    int unequal = 0;
    for (const auto& [subject, pairs] : m_pairs) {
        for (const ImagePair& pair : pairs) {
            const std::int64_t common = withContext("in the pair " + pair.name(), [&pair] {
                return static_cast<std::int64_t>(
                    commonSlices(gridOf(pair.moving->series), gridOf(pair.fixed->series)).size());
            });
            unequal += common < pair.fixed->series.size[2] ? 1 : 0;
        }
    }
    if (unequal > 0) {
        remark("In " + std::to_string(unequal) +
               " pairs the fixed image has slices that the moving one lacks; they are left out");
    }
}

bool RegistrationExperiment::prepare(const std::string& method) {
    if (method == "elastix" && !elastixIsThere()) {
        remark(
            "elastix is not installed, so the table has no row of it; install Debian's package \"elastix\" and run "
            "this again to add it");
        return false;
    }
    if (!isTrained(method)) {
        return true;
    }
    for (const std::string& each : plan().methods) {
        if (const std::string maker = makerOf(each); isTrained(each) && m_heldOut.count(maker) == 0) {
            m_heldOut[maker] = synthetic(maker, subjects().test(), 1, "pairs-" + maker + "-test");
        }
    }
    if (const std::string maker = makerOf(method); m_made != maker) {
        m_synthetic.clear();
        const auto copies = plan().copies.integer("copies");
        for (HeldOutPair& pair : synthetic(maker, subjects().training(), copies, "pairs-" + maker)) {
            std::move(pair.slices.begin(), pair.slices.end(), std::back_inserter(m_synthetic[pair.subject]));
        }
        m_made = maker;
    }
    if (isTuned(method) && m_real.empty()) {
        for (const std::string& subject : subjects().training()) {
            for (const ImagePair& pair : m_pairs.at(subject)) {
                context().throwIfCancelled();
                std::vector<SlicePair> slices = slicePairs(readItem(*pair.moving, context()).image,
                                                           readItem(*pair.fixed, context()).image, {}, plan().side);
                std::move(slices.begin(), slices.end(), std::back_inserter(m_real[subject]));
            }
        }
    }
    return true;
}

std::vector<HeldOutPair> RegistrationExperiment::synthetic(const std::string& method, const std::set<std::string>& of,
                                                           long long copies, const std::string& name) const {
    const fs::path pairs = folder() / name;
    AugmentPlan made;
    made.values = plan().copies;
    made.values.set("method", method);
    made.values.set("copies", copies);
    made.values.set("dims", 2LL);
    made.pairs = true;
    makeExperimentCopies(subjects(), of, made, pairs, context(), note());
    std::vector<HeldOutPair> result;
    const CsvTable list = CsvTable::read((pairs / "pairs.csv").string());
    for (const CsvTable::Row& row : list.rows()) {
        context().throwIfCancelled();
        HeldOutPair pair{list.text(row, "subject"), list.text(row, "fixed"), {}, {}};
        Image moving = readNifti((pairs / list.text(row, "moving")).string());
        Image fixed = readNifti((pairs / list.text(row, "fixed")).string());
        moving.modality = fixed.modality = subjects().of(pair.subject).front().series.modality;
        const DisplacementField field = readNiftiField((pairs / list.text(row, "field")).string());
        pair.slices = slicePairs(moving, fixed, field, plan().side);
        pair.spacing_mm = ModelGrid(fixed.geometry().slice(0), 2, plan().side, Fit::KeepAspect).model.spacing_mm;
        result.push_back(std::move(pair));
    }
    return result;
}

long long RegistrationExperiment::stepsOf(const ExperimentRun& run) const {
    if (isTrained(run.method)) {
        return plan().steps;
    }
    long long slices = run.method == "elastix" ? 0 : 1;
    for (const std::string& subject : subjects().fold(run.fold).test) {
        for (const ImagePair& pair : m_pairs.at(subject)) {
            if (run.method == "elastix") {
                slices += static_cast<long long>(
                    commonSlices(gridOf(pair.moving->series), gridOf(pair.fixed->series)).size());
            }
        }
    }
    return slices;
}

void RegistrationExperiment::carryOut(const ExperimentRun& run, const std::function<void()>& stepTaken) const {
    const SubjectSplit::Fold& fold = subjects().fold(run.fold);
    RegistrationTrial trial{plan(), run, {}, {}, {}, {}, resultOf(run), context(), stepTaken};
    for (int i = 0; i < run.subjects; ++i) {
        const std::string& subject = fold.training[static_cast<std::size_t>(i)];
        const auto take = [&subject](const Slices& from, std::vector<const SlicePair*>& to) {
            if (const auto found = from.find(subject); found != from.end()) {
                for (const SlicePair& slice : found->second) {
                    to.push_back(&slice);
                }
            }
        };
        take(m_synthetic, trial.synthetic);
        take(m_real, trial.real);
    }
    if (isTrained(run.method) && trial.synthetic.empty()) {
        throw Error("the rules of the copies left no pair of the training subjects of fold \"" + run.fold +
                    "\"; loosen label-kept or the displacement's range, or ask for more copies");
    }
    for (const std::string& subject : fold.test) {
        for (const ImagePair& pair : m_pairs.at(subject)) {
            trial.test.emplace_back(subject, pair);
        }
        for (const auto& [method, pairs] : m_heldOut) {
            for (const HeldOutPair& pair : pairs) {
                if (pair.subject == subject) {
                    trial.heldOut[method].push_back(&pair);
                }
            }
        }
    }
    trial.carryOut();
}

}  // namespace drdm
