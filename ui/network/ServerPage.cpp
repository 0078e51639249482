#include "ui/network/ServerPage.h"

#include "network/Network.h"
#include "network/ServerList.h"
#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr int longestTitle = 16;  // DICOM PS3.5, AE
constexpr int lastPort = 65535;
constexpr int typingPause_ms = 300;

}  // namespace

ServerPage::ServerPage(QWidget* parent)
    : QWidget(parent),
      m_list(new QListWidget),
      m_form(new QWidget),
      m_add(new QToolButton),
      m_remove(new QToolButton),
      m_test(new QPushButton(icon("server"), tr("Test"))),
      m_text(new QLabel),
      m_soon(new QTimer(this)) {
    m_soon->setSingleShot(true);
    m_soon->setInterval(typingPause_ms);
    connect(m_soon, &QTimer::timeout, this, &ServerPage::store);
    m_list->setObjectName("serverList");
    m_list->setAccessibleName(tr("Servers"));
    m_list->setMaximumWidth(m_list->fontMetrics().horizontalAdvance(QString(18, 'n')));
    m_add->setObjectName("addServer");
    m_add->setIcon(icon("plus"));
    m_add->setToolTip(tr("A new server"));
    m_remove->setObjectName("removeServer");
    m_remove->setIcon(icon("trash"));
    m_remove->setToolTip(tr("Take the chosen server off the list"));
    m_test->setObjectName("testServer");
    m_test->setToolTip(tr("Ask the server whether it is there and lets us in (C-ECHO)"));
    m_text->setObjectName("serverText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setMinimumHeight(4 * m_text->fontMetrics().height());
    m_text->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    buildForm();

    auto* tools = new QHBoxLayout;
    tools->setSpacing(4);
    tools->addWidget(m_add);
    tools->addWidget(m_remove);
    tools->addStretch();
    auto* left = new QVBoxLayout;
    left->addWidget(m_list, 1);
    left->addLayout(tools);
    auto* testing = new QHBoxLayout;
    testing->addStretch();
    testing->addWidget(m_test);
    auto* right = new QVBoxLayout;
    right->addWidget(m_form);
    right->addLayout(testing);
    right->addWidget(m_text);
    right->addStretch(1);
    auto* both = new QHBoxLayout(this);
    both->setContentsMargins(0, 0, 0, 0);
    both->setSpacing(16);
    both->addLayout(left);
    both->addLayout(right, 1);

    connect(m_list, &QListWidget::currentRowChanged, this, &ServerPage::showEntry);
    connect(m_add, &QToolButton::clicked, this, &ServerPage::add);
    connect(m_remove, &QToolButton::clicked, this, &ServerPage::remove);
    connect(m_test, &QPushButton::clicked, this, &ServerPage::test);
    load();
}

ServerPage::~ServerPage() {
    if (m_soon->isActive()) {
        store();
    }
    if (m_task) {
        m_task->abandon();
    }
}

void ServerPage::addRow(const QString& label, QWidget* editor, const QString& name, const QString& tip) {
    auto* grid = qobject_cast<QGridLayout*>(m_form->layout());
    auto* text = new QLabel(label);
    text->setProperty("role", "muted");
    text->setBuddy(editor);
    text->setToolTip(tip);
    editor->setObjectName(name);
    editor->setToolTip(tip);
    editor->setAccessibleName(label);
    const int row = grid->rowCount();
    grid->addWidget(text, row, 0);
    grid->addWidget(editor, row, 1);
}

QLineEdit* ServerPage::addLine(const QString& label, const QString& name, const QString& tip,
                               std::string DicomServer::*member) {
    auto* line = new QLineEdit;
    addRow(label, line, name, tip);
    m_show.emplace_back([line, member](const DicomServer& server) {
        line->setText(QString::fromStdString(server.*member));
        line->setCursorPosition(0);
    });
    m_take.emplace_back([line, member](DicomServer& server) { server.*member = line->text().trimmed().toStdString(); });
    connect(line, &QLineEdit::textEdited, this, &ServerPage::edited);
    return line;
}

QSpinBox* ServerPage::addNumber(const QString& label, const QString& name, const QString& tip, int least, int most,
                                int DicomServer::*member) {
    auto* number = new QSpinBox;
    number->setRange(least, most);
    addRow(label, number, name, tip);
    m_show.emplace_back([number, member](const DicomServer& server) { number->setValue(server.*member); });
    m_take.emplace_back([number, member](DicomServer& server) { server.*member = number->value(); });
    connect(number, &QSpinBox::valueChanged, this, &ServerPage::edited);
    return number;
}

void ServerPage::buildForm() {
    auto* grid = new QGridLayout(m_form);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(8);
    grid->setColumnStretch(1, 1);
    addLine(tr("Name"), "serverName", tr("What you call it"), &DicomServer::name);
    addLine(tr("Address"), "serverHost", tr("Name or IPv4 address of the computer"), &DicomServer::host);
    addNumber(tr("Port"), "serverPort", tr("Where it listens; often 104, 4242 or 11112"), 1, lastPort,
              &DicomServer::port);
    addLine(tr("Its AE title"), "serverTitle", tr("The name that the server answers to in DICOM"),
            &DicomServer::theirTitle)
        ->setMaxLength(longestTitle);
    addLine(tr("Our AE title"), "ourTitle",
            tr("The name under which this program is entered at the server; ask its administrator"),
            &DicomServer::ourTitle)
        ->setMaxLength(longestTitle);
    addNumber(tr("Wait to connect"), "connectTimeout", tr("Until the connection stands"), 1, 3600,
              &DicomServer::connectTimeout_s)
        ->setSuffix(tr(" s"));
    addNumber(tr("Wait for an answer"), "silenceTimeout", tr("The longest pause of the server before we give up"), 1,
              3600, &DicomServer::silenceTimeout_s)
        ->setSuffix(tr(" s"));
    addNumber(tr("Our port"), "listenPort",
              tr("For servers that do not hand out images over our connection (C-MOVE): where they send them to. The "
                 "server must know our AE title with this computer's address and this port."),
              0, lastPort, &DicomServer::listenPort)
        ->setSpecialValueText(tr("none"));
    addLine(tr("Our address"), "listenAddress",
            tr("The address of this computer that such images arrive at; nothing listens on any other, and only "
               "while images are fetched"),
            &DicomServer::listenAddress);
    auto* packed = new QCheckBox(tr("Take images as they are stored"));
    addRow({}, packed, "keepCompression",
           tr("Compressed images come compressed, which is quicker; otherwise the server unpacks them"));
    m_show.emplace_back([packed](const DicomServer& server) { packed->setChecked(server.keepCompression); });
    m_take.emplace_back([packed](DicomServer& server) { server.keepCompression = packed->isChecked(); });
    connect(packed, &QCheckBox::toggled, this, &ServerPage::edited);
}

void ServerPage::load() {
    try {
        for (const DicomServer& server : readServers(serverListPath())) {
            m_entries.push_back({server, server});
            m_list->addItem(QString::fromStdString(server.name));
        }
        say(m_entries.empty() ? tr("No server yet. The plus sign adds one.") : QString(), false);
    } catch (const Error& error) {
        m_add->setEnabled(false);  // storing would replace what is there
        say(QString::fromUtf8(error.what()), true);
    }
    m_list->setCurrentRow(m_entries.empty() ? -1 : 0);
    showEntry();
}

int ServerPage::current() const {
    return m_list->currentRow();
}

void ServerPage::add() {
    DicomServer server;
    int number = 1;
    const auto taken = [this](const std::string& name) {
        return std::ranges::any_of(m_entries, [&](const Entry& entry) { return entry.shown.name == name; });
    };
    do {
        server.name = (number == 1 ? tr("New server") : tr("New server %1").arg(number)).toStdString();
        ++number;
    } while (taken(server.name));
    m_entries.push_back({server, {}});
    m_list->addItem(QString::fromStdString(server.name));
    m_list->setCurrentRow(m_list->count() - 1);
    say(tr("Fill in address, port and AE title; then test it."), false);
    auto* name = findChild<QLineEdit*>("serverName");
    name->selectAll();
    name->setFocus();
}

void ServerPage::remove() {
    const int row = current();
    if (row < 0) {
        return;
    }
    const Entry removed = m_entries[static_cast<std::size_t>(row)];
    m_entries.erase(m_entries.begin() + row);
    delete m_list->takeItem(row);
    showEntry();
    say(tr("%1 is off the list.").arg(QString::fromStdString(removed.shown.name)), false);
    if (removed.stored) {
        store();
    }
}

void ServerPage::showEntry() {
    const int row = current();
    m_form->setEnabled(row >= 0);
    m_test->setEnabled(row >= 0);
    m_remove->setEnabled(row >= 0);
    if (m_task) {
        m_task->abandon();
        m_test->setText(tr("Test"));
    }
    const DicomServer server = row < 0 ? DicomServer{} : m_entries[static_cast<std::size_t>(row)].shown;
    m_showing = true;
    for (const auto& show : m_show) {
        show(server);
    }
    m_showing = false;
    if (!m_entries.empty()) {
        say({}, false);
    }
}

void ServerPage::edited() {
    const int row = current();
    if (m_showing || row < 0) {
        return;
    }
    Entry& entry = m_entries[static_cast<std::size_t>(row)];
    for (const auto& take : m_take) {
        take(entry.shown);
    }
    m_list->item(row)->setText(QString::fromStdString(entry.shown.name));
    try {
        check(entry.shown);
        entry.stored = entry.shown;
        say({}, false);
        m_soon->start();
    } catch (const Error& error) {
        say(tr("Not stored: %1").arg(QString::fromUtf8(error.what())), true);
    }
}

void ServerPage::store() {
    m_soon->stop();
    try {
        std::vector<DicomServer> servers;
        for (const Entry& entry : m_entries) {
            if (entry.stored) {
                servers.push_back(*entry.stored);
            }
        }
        writeServers(serverListPath(), servers);
        Q_EMIT changed();
    } catch (const Error& error) {
        say(tr("Not stored: %1").arg(QString::fromUtf8(error.what())), true);
    }
}

void ServerPage::test() {
    if (m_task) {
        m_task->cancel();
        return;
    }
    const DicomServer server = m_entries[static_cast<std::size_t>(current())].shown;
    try {
        check(server);
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()), true);
        return;
    }
    m_test->setText(tr("Cancel"));
    say(tr("Asking %1 …").arg(QString::fromStdString(server.name)), false);
    m_task = BackgroundTask::start(
        this, tr("Test of a server"), [server](const JobContext& context) { return echoServer(server, context); },
        [this, server](const EchoReply& reply) {
            say(tr("%1 answers and lets us in, after %2 s.")
                    .arg(QString::fromStdString(server.name))
                    .arg(reply.time_s, 0, 'f', 2),
                false);
            Q_EMIT tested(true);
        });
    connect(m_task, &BackgroundTask::failed, this, [this](const QString& message) {
        say(message, true);
        Q_EMIT tested(false);
    });
    connect(m_task, &BackgroundTask::cancelled, this, [this] { say(tr("Not tested."), false); });
    connect(m_task, &BackgroundTask::ended, this, [this] {
        m_task = nullptr;
        m_test->setText(tr("Test"));
    });
}

void ServerPage::say(const QString& text, bool problem) {
    m_text->setText(text);
    setRole(m_text, problem ? "notice" : "muted");
}

}  // namespace drdm
