#pragma once

#include "ui/Windowing.h"
#include "ui/sheet/SheetPlan.h"

#include <QDialog>

#include <map>
#include <optional>
#include <utility>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;

namespace drdm {

class BackgroundTask;
class SheetView;

/// "X/Y sheet": chooses two settings and their values, and shows the picture that each pair makes.
class SheetWindow : public QDialog {
    Q_OBJECT

public:
    SheetWindow(SampleOrder base, Image image, DisplayWindow window, QWidget* parent = nullptr);

    [[nodiscard]] bool complete() const { return m_done > 0 && m_done == m_plan.columns() * m_plan.rows(); }

Q_SIGNALS:
    void begun(QString title, BackgroundTask* task);  ///< for the list of jobs
    void orderWanted(const SampleOrder& order);       ///< "make this one, with all its steps"
    void pictureWanted(const QImage& sheet);          ///< with how each of its pictures was made (tasks/FileNotes.h)

private:
    struct AxisEditor {
        QComboBox* parameter;
        QLineEdit* values;
    };
    AxisEditor makeAxis(const QString& name, const std::string& parameter, const QString& values);
    [[nodiscard]] SheetAxis axis(const AxisEditor& editor) const;
    void start();
    void takeCell(int column, int row, const QImage& picture, const QString& text, const std::optional<Json>& made);
    [[nodiscard]] QImage noted() const;
    void setRunning(bool running);

    SampleOrder m_base;
    Image m_image;
    DisplayWindow m_window;
    SheetPlan m_plan;
    int m_done = 0;
    std::map<std::pair<int, int>, Json> m_made;  ///< by row and column
    AxisEditor m_x, m_y;
    SheetView* m_sheet;
    QLabel* m_message;
    QProgressBar* m_bar;
    QPushButton *m_start, *m_cancel, *m_save;
    BackgroundTask* m_task = nullptr;
};

}  // namespace drdm
