#pragma once

#include "network/DicomServer.h"

#include <QPointer>
#include <QWidget>

#include <optional>
#include <vector>

class QCheckBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QSpinBox;
class QTimer;
class QToolButton;

namespace drdm {

class BackgroundTask;

/// The list of DICOM servers that window and command line share (network/ServerList.h), with a test of each. Every
/// change that makes sense is stored; while an entry makes none, what was stored of it stays.
class ServerPage : public QWidget {
    Q_OBJECT

public:
    explicit ServerPage(QWidget* parent = nullptr);
    ~ServerPage() override;

Q_SIGNALS:
    void changed();  ///< the stored list
    void tested(bool answered);

private:
    struct Entry {
        DicomServer shown;
        std::optional<DicomServer> stored;
    };

    void buildForm();
    QLineEdit* addLine(const QString& label, const QString& name, const QString& tip, std::string DicomServer::*member);
    QSpinBox* addNumber(const QString& label, const QString& name, const QString& tip, int least, int most,
                        int DicomServer::*member);
    void addRow(const QString& label, QWidget* editor, const QString& name, const QString& tip);
    void load();
    void add();
    void remove();
    void showEntry();
    void edited();  ///< what the form says is looked at now, and stored in a moment
    void store();
    void test();
    void say(const QString& text, bool problem);
    [[nodiscard]] int current() const;

    std::vector<Entry> m_entries;
    std::vector<std::function<void(const DicomServer&)>> m_show;
    std::vector<std::function<void(DicomServer&)>> m_take;
    QListWidget* m_list;
    QWidget* m_form;
    QToolButton *m_add, *m_remove;
    QPushButton* m_test;
    QLabel* m_text;
    QPointer<BackgroundTask> m_task;
    QTimer* m_soon;  ///< writing waits for a pause in the typing: the disk may be slow
    bool m_showing = false;
};

}  // namespace drdm
