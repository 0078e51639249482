#pragma once

#include "tasks/TrainingPlan.h"
#include "ui/training/TrainingPresets.h"

#include <QFrame>

class QComboBox;
class QLabel;
class QLineEdit;

namespace drdm {

class ParameterForm;

/// Where training begins (presets), its parameters from the registry, the device, and the folder of the run.
class TrainingSettingsPanel : public QFrame {
    Q_OBJECT

public:
    explicit TrainingSettingsPanel(QWidget* parent = nullptr);

    [[nodiscard]] int dims() const;
    [[nodiscard]] QString modality() const;
    [[nodiscard]] QString folder() const;
    [[nodiscard]] double gridSide() const;
    void into(TrainingPlan& plan) const;  ///< \throws Error naming parameter, text and what is accepted
    void show(const TrainingPlan& plan);
    void setText(const std::string& name, const QString& text);  ///< of a parameter, if there is one of that name
    void setFolder(const QString& folder);
    void suggestFolder();  ///< a new one below the documents, named after the model
    void choosePreset(int index);
    /// Resumable: what a run that goes on may have otherwise than before.
    enum class Editable { None, Resumable, All };
    void setEditable(Editable what);
    void setFoot(QWidget* foot);  ///< below the form: the buttons

Q_SIGNALS:
    void needsChanged(int dims, const QString& modality);
    void edited();
    void failed(const QString& title, const QString& text);

private:
    void makeForm();
    QWidget* makeTop();
    void fillPresets();
    void watchEdits();
    void browseModel();

    ParameterForm* m_form = nullptr;
    QComboBox *m_preset, *m_dims, *m_modality, *m_device, *m_start;
    QLineEdit *m_name, *m_folder;
    QWidget *m_top = nullptr, *m_foot = nullptr;
    std::vector<TrainingPreset> m_presets;
    bool m_applying = false;
    bool m_ownFolder = false;  ///< the user has chosen it
};

}  // namespace drdm
