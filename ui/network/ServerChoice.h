#pragma once

#include "network/DicomServer.h"

#include <QWidget>

#include <vector>

class QComboBox;

namespace drdm {

/// Which server of the list, and the way to the list. Remembers the last choice.
class ServerChoice : public QWidget {
    Q_OBJECT

public:
    explicit ServerChoice(QWidget* parent = nullptr);

    void reload();
    /// \throws Error if there is none
    [[nodiscard]] DicomServer server() const;
    [[nodiscard]] const QString& problem() const { return m_problem; }  ///< why the list could not be read

Q_SIGNALS:
    void changed();
    void serversWanted();  ///< to look at the list or change it

private:
    std::vector<DicomServer> m_servers;
    QString m_problem;
    QComboBox* m_combo;
};

}  // namespace drdm
