#pragma once

#include "diffusion/Devices.h"
#include "imaging/Geometry.h"
#include "parameters/Parameter.h"

#include <QFrame>

#include <set>

class QAction;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace drdm {

class ParameterForm;
class SampleForecast;

/// The form made from samplingParameters(), and the button that starts it; while it runs: progress, Cancel, Stop and
/// keep. Its simple face asks how many, how strong and from which seed; a switch, remembered, shows all the rest.
class GeneratePanel : public QFrame {
    Q_OBJECT

public:
    explicit GeneratePanel(QWidget* parent = nullptr);

    [[nodiscard]] ParameterValues values() const;  ///< \throws Error
    [[nodiscard]] bool allSlices() const;
    void setText(const std::string& name, const QString& text);
    [[nodiscard]] ParameterForm* form() const { return m_form; }

    void setReady(bool ready, const QString& why = {});  ///< whether there is an image to deform
    void setRunning(bool running);
    void setDevices(const std::vector<ComputeDevice>& devices);  ///< to choose from, besides "automatic"
    void offerModels();                                          ///< reads anew what is installed; the choice stays
    void setProgress(double fraction, const QString& text);
    /// The image that is open: decides whether "all slices" is offered, and what is forecast.
    void setImage(const Geometry& grid, std::int64_t phases, const QString& modality);
    void stepSeed(int by);
    void randomSeed();
    /// The next seed that none of these variations has, after the ones that the settings ask for now.
    void takeNextSeed(const std::set<std::uint64_t>& made);
    [[nodiscard]] bool seedLocked() const;
    void setSeedLocked(bool locked);  ///< without a signal
    /// Buttons of the row that says what stays unchanged.
    void setLockActions(const QList<QAction*>& actions);
    void setLockText(const QString& text);  ///< what stays unchanged; "" = nothing
    /// How many times the random deformation's mean shift the variations of this image have; 1: not known yet.
    void setGrowth(double ofRandom);
    /// Memory was taken or given back: the forecast looks anew.
    void memoryChanged();

    /// "subtle" … "very strong".
    static QString strengthWord(int level);
    /// "needs about 0.4 GB, 19 GB free", or what to do where that is too little. Bytes.
    static QString memoryText(std::uint64_t needed, std::uint64_t free, const QString& where);

Q_SIGNALS:
    void generateWanted();
    void cancelWanted();
    void keepWanted();
    void seedLockToggled(bool locked);  ///< by the user

private:
    QWidget* makeSeedRow();
    void makeModelChoice();
    void askForecast(bool anew = false);
    void describe();

    ParameterForm* m_form;
    SampleForecast* m_forecast;
    QDoubleSpinBox* m_seed;
    QToolButton* m_seedLock;
    QComboBox *m_model, *m_device, *m_slices;
    QWidget *m_lockRow, *m_running;
    QString m_lockFile;
    QPushButton *m_expert, *m_generate, *m_cancel, *m_keep;
    QLabel* m_better;  ///< which model would fit better, with a link to take it
    QProgressBar* m_bar;
    QLabel* m_progressText;
    Geometry m_grid;
    QString m_modality;
    std::int64_t m_phases = 0;  ///< 0: no image
    double m_growth = 1;
};

}  // namespace drdm
