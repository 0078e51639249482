#include "Like.h"

#include "parameters/NumberFromText.h"
#include "parameters/Sha256.h"
#include "tasks/Sample.h"

#include <span>

namespace drdm {
namespace {

std::optional<int> variationNumber(const Arguments& arguments) {
    if (!arguments.has("variation")) {
        return {};
    }
    const std::string text = arguments.text("variation");
    const auto number = numberFromText<int>(text);
    if (!number) {
        throw UsageError("option --variation: \"" + text + "\" is not accepted; give a number, see \"drdm info\"");
    }
    return number;
}

void chooseModel(const RecordedSettings& settings, ParameterValues& values, const Arguments& arguments,
                 const std::string& file, Console& console) {
    if (arguments.has("model")) {
        if (sha256OfFile(resolveModel(arguments.text("model"))) != settings.modelSha256) {
            console.say("warning: " + file + " was made with another model (" + settings.modelName + ", SHA-256 " +
                        settings.modelSha256 + "); the variation will be another one");
        }
        return;
    }
    const RecordedModel found = findRecordedModel(settings);
    switch (found.state) {
        case RecordedModel::State::Same:
            values.set("model", found.file);
            break;
        case RecordedModel::State::Other:
            console.say("warning: the installed model " + found.name + " (" + found.file + ") is not the one that " +
                        file + " was made with (SHA-256 " + settings.modelSha256 +
                        "); the variation will be another one");
            values.set("model", found.file);
            break;
        case RecordedModel::State::Missing:
            throw Error("the model that " + file + " was made with is not installed: " + settings.modelName +
                        " (SHA-256 " + settings.modelSha256 + "); give it, or another, by --model FILE");
    }
}

template <typename Number>
std::string hashOf(std::span<const Number> numbers) {
    Sha256 sum;
    sum.add(numbers.data(), numbers.size_bytes());
    return sum.digest();
}

}  // namespace

std::vector<Option> Like::options() {
    return {
        {"like", "FILE",
         "Take the settings of a file that this program wrote (image, field, report.json, project, picture, film): "
         "the same variation again, on the same image. Options given beside it come first."},
        {"variation", "N", "Which variation of the file of --like, where it holds several (see \"drdm info\")."},
        {"no-allow-folds", "", "Keep the guard against folds on, although the file of --like did not.", switchOnly}};
}

Like Like::into(ParameterValues& values, const Arguments& arguments, Console& console) {
    Like like;
    if (arguments.has("like")) {
        like.m_file = arguments.text("like");
        const Provenance provenance = readProvenance(like.m_file);
        const auto number = variationNumber(arguments);
        like.m_settings = recordedSettings(provenance, number, arguments.has("seed"));
        for (const auto& [name, text] : like.m_settings->values) {
            values.setFromText(name, text);
        }
        chooseModel(*like.m_settings, values, arguments, like.m_file, console);
        console.say("settings of " + provenance.path + " (" + name(provenance.kind) + "): level " +
                    like.m_settings->text("level") + ", seed " + like.m_settings->text("seed") + ", model " +
                    like.m_settings->modelName);
    } else if (arguments.has("variation") || arguments.has("no-allow-folds")) {
        throw UsageError(std::string("option --") + (arguments.has("variation") ? "variation" : "no-allow-folds") +
                         " goes with --like FILE");
    }
    arguments.into(values);
    return like;
}

void Like::complete(SampleRequest& request, const Arguments& arguments, Console& console) const {
    if (!m_settings) {
        return;
    }
    const bool otherProcess = arguments.has("process") && arguments.text("process") != m_settings->text("process");
    if (m_settings->schedule && !arguments.has("schedule") && !otherProcess) {
        request.settings.schedule = m_settings->schedule;
    }
    const auto warn = [this, &console](const std::string& what) {
        console.say("warning: " + what + " is not the one that " + m_file +
                    " was made with; the variation will be another one");
    };
    if (isRecordedImage(*m_settings, request.image) == std::optional(false)) {
        warn("the image");
    }
    const std::string field = request.initialField ? hashOf(request.initialField->values_vox()) : std::string();
    if (field != m_settings->initialFieldSha256) {
        warn(field.empty() ? "the random field (--initial-field was given then)" : "the initial field");
    }
    const std::string mask = request.lockMask ? hashOf(request.lockMask->labels()) : std::string();
    if (mask != m_settings->lockMaskSha256) {
        warn(mask.empty() ? "the region that moves (--lock-mask was given then)" : "the lock mask");
    }
}

}  // namespace drdm
