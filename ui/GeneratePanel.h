#pragma once

#include "diffusion/Devices.h"
#include "parameters/Parameter.h"

#include <QFrame>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace drdm {

class ParameterForm;

/// The form made from samplingParameters(), and the button that starts it; while it runs: progress, Cancel, Stop and
/// keep.
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
    void setVolume(bool severalSlices);  ///< offers "all slices"
    void stepSeed(int by);
    void randomSeed();

Q_SIGNALS:
    void generateWanted();
    void cancelWanted();
    void keepWanted();

private:
    ParameterForm* m_form;
    QDoubleSpinBox* m_seed;
    QComboBox *m_model, *m_device, *m_slices;
    QWidget* m_running;
    QPushButton *m_generate, *m_cancel, *m_keep;
    QProgressBar* m_bar;
    QLabel* m_progressText;
};

}  // namespace drdm
