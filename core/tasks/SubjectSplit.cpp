#include "tasks/SubjectSplit.h"

#include "errors/Error.h"
#include "parameters/Json.h"

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

}  // namespace drdm
