#pragma once

#include <QObject>
#include <QStringList>

#include <optional>

namespace drdm {

class StallMeter;
class StudioWindow;

/// What `drdm-studio` is asked to do by itself (for pictures, tests and the measurement of stalls).
struct Script {
    QStringList paths;
    bool sample = false;  ///< open the sample study
    bool generate = false;
    QStringList parameters;  ///< "name=value" for the Generate panel
    std::optional<int> slice, phase, step;
    QStringList overlays;        ///< jacobian, displacement, grid, arrows, labels
    QString compare;             ///< blend, checkerboard, curtain, flicker, difference; empty: side by side
    QString screenshot;          ///< file; the program quits after it is written
    bool measureStalls = false;  ///< of the GUI thread while sampling runs; printed as JSON, then the program quits
};

/// Carries a script out on a window, one stage after the other, each when the window has settled.
class ScriptedRun : public QObject {
    Q_OBJECT

public:
    ScriptedRun(StudioWindow* window, Script script, QObject* parent = nullptr);
    void start();

Q_SIGNALS:
    void done(int exitCode);

private:
    void opened();
    void sampled();
    void whenSettled(void (ScriptedRun::*next)());
    void finish();
    void fail(const QString& message);

    StudioWindow* m_window;
    Script m_script;
    StallMeter* m_stalls;
    bool m_failed = false;
};

}  // namespace drdm
