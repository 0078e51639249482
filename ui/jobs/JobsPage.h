#pragma once

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QToolButton;
class QTreeView;

namespace drdm {

class JobQueue;

/// The queue as a page: what runs, waits, is done or failed, and the buttons for it.
class JobsPage : public QWidget {
    Q_OBJECT

public:
    explicit JobsPage(JobQueue* queue, QWidget* parent = nullptr);

    void select(int number);

private:
    [[nodiscard]] int chosen() const;
    void update();

    JobQueue* m_queue;
    QTreeView* m_table;
    QLabel *m_empty, *m_summary, *m_detailTitle;
    QPlainTextEdit* m_details;
    QToolButton *m_pause, *m_resume, *m_keep, *m_cancel, *m_retry, *m_up, *m_down, *m_remove, *m_clear, *m_copy;
};

}  // namespace drdm
