#pragma once

#include "io/Series.h"

#include <QFrame>
#include <QPointer>

class QFileSystemWatcher;
class QLabel;
class QTimer;
class QTreeView;

namespace drdm {

class BackgroundTask;
class StudyDelegate;
class StudyModel;

/// What scans have found, as patients → studies → series with small pictures and warnings. A click selects, double
/// click or Enter opens. Series whose files vanish from the disk stay, marked.
class StudyBrowser : public QFrame {
    Q_OBJECT

public:
    explicit StudyBrowser(QWidget* parent = nullptr);
    ~StudyBrowser() override;

    void show(const ScanResult& result);  ///< adds what is not there yet
    void clear();
    void select(int index);  ///< as if the user had opened it
    void mark(int index);    ///< shows which one is open; no signal
    [[nodiscard]] const std::vector<SeriesInfo>& series() const;
    [[nodiscard]] int numberOf(const SeriesInfo& series) const;  ///< its place in series(); −1 = not there
    /// Pictures are still being made.
    [[nodiscard]] bool busy() const;
    [[nodiscard]] StudyModel* model() const { return m_model; }

Q_SIGNALS:
    void chosen(int index);  ///< to be opened: a place in series()

private:
    void nextPicture();
    void watchFolders();
    void lookForFiles();
    void showMenu(const QPoint& place);
    void showSkipped(const ScanResult& result);

    StudyModel* m_model;
    QTreeView* m_view;
    StudyDelegate* m_delegate;
    QLabel *m_count, *m_skipped;
    QFileSystemWatcher* m_watcher;
    QTimer* m_lookSoon;
    SeriesInfo m_openSeries;
    std::vector<SeriesInfo> m_withoutPicture;  ///< still to be made, the first one first
    QPointer<BackgroundTask> m_picture, m_look;
};

}  // namespace drdm
