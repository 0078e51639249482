#include "BenchMore.h"
#include "Commands.h"
#include "diffusion/Benchmark.h"
#include "tasks/Sample.h"

#include <algorithm>
#include <sstream>

namespace drdm {
namespace {

std::vector<std::string> listOf(const std::string& text) {
    std::vector<std::string> words;
    std::istringstream stream(text);
    for (std::string word; std::getline(stream, word, ',');) {
        words.push_back(word);
    }
    return words;
}

Json machineJson(const Machine& machine) {
    Json json = Json::object();
    json.set("cpu", machine.cpu)
        .set("threads", machine.threads)
        .set("instructions", machine.kernel)
        .set("peak_flop_per_second", machine.flopPerSecond)
        .set("peak_bytes_per_second", machine.bytesPerSecond)
        .set("libtorch", machine.libtorch)
        .set("device", "cpu");
    return json;
}

/// The time that arithmetic and memory need at least on this machine; 0 where neither was counted.
double limit(const Measure& measure, const Machine& machine) {
    return std::max(measure.flop / machine.flopPerSecond, measure.bytes / machine.bytesPerSecond);
}

Json measureJson(const Measure& measure, const Machine& machine) {
    Json json = Json::object();
    json.set("seconds", measure.seconds)
        .set("eager_seconds", measure.eagerSeconds)
        .set("ratio", measure.eagerSeconds / measure.seconds);
    if (measure.flop > 0) {
        json.set("flop", measure.flop);
    }
    if (measure.bytes > 0) {
        json.set("bytes", measure.bytes);
    }
    if (const double least = limit(measure, machine); least > 0) {
        json.set("limit_seconds", least).set("limit_fraction", least / measure.seconds);
    }
    return json;
}

void run(const Arguments& arguments, Console& console) {
    arguments.expectPositional(0, 0, "options only");
    BenchmarkRequest request;
    request.only = listOf(arguments.text("only", ""));
    const std::string repeats = arguments.text("repeats", "7");
    const bool digits = !repeats.empty() && repeats.size() < 5 &&
                        std::all_of(repeats.begin(), repeats.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || std::stoi(repeats) < 1) {
        throw UsageError("option --repeats: a number from 1 to 9999, not " + repeats);
    }
    request.repeats = std::stoi(repeats);
    request.modelFile = resolveModel(arguments.text("model", ""));

    const BenchMore more;
    request.outside = more.measures();

    const Machine machine = measureMachine();
    console.say(machine.cpu + ", " + std::to_string(machine.threads) + " threads, " + machine.kernel + ", LibTorch " +
                machine.libtorch + "; at best " + shortNumber(machine.flopPerSecond * 1e-9, 0) + " GFLOP/s and " +
                shortNumber(machine.bytesPerSecond * 1e-9, 1) + " GB/s");
    Json json = Json::object();
    runBenchmarks(request, console.context(), [&](const Measure& measure) {
        const double least = limit(measure, machine);
        console.say(measure.name + ": " + shortNumber(1e3 * measure.seconds, 2) + " ms, plain " +
                    shortNumber(1e3 * measure.eagerSeconds, 2) + " ms, " +
                    shortNumber(measure.eagerSeconds / measure.seconds, 1) + " times as fast" +
                    (least > 0 ? ", " + shortNumber(100 * least / measure.seconds, 0) + " % of the limit" : ""));
        json.set(measure.name, measureJson(measure, machine));
    });
    json.set("machine", machineJson(machine));
    console.result(json);
}

}  // namespace

Command benchCommand() {
    return {"bench",
            "[options]",
            "Measure the speed on this machine.",
            "Each measure stands beside the plain LibTorch form of the same work, timed in turn in the same run, and "
            "beside\n"
            "the time that the arithmetic needs at least on this processor. Only ratios can be compared between runs.",
            {{"only", "LIST", "Names of measures, with commas between; all if not given."},
             {"repeats", "N", "How often each is timed; the median counts (default 7)."},
             {"model", "TEXT", "Model of the full sample: installed name or path; the default model if not given."}},
            run};
}

}  // namespace drdm
