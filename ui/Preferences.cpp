#include "ui/Preferences.h"

#include <QDir>
#include <QDirIterator>
#include <QSettings>
#include <QStandardPaths>

#include <algorithm>

namespace drdm {

namespace {

/// One walk over all settings, for both directions.
template <typename P, typename Visitor>
void visit(P& p, Visitor&& each) {
    each("view/textSize", p.textSize);
    each("view/layout", p.layout);
    each("view/smooth", p.smooth);
    each("compute/device", p.device);
    each("compute/threads", p.threads);
    each("dicom/seriesLabel", p.seriesLabel);
    each("dicom/seriesNumber", p.seriesNumber);
    each("export/dicom", p.exportDicom);
    each("export/nifti", p.exportNifti);
    each("export/png", p.exportPng);
    each("export/picturesWithoutSource", p.picturesWithoutSource);
    each("paths/models", p.modelFolder);
    each("exportFolder", p.exportFolder);
}

constexpr const char* themeKey = "view/theme";
const QStringList themeNames{"dark", "light", "system"};

}  // namespace

Preferences Preferences::load() {
    const QSettings settings;
    Preferences p;
    visit(p, [&settings](const char* key, auto& value) {
        using T = std::decay_t<decltype(value)>;
        value = settings.value(key, QVariant::fromValue(value)).template value<T>();
    });
    p.theme = static_cast<ThemeChoice>(std::max<qsizetype>(0, themeNames.indexOf(settings.value(themeKey).toString())));
    p.textSize = std::clamp(p.textSize, 80, 160);
    p.threads = std::max(0, p.threads);
    return p;
}

void Preferences::save() const {
    QSettings settings;
    const Preferences standard;
    QStringList same;
    visit(standard, [&same](const char* /*key*/, const auto& value) { same << QVariant::fromValue(value).toString(); });
    qsizetype at = 0;
    visit(*this, [&](const char* key, const auto& value) {
        const QVariant now = QVariant::fromValue(value);
        if (now.toString() == same[at++]) {
            settings.remove(key);  // a better standard of a later version is taken
        } else {
            settings.setValue(key, now);
        }
    });
    settings.setValue(themeKey, themeNames[static_cast<int>(theme)]);
}

bool Preferences::isHarmless(const QString& key) {
    static const QStringList groups{"view/", "compute/", "dicom/seriesNumber", "export/", "shortcuts/"};
    return std::ranges::any_of(groups, [&key](const QString& group) { return key.startsWith(group); });
}

QString Preferences::cacheFolder() {
    return QStandardPaths::writableLocation(QStandardPaths::CacheLocation);
}

qint64 Preferences::cacheSize() {
    qint64 bytes = 0;
    QDirIterator files(cacheFolder(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        files.next();
        bytes += files.fileInfo().size();
    }
    return bytes;
}

}  // namespace drdm
