#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

namespace drdm {

/// The program's log: Qt's messages and our own lines in a file that is started anew at 1 MB (four old ones are kept).
/// It names no patient and no path: what looks like one is replaced before it is written. Safe from every thread.
class Log : public QObject {
    Q_OBJECT

public:
    enum class Level { Debug, Info, Warning, Error };

    static Log& instance();

    /// Opens `folder`/drdm-studio.log ("" = the user's data folder + "/log") and takes over Qt's messages. Without a
    /// folder that can be written the program goes on without a log. Calling it again changes the folder.
    static void start(const QString& folder = {});
    static void write(Level level, const QString& text);

    [[nodiscard]] static QString folder();
    [[nodiscard]] static QString file();
    /// The log's files, the newest first.
    [[nodiscard]] static QStringList files();
    /// `text` with ‹path› in the place of paths.
    [[nodiscard]] static QString withoutPaths(const QString& text);

Q_SIGNALS:
    void written(const QString& line);  ///< from the thread that wrote
};

}  // namespace drdm
