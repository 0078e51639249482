#pragma once

#include "tasks/Augment.h"

#include <QDialog>
#include <QPointer>

#include <array>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace drdm {

class BackgroundTask;
class ParameterForm;

/// Asks for copies of a data set: which, how, where to; shows nine of them before the work, and hands over the plan.
class AugmentDialog : public QDialog {
    Q_OBJECT

public:
    static constexpr int shownCopies = 9;

    explicit AugmentDialog(QWidget* parent = nullptr);
    ~AugmentDialog() override;

    void setData(const QString& path);
    void setFolder(const QString& folder);
    [[nodiscard]] ParameterForm* form() const { return m_form; }
    /// As it stands in the fields. \throws Error
    [[nodiscard]] AugmentPlan plan() const;

    void preview();  ///< makes nine copies beside the window and shows them
    void start();

Q_SIGNALS:
    void wanted(const AugmentPlan& plan);  ///< the work is to begin; the dialog closes
    void previewed(int count);

private:
    QWidget* pathRow(QLineEdit* line, const QString& name, const QString& title, bool tables);
    QWidget* previewArea();
    void say(const QString& text, bool error = false);
    void forget();  ///< a preview that is under way, or of other settings

    QLineEdit *m_data, *m_labels, *m_folder;
    QCheckBox* m_unlabelled;
    ParameterForm* m_form;
    QLabel* m_text;
    QPushButton *m_preview, *m_start;
    std::array<QLabel*, shownCopies> m_pictures{};
    QPointer<BackgroundTask> m_task;
};

}  // namespace drdm
