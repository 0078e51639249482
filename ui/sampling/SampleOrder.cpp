#include "ui/sampling/SampleOrder.h"

#include "tasks/Evaluate.h"
#include "ui/sampling/LockEditor.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace drdm {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("SampleOrder", text);
}

}  // namespace

ParameterValues SampleOrder::parameters() const {
    ParameterValues result(samplingParameters());
    for (auto it = values.begin(); it != values.end(); ++it) {
        const std::string name = it.key().toStdString();
        // Of another version's parameters, those that are gone cannot be followed.
        if (samplingParameters().contains(name)) {
            result.setFromText(name, it.value().toStdString());
        }
    }
    return result;
}

SampleRequest SampleOrder::request() const {
    const ParameterValues chosen = parameters();
    SampleRequest request;
    request.settings = sampleSettings(chosen);
    request.settings.slice = slice;
    request.settings.phase = phase;
    request.count = static_cast<int>(chosen.integer("count"));
    request.allSlices = allSlices;
    return request;
}

SampleRequest SampleOrder::request(const Image& image) const {
    const ParameterValues chosen = parameters();
    SampleRequest full = request();
    full.image = image;
    if (const std::string& file = chosen.text("initial-field"); !file.empty()) {
        full.initialField = readField(file);
    }
    LabelMap mask;
    if (const std::string& file = chosen.text("lock-mask"); !file.empty()) {
        mask = LockEditor::readMask(file, image.geometry());
    }
    if (const LockRegion region = LockRegion::fromText(lockRegion); !region.empty()) {
        mask = together(mask, region.labels(image.geometry()));
    }
    if (!mask.empty()) {
        full.lockMask = mask;
    }
    return full;
}

QString SampleOrder::title() const {
    const ParameterValues chosen = parameters();
    const long long count = chosen.integer("count");
    const long long seed = chosen.integer("seed");
    const QString where = allSlices ? tr("all slices") : tr("slice %1").arg(slice);
    return count == 1 ? tr("Variation of %1, strength %2, seed %3").arg(where).arg(chosen.integer("level")).arg(seed)
                      : tr("%1 variations of %2, strength %3, seeds %4–%5")
                            .arg(count)
                            .arg(where)
                            .arg(chosen.integer("level"))
                            .arg(seed)
                            .arg(seed + count - 1);
}

QJsonObject SampleOrder::toJson() const {
    QJsonObject texts;
    for (auto it = values.begin(); it != values.end(); ++it) {
        texts[it.key()] = it.value();
    }
    return {{"series", series},
            {"files", QJsonArray::fromStringList(files)},
            {"values", texts},
            {"slice", static_cast<qint64>(slice)},
            {"phase", static_cast<qint64>(phase)},
            {"all-slices", allSlices},
            {"lock-region", lockRegion}};
}

SampleOrder SampleOrder::fromJson(const QJsonObject& json) {
    SampleOrder order;
    order.series = json["series"].toString();
    for (const QJsonValue& file : json["files"].toArray()) {
        order.files << file.toString();
    }
    const QJsonObject texts = json["values"].toObject();
    for (auto it = texts.begin(); it != texts.end(); ++it) {
        order.values[it.key()] = it->toString();
    }
    order.slice = json["slice"].toInteger();
    order.phase = json["phase"].toInteger();
    order.allSlices = json["all-slices"].toBool();
    order.lockRegion = json["lock-region"].toString();
    return order;
}

SampleOrder SampleOrder::of(const ParameterValues& given) {
    SampleOrder order;
    for (const Parameter& parameter : given.set().all()) {
        order.values[QString::fromStdString(parameter.name)] = QString::fromStdString(given.asText(parameter.name));
    }
    return order;
}

}  // namespace drdm
