#pragma once

#include "tasks/ExperimentPlan.h"

#include <QFrame>
#include <QPointer>

#include <map>
#include <vector>

class QComboBox;
class QGridLayout;
class QLineEdit;
class QSpinBox;
class QToolButton;

namespace drdm {

class BackgroundTask;
class ParameterForm;

/// What an experiment is to be: kind, data, split, methods, numbers; the form of the copies stands below.
class ExperimentSettings : public QFrame {
    Q_OBJECT

public:
    explicit ExperimentSettings(QWidget* parent = nullptr);
    ~ExperimentSettings() override;

    /// As it stands in the fields. \throws Error saying which is not accepted
    [[nodiscard]] ExperimentPlan plan() const;
    void show(const ExperimentPlan& plan);
    using QFrame::show;
    void setFoot(QWidget* foot);  ///< below the form, always in sight

    /// Lists the data set beside the window and writes a split of it by subjects beside the output folder.
    void makeFolds();

Q_SIGNALS:
    void failed(const QString& title, const QString& text);
    void foldsMade(const QString& file);

private:
    QWidget* makeTop();
    QLineEdit* addPath(QGridLayout* grid, const QString& text, const QString& name, const QString& tip,
                       const QString& filter);
    void takeKind();
    void setMethods(const std::vector<std::string>& chosen);
    [[nodiscard]] std::string kind() const;

    QComboBox* m_kind;
    QLineEdit *m_data = nullptr, *m_labels = nullptr, *m_split = nullptr, *m_pairs = nullptr, *m_folder = nullptr;
    QLineEdit *m_subjects, *m_seeds, *m_steps, *m_batch, *m_side, *m_width, *m_depth;
    QLineEdit *m_rate, *m_mixing, *m_tuning, *m_smoothness;
    QComboBox* m_reference;
    QSpinBox* m_folds;
    QToolButton* m_makeFolds;
    QWidget* m_methods;
    std::map<std::string, std::vector<QWidget*>> m_ofKind;  ///< what only one kind of experiment has
    ParameterForm* m_form;
    QPointer<BackgroundTask> m_listing;
    ExperimentPlan m_shown;  ///< what of it has no field is kept
};

}  // namespace drdm
