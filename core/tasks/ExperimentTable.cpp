#include "experiments/PairedTest.h"
#include "tasks/Csv.h"
#include "tasks/Experiment.h"
#include "tasks/Report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

namespace drdm {
namespace {

const std::vector<std::string> measures{"dice",    "sensitivity",    "precision",        "asd_mm",
                                        "hd95_mm", "folded_percent", "endpoint_mrbs_mm", "endpoint_drdm_mm"};

struct Mean {
    double sum = 0;
    int count = 0;
    void add(double value) {
        sum += value;
        ++count;
    }
    [[nodiscard]] double value() const { return sum / count; }
};

/// All values of one cell of the table: one method, number of subjects, label and measure.
struct Cell {
    std::map<long long, Mean> ofSeed;
    std::map<std::string, Mean> ofSubject;  ///< by fold and subject
    int missed = 0;                         ///< images without a value: a surface that is not there
};

using Key = std::pair<std::string, long long>;  // method, subjects
using Cells = std::map<Key, std::map<std::string, std::map<std::string, Cell>>>;

Cells collect(const std::vector<Json>& results) {
    Cells cells;
    for (const Json& result : results) {
        auto& row = cells[{result.at("method").string(), result.at("subjects").integer()}];
        for (const Json& image : result.at("images").items()) {
            const std::string subject = result.at("fold").string() + "/" + image.at("subject").string();
            for (const auto& [label, values] : image.at("labels").members()) {
                for (const auto& [measure, value] : values.members()) {
                    Cell& cell = row[label][measure];
                    if (value.isNumber()) {
                        cell.ofSeed[result.at("seed").integer()].add(value.number());
                        cell.ofSubject[subject].add(value.number());
                    } else {
                        ++cell.missed;
                    }
                }
            }
        }
    }
    return cells;
}

/// Over the subjects that both have.
std::optional<double> pairedP(const Cell& cell, const Cell& reference) {
    std::vector<double> a;
    std::vector<double> b;
    for (const auto& [subject, mean] : cell.ofSubject) {
        if (const auto found = reference.ofSubject.find(subject); found != reference.ofSubject.end()) {
            a.push_back(mean.value());
            b.push_back(found->second.value());
        }
    }
    return a.empty() ? std::nullopt : std::optional(signedRankP(a, b));
}

Json summary(const Cell& cell) {
    Mean mean;
    for (const auto& [seed, value] : cell.ofSeed) {
        mean.add(value.value());
    }
    Json json = Json::object();
    if (mean.count == 0) {
        return json.set("mean", Json()).set("sd_over_seeds", Json()).set("seeds", 0).set("missed", cell.missed);
    }
    double squares = 0;
    for (const auto& [seed, value] : cell.ofSeed) {
        squares += std::pow(value.value() - mean.value(), 2);
    }
    json.set("mean", mean.value())
        .set("sd_over_seeds", mean.count > 1 ? Json(std::sqrt(squares / (mean.count - 1))) : Json())
        .set("seeds", mean.count)
        .set("missed", cell.missed);
    return json;
}

std::string number(const Json& value, const char* format) {
    if (!value.isNumber()) {
        return "–";
    }
    char text[32];
    std::snprintf(text, sizeof text, format, value.number());
    return text;
}

std::string plain(const Json* value) {
    return !value || value->isNull() ? std::string() : value->dump();
}

}  // namespace

Json experimentTable(const ExperimentPlan& plan, const std::vector<Json>& results) {
    const Cells cells = collect(results);
    Json rows = Json::array();
    for (const std::string& method : plan.methods) {
        for (const int subjects : isTrained(method) ? plan.subjects : std::vector<int>{0}) {
            const auto row = cells.find({method, subjects});
            const auto reference = cells.find({plan.reference, isTrained(plan.reference) ? subjects : 0});
            if (row == cells.end()) {
                continue;
            }
            Json labels = Json::object();
            for (const auto& [label, ofMeasure] : row->second) {
                Json entry = Json::object();
                for (const std::string& measure : measures) {
                    const auto cell = ofMeasure.find(measure);
                    if (cell == ofMeasure.end()) {
                        continue;
                    }
                    Json json = summary(cell->second);
                    if (method != plan.reference && reference != cells.end()) {
                        const auto same = reference->second.find(label);
                        if (same != reference->second.end() && same->second.count(measure) != 0) {
                            if (const auto p = pairedP(cell->second, same->second.at(measure))) {
                                json.set("p", *p);
                            }
                        }
                    }
                    entry.set(measure, std::move(json));
                }
                labels.set(label, std::move(entry));
            }
            Json json = Json::object();
            json.set("method", method).set("subjects", subjects).set("labels", std::move(labels));
            rows.push(std::move(json));
        }
    }
    Json json = programRecord();
    json.set("kind", plan.kind)
        .set("reference", plan.reference)
        .set("steps", plan.steps)
        .set("runs", static_cast<long long>(results.size()))
        .set("rows", std::move(rows));
    return json;
}

std::string experimentMarkdown(const Json& table) {
    const bool registers = table.at("kind").string() == "registration";
    using Column = std::pair<std::string, const char*>;
    const std::vector<Column> columns =
        registers ? std::vector<Column>{{"asd_mm", "%.2f"},
                                        {"hd95_mm", "%.2f"},
                                        {"folded_percent", "%.3f"},
                                        {"endpoint_mrbs_mm", "%.2f"},
                                        {"endpoint_drdm_mm", "%.2f"}}
                  : std::vector<Column>{
                        {"sensitivity", "%.3f"}, {"precision", "%.3f"}, {"asd_mm", "%.2f"}, {"hd95_mm", "%.2f"}};
    std::string text = registers
                           ? "| method | subjects | label | Dice | p | ASD mm | HD95 mm | folded % | endpoint error "
                             "mm (MRBS pairs) | endpoint error mm (DRDM pairs) |\n|---|---|---|---|---|---|---|---|"
                             "---|---|\n"
                           : "| method | subjects | label | Dice | p | sensitivity | precision | ASD mm | HD95 mm "
                             "|\n|---|---|---|---|---|---|---|---|---|\n";
    for (const Json& row : table.at("rows").items()) {
        for (const auto& [label, values] : row.at("labels").members()) {
            const auto cell = [&values = values](const std::string& measure, const char* format) {
                const Json* found = values.find(measure);
                if (!found) {
                    return std::string();
                }
                const Json& spread = found->at("sd_over_seeds");
                return number(found->at("mean"), format) + (spread.isNumber() ? " ± " + number(spread, format) : "");
            };
            const Json* dice = values.find("dice");
            const Json* p = dice ? dice->find("p") : nullptr;
            const long long subjects = row.at("subjects").integer();
            text += "| " + row.at("method").string() + " | " + (subjects > 0 ? std::to_string(subjects) : "–") + " | " +
                    label + " | " + cell("dice", "%.3f") + " | " + (p ? number(*p, "%.4f") : std::string()) + " |";
            for (const auto& [measure, format] : columns) {
                text += " " + cell(measure, format) + " |";
            }
            text += "\n";
        }
    }
    if (const Json* remarks = table.find("remarks")) {
        for (const Json& remark : remarks->items()) {
            text += "\n" + remark.string() + ".\n";
        }
    }
    return text + "\nMean over test images ± standard deviation over seeds; p: Wilcoxon's signed-rank test over " +
           "subjects against " + table.at("reference").string() + "; " + std::to_string(table.at("steps").integer()) +
           " optimiser steps each" +
           (registers ? "; folded by the strict criterion; endpoint errors on synthetic pairs of the test subjects"
                      : "") +
           ". " + researchNotice + ".\n";
}

std::string experimentCsv(const Json& table) {
    std::string text =
        csvLine({"method", "subjects", "label", "measure", "mean", "sd_over_seeds", "seeds", "missed", "p"});
    for (const Json& row : table.at("rows").items()) {
        for (const auto& [label, values] : row.at("labels").members()) {
            for (const auto& [measure, found] : values.members()) {
                text += csvLine({row.at("method").string(), std::to_string(row.at("subjects").integer()), label,
                                 measure, plain(found.find("mean")), plain(found.find("sd_over_seeds")),
                                 plain(found.find("seeds")), plain(found.find("missed")), plain(found.find("p"))});
            }
        }
    }
    return text;
}

}  // namespace drdm
