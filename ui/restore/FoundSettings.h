#pragma once

#include "jobs/JobContext.h"
#include "tasks/RecordedSettings.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace drdm {

/// What restoring the settings of a file would do, found out before anything is changed.
struct FoundSettings {
    struct Choice {
        QString title;              ///< "All 3 variations, seeds 7–9", "2 · seed 8 · strength 64"
        RecordedSettings settings;  ///< no values: a model alone
        RecordedModel model;
        std::optional<bool> sameImage;  ///< whether the open image is the one that was varied; nothing: none is open
        QString imagePath;  ///< where that image lies, where it is not the open one and was found; else empty

        /// What is set: names of samplingParameters() and their texts; of the schedule, its name.
        [[nodiscard]] std::vector<std::pair<std::string, QString>> planned() const;
    };
    QString path, kind, version;
    std::vector<Choice> choices;  ///< never empty
    QStringList leftOut;          ///< variations whose settings this version does not accept, and why
};

/// `open`: the open image, may be empty. `recent`: what was opened lately, to find the image among. Reads and hashes:
/// for a worker. \throws Error: the file holds no settings; Cancelled
FoundSettings findSettings(const QString& path, const Image& open, const QStringList& recent,
                           const JobContext& context = {});

/// Whether an opened series is one that the program made with settings (headers alone).
bool holdsSettings(const std::string& path);

}  // namespace drdm
