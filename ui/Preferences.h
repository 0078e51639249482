#pragma once

#include "ui/Theme.h"

#include <QString>

namespace drdm {

/// What the user has chosen for good. A value: loaded from and saved to the settings.
struct Preferences {
    // Display
    ThemeChoice theme = ThemeChoice::Dark;
    int textSize = 100;                             ///< percent
    QString layout = QStringLiteral("layoutBoth");  ///< object name of the layout's action
    bool smooth = true;                             ///< between voxels
    // Computing
    QString device = QStringLiteral("auto");
    int threads = 0;  ///< 0 = all cores
    // Export
    QString seriesLabel = QStringLiteral("DRDM");
    int seriesNumber = 9000;
    bool exportDicom = true, exportNifti = true, exportPng = false;
    bool picturesWithoutSource = false;  ///< pictures and films do not say what image they show
    // Paths
    QString modelFolder;   ///< besides those that are always looked into; may be empty
    QString exportFolder;  ///< empty: "drdm-export" among the user's documents

    bool operator==(const Preferences& other) const = default;

    static Preferences load();
    void save() const;

    /// Whether a setting of this name holds a choice only: no path, nothing of a patient.
    [[nodiscard]] static bool isHarmless(const QString& key);
    /// Where things go that can be made again, and how much that is (bytes; reads the disk).
    [[nodiscard]] static QString cacheFolder();
    [[nodiscard]] static qint64 cacheSize();
};

}  // namespace drdm
