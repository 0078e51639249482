#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <vector>

class QTimer;

namespace drdm {

class StallMeter;
class StudioWindow;

/// Does what a user does, one flow after the other, and measures each: how long it took and how long the GUI thread was
/// busy at a stretch. Prints JSON with one entry per flow and the peak of the memory in use.
class FlowMeter : public QObject {
    Q_OBJECT

public:
    /// Opens `paths`, or the sample study if there are none.
    FlowMeter(StudioWindow* window, QStringList paths, QObject* parent = nullptr);
    void start();

Q_SIGNALS:
    void done(int exitCode);

private:
    struct Flow {
        const char* name;
        std::function<void()> begin;
        std::function<bool()> over;
    };
    void next();
    void finish();

    StudioWindow* m_window;
    QStringList m_paths;
    StallMeter* m_stalls;
    QTimer* m_poll;
    QElapsedTimer m_clock;
    std::vector<Flow> m_flows;
    std::size_t m_at = 0;
    int m_opened = 0, m_step = -1;
    QString m_report;
};

}  // namespace drdm
