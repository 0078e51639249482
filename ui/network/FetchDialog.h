#pragma once

#include "ui/network/NetworkJobs.h"

#include <QDialog>
#include <QModelIndex>
#include <QPointer>

class QComboBox;
class QDateEdit;
class QCheckBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeView;

namespace drdm {

class FoundModel;
class ServerChoice;

/// Searches a DICOM server for studies and orders what is chosen. The window fetches it as a job.
class FetchDialog : public QDialog {
    Q_OBJECT

public:
    explicit FetchDialog(QWidget* parent = nullptr);
    ~FetchDialog() override;

    [[nodiscard]] ServerChoice* servers() const { return m_server; }

Q_SIGNALS:
    void wanted(const drdm::FetchOrder& order);
    void searched(int studies);  ///< −1: it did not work

private:
    QGridLayout* searchFields();
    void search();
    void searchSeries(const QString& studyUid);
    void fetch();
    void takeServer();
    void followChoice();
    void say(const QString& text, bool problem = false);
    [[nodiscard]] StudySearch wish() const;
    [[nodiscard]] QList<QModelIndex> chosen() const;
    [[nodiscard]] QString freeFolder(const QString& name) const;

    ServerChoice* m_server;
    QLineEdit *m_name, *m_id, *m_folder;
    QComboBox *m_when, *m_modality, *m_way;
    QDateEdit *m_from, *m_to;
    QPushButton *m_search, *m_fetch;
    QTreeView* m_found;
    FoundModel* m_model;
    QCheckBox* m_open;
    QLabel* m_text;
    DicomServer m_searched;  ///< the server that what is shown came from
    QPointer<BackgroundTask> m_task;
    QStringList m_given;  ///< folders that orders of this dialog will make
};

}  // namespace drdm
