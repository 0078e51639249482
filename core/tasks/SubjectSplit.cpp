#include "tasks/SubjectSplit.h"

#include "errors/Error.h"
#include "parameters/Json.h"
#include "parameters/Sha256.h"
#include "tasks/Report.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

namespace drdm {
namespace {

constexpr std::size_t largestFile = std::size_t{16} << 20U;

std::vector<std::string> subjects(const Json& fold, const std::string& side) {
    std::vector<std::string> result;
    for (const Json& subject : fold.at(side).items()) {
        result.push_back(subject.string());
    }
    if (result.empty()) {
        throw Error("\"" + side + "\" is empty; name its subjects");
    }
    return result;
}

SubjectSplit::Fold readFold(const Json& json) {
    SubjectSplit::Fold fold{json.at("name").string(), {}, {}};
    if (fold.name.empty() || fold.name.find_first_of("/ ,\"") != std::string::npos) {
        throw Error("the name \"" + fold.name + "\" of a fold is not accepted; give a short word");
    }
    withContext("in fold \"" + fold.name + "\"", [&] {
        fold.training = subjects(json, "train");
        fold.test = subjects(json, "test");
        std::set<std::string> seen;
        for (const auto* side : {&fold.training, &fold.test}) {
            for (const std::string& subject : *side) {
                if (!seen.insert(subject).second) {
                    throw Error("the subject " + subject +
                                " is named twice; a subject trains or is tested, never both: remove it on one side");
                }
            }
        }
    });
    return fold;
}

}  // namespace

SubjectSplit readSubjectSplit(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw Error("cannot read the split " + path + "; check the path");
    }
    std::string text;
    char buffer[4096];
    while (file.read(buffer, sizeof buffer), file.gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(file.gcount()));
        if (text.size() > largestFile) {
            throw Error(path + " is too large for a list of subjects; give a JSON file with \"folds\"");
        }
    }
    return withContext("while reading the split " + path, [&] {
        const Json json = Json::parse(text);
        SubjectSplit split;
        const Json* description = json.find("description");
        split.description = description ? description->string() : std::string();
        std::set<std::string> names;
        for (const Json& fold : json.at("folds").items()) {
            split.folds.push_back(readFold(fold));
            if (!names.insert(split.folds.back().name).second) {
                throw Error("two folds have the name \"" + split.folds.back().name + "\"; give each its own");
            }
        }
        if (split.folds.empty()) {
            throw Error("there is no fold; give one at least");
        }
        return split;
    });
}

SubjectSplit crossValidation(std::vector<std::string> subjects, int folds) {
    const auto sum = [](const std::string& text) {
        Sha256 hash;
        hash.add(text.data(), text.size());
        return hash.digest();
    };
    std::sort(subjects.begin(), subjects.end());
    subjects.erase(std::unique(subjects.begin(), subjects.end()), subjects.end());
    if (folds < 2 || folds > 26 || static_cast<std::size_t>(folds) > subjects.size()) {
        throw Error(std::to_string(folds) + " folds of " + std::to_string(subjects.size()) +
                    " subjects cannot be made; ask for 2 folds at least, 26 at most, and no more than subjects");
    }
    std::stable_sort(subjects.begin(), subjects.end(),
                     [&sum](const auto& a, const auto& b) { return sum(a) < sum(b); });
    SubjectSplit split;
    split.description = std::to_string(folds) + " folds by subjects, in the order of the SHA-256 of their names.";
    for (int k = 0; k < folds; ++k) {
        SubjectSplit::Fold fold{std::string(1, static_cast<char>('a' + k)), {}, {}};
        for (std::size_t i = 0; i < subjects.size(); ++i) {
            const bool tested = static_cast<int>(i % static_cast<std::size_t>(folds)) == k;
            (tested ? fold.test : fold.training).push_back(subjects[i]);
        }
        split.folds.push_back(std::move(fold));
    }
    return split;
}

void writeSubjectSplit(const SubjectSplit& split, const std::string& path) {
    const auto list = [](const std::vector<std::string>& subjects_) {
        Json json = Json::array();
        for (const std::string& subject : subjects_) {
            json.push(subject);
        }
        return json;
    };
    Json folds = Json::array();
    for (const auto& fold : split.folds) {
        Json entry = Json::object();
        entry.set("name", fold.name).set("train", list(fold.training)).set("test", list(fold.test));
        folds.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("description", split.description).set("folds", std::move(folds));
    writeTextFile(path, json.dump(2) + "\n");
}

}  // namespace drdm
