#pragma once

#include <QWidget>

class QListView;
class QPlainTextEdit;
class QPushButton;

namespace drdm {

class MessageModel;

/// Every message as a list, with the details of the chosen one to read and to copy.
class MessagePanel : public QWidget {
    Q_OBJECT

public:
    explicit MessagePanel(MessageModel* model, QWidget* parent = nullptr);

    void showNewest();

Q_SIGNALS:
    void closeWanted();

private:
    void showChosen();

    MessageModel* m_model;
    QListView* m_list;
    QPlainTextEdit* m_details;
    QPushButton *m_copy, *m_clear;
};

}  // namespace drdm
