#include "ui/restore/FoundSettings.h"

#include "errors/Error.h"
#include "io/Series.h"
#include "parameters/Sha256.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <map>

namespace drdm {

namespace {

using Choice = FoundSettings::Choice;

QString tr(const char* text) {
    return QCoreApplication::translate("FoundSettings", text);
}

QString ofText(const std::string& text) {
    return QString::fromStdString(text);
}

std::string textIn(const Json& object, const char* key) {
    const Json* found = object.isObject() ? object.find(key) : nullptr;
    return found && found->isString() ? found->string() : std::string();
}

QString titleOf(const Provenance::Record& record, const RecordedSettings& settings) {
    QString title = tr("%1 · seed %2 · strength %3")
                        .arg(record.number)
                        .arg(ofText(settings.text("seed")), ofText(settings.text("level")));
    if (!record.remark.empty()) {
        title += QStringLiteral(" · ") + ofText(record.remark);
    }
    return title + (record.starred ? QStringLiteral(" ★") : QString());
}

/// A file or folder that holds the image of a record.
bool holdsImage(const QString& path, const Json& source, const JobContext& context) {
    const QFileInfo info(path);
    const std::string uid = textIn(source, "series_instance_uid"), hash = textIn(source, "sha256");
    try {
        if (info.isFile() && !hash.empty() && sha256OfFile(path.toStdString()) == hash) {
            return true;
        }
        if (uid.empty() || !info.exists() || path.endsWith(".nii") || path.endsWith(".nii.gz")) {
            return false;
        }
        const ScanResult found = scan({path.toStdString()}, context);
        return std::ranges::any_of(found.series, [&](const SeriesInfo& series) { return series.uid == uid; });
    } catch (const Error&) {
        return false;
    }
}

QString placeOf(const Json& source, const QStringList& recent, const JobContext& context) {
    const QString recorded = ofText(textIn(source, "path"));
    if (!recorded.isEmpty() && QFileInfo::exists(recorded)) {
        return recorded;
    }
    for (const QString& path : recent) {
        context.throwIfCancelled();
        if (!path.endsWith(".drdm") && holdsImage(path, source, context)) {
            return path;
        }
    }
    return {};
}

/// What the records share is looked for once.
class Finder {
public:
    Finder(const Image& open, const QStringList& recent, const JobContext& context)
        : m_open(open), m_recent(recent), m_context(context) {}

    Choice choice(const QString& title, const RecordedSettings& settings) {
        m_context.throwIfCancelled();
        Choice choice{title, settings, {}, {}, {}};
        const std::string model = settings.modelName + '\n' + settings.modelSha256;
        if (!m_models.contains(model)) {
            m_models[model] = findRecordedModel(settings);
        }
        choice.model = m_models[model];
        const std::string image = settings.source.dump() + settings.text("slice");
        if (!m_images.contains(image)) {
            Place& place = m_images[image];
            if (!m_open.empty()) {
                place.same = isRecordedImage(settings, m_open).value_or(false);
            }
            if (!place.same.value_or(false) && settings.source.isObject()) {
                place.path = placeOf(settings.source, m_recent, m_context);
            }
        }
        choice.sameImage = m_images[image].same;
        choice.imagePath = m_images[image].path;
        return choice;
    }

private:
    struct Place {
        std::optional<bool> same;
        QString path;
    };
    const Image& m_open;
    const QStringList& m_recent;
    const JobContext& m_context;
    std::map<std::string, RecordedModel> m_models;
    std::map<std::string, Place> m_images;
};

Choice modelAlone(const Provenance& provenance) {
    const Json& model = provenance.records.front().json.at("model");
    Choice choice;
    choice.settings.modelName = textIn(model, "name");
    choice.settings.modelSha256 = textIn(model, "sha256");
    choice.title = ofText(choice.settings.modelName);
    choice.model = findRecordedModel(choice.settings);
    if (choice.model.state != RecordedModel::State::Same) {
        choice.model = {RecordedModel::State::Same, provenance.path, provenance.path};  // the file itself
    }
    return choice;
}

}  // namespace

std::vector<std::pair<std::string, QString>> FoundSettings::Choice::planned() const {
    std::vector<std::pair<std::string, QString>> all;
    if (!model.name.empty()) {
        all.emplace_back("model", ofText(model.name));
    }
    if (settings.values.empty()) {
        return all;
    }
    for (const auto& [name, text] : settings.values) {
        all.emplace_back(name, ofText(text));
    }
    if (settings.text("count").empty()) {
        all.emplace_back("count", "1");
    }
    all.emplace_back("schedule", settings.schedule ? ofText(settings.schedule->name) : QString());
    // A field or a mask that it was not made with would make another variation of it.
    if (settings.initialFieldSha256.empty()) {
        all.emplace_back("initial-field", QString());
    }
    if (settings.lockMaskSha256.empty()) {
        all.emplace_back("lock-mask", QString());
    }
    return all;
}

FoundSettings findSettings(const QString& path, const Image& open, const QStringList& recent,
                           const JobContext& context) {
    const Provenance provenance = readProvenance(path.toStdString());
    FoundSettings found;
    found.path = path;
    found.kind = ofText(name(provenance.kind));
    found.version = ofText(textIn(provenance.records.front().json, "version"));
    if (provenance.kind == Provenance::Kind::Model) {
        found.choices.push_back(modelAlone(provenance));
        return found;
    }
    Finder finder(open, recent, context);
    std::vector<Choice> single;
    std::string refused;
    for (const Provenance::Record& record : provenance.records) {
        try {
            const RecordedSettings settings = recordedSettings(record);
            single.push_back(finder.choice(titleOf(record, settings), settings));
        } catch (const Error& error) {
            found.leftOut << tr("%1: %2").arg(record.number).arg(QString::fromUtf8(error.what()));
            refused = error.what();
        }
    }
    if (single.empty()) {
        throw Error(path.toStdString() + ": " + refused);
    }
    if (single.size() > 1 && found.leftOut.isEmpty()) {
        try {
            const RecordedSettings all = recordedSettings(provenance, std::nullopt);
            const qulonglong first = ofText(all.text("seed")).toULongLong();
            found.choices.push_back(finder.choice(tr("All %1 · seeds %2–%3 · strength %4")
                                                      .arg(single.size())
                                                      .arg(first)
                                                      .arg(first + single.size() - 1)
                                                      .arg(ofText(all.text("level"))),
                                                  all));
        } catch (const Error&) {
            // They differ in more than their seeds: one of them it must be.
        }
    }
    found.choices.insert(found.choices.end(), single.begin(), single.end());
    return found;
}

bool holdsSettings(const std::string& path) {
    try {
        const auto provenance = findProvenance(path);
        return provenance && !recordedSettings(provenance->records.front()).values.empty();
    } catch (const Error&) {
        return false;  // not worth a word while an image is opened
    }
}

}  // namespace drdm
