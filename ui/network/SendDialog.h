#pragma once

#include "ui/network/NetworkJobs.h"

#include <QDialog>

#include <memory>
#include <optional>
#include <vector>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QRadioButton;

namespace drdm {

class DeidentifyRow;
class ServerChoice;

/// What goes to a DICOM server: variations, made as DICOM objects for it, or the objects in a folder.
class SendDialog : public QDialog {
    Q_OBJECT

public:
    /// `chosen` alone, or `all` of them; with none, only a folder can be sent. Labels of the image make a segmentation
    /// possible.
    SendDialog(std::optional<Trajectory> chosen, std::vector<Trajectory> all, LabelMap labels,
               QWidget* parent = nullptr);

    void setFolder(const QString& folder);
    [[nodiscard]] ServerChoice* servers() const { return m_server; }

Q_SIGNALS:
    void wanted(const std::shared_ptr<drdm::SendOrder>& order);

private:
    void send();
    void describe();
    [[nodiscard]] SendOrder order() const;
    void say(const QString& text, bool problem);

    std::optional<Trajectory> m_chosen;
    std::vector<Trajectory> m_all;
    LabelMap m_labels;
    ServerChoice* m_server;
    QRadioButton *m_one, *m_every, *m_files;
    QLineEdit* m_folder;
    QCheckBox *m_images, *m_segmentation, *m_registration, *m_map;
    DeidentifyRow* m_patient;
    QWidget* m_forms;
    QLabel* m_text;
    QPushButton* m_send;
};

}  // namespace drdm
