#include "ui/network/ServerChoice.h"

#include "errors/Error.h"
#include "network/ServerList.h"
#include "ui/Icons.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSettings>
#include <QSignalBlocker>
#include <QToolButton>

namespace drdm {

ServerChoice::ServerChoice(QWidget* parent) : QWidget(parent), m_combo(new QComboBox) {
    m_combo->setObjectName("server");
    m_combo->setAccessibleName(tr("Server"));
    auto* list = new QToolButton;
    list->setObjectName("servers");
    list->setIcon(icon("settings"));
    list->setToolTip(tr("The list of servers, in the preferences"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_combo, 1);
    row->addWidget(list);
    connect(list, &QToolButton::clicked, this, &ServerChoice::serversWanted);
    reload();
    connect(m_combo, &QComboBox::currentIndexChanged, this, [this] {
        QSettings().setValue("dicomServer", m_combo->currentText());
        Q_EMIT changed();
    });
}

void ServerChoice::reload() {
    const QString before = QSettings().value("dicomServer").toString();
    {
        const QSignalBlocker quiet(m_combo);
        m_combo->clear();
        m_servers.clear();
        m_problem.clear();
        try {
            m_servers = readServers(serverListPath());
        } catch (const Error& error) {
            m_problem = QString::fromUtf8(error.what());
        }
        for (const DicomServer& server : m_servers) {
            m_combo->addItem(icon("server"), QString::fromStdString(server.name));
            m_combo->setItemData(m_combo->count() - 1, QString::fromStdString(describe(server)), Qt::ToolTipRole);
        }
        m_combo->setPlaceholderText(tr("No server is set up yet"));
        m_combo->setCurrentIndex(m_servers.empty() ? -1 : std::max(0, m_combo->findText(before)));
        m_combo->setEnabled(!m_servers.empty());
    }
    Q_EMIT changed();
}

DicomServer ServerChoice::server() const {
    if (!m_problem.isEmpty()) {
        throw Error(m_problem.toStdString());
    }
    if (m_combo->currentIndex() < 0) {
        throw Error(tr("no server is set up yet; add one with the button beside").toStdString());
    }
    return m_servers[static_cast<std::size_t>(m_combo->currentIndex())];
}

}  // namespace drdm
