#include "ui/network/FetchDialog.h"

#include "errors/Error.h"
#include "tasks/StagedFolder.h"
#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/PathRow.h"
#include "ui/Theme.h"
#include "ui/network/FoundModel.h"
#include "ui/network/ServerChoice.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDateEdit>
#include <QDir>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QStandardPaths>
#include <QTreeView>
#include <QVBoxLayout>

namespace drdm {

namespace {

enum When { Any = -2, Between = -1 };  // else days before today

QLabel* muted(const QString& text, QWidget* buddy) {
    auto* label = new QLabel(text);
    label->setProperty("role", "muted");
    label->setBuddy(buddy);
    return label;
}

}  // namespace

FetchDialog::FetchDialog(QWidget* parent)
    : QDialog(parent),
      m_server(new ServerChoice),
      m_name(new QLineEdit),
      m_id(new QLineEdit),
      m_folder(new QLineEdit),
      m_when(new QComboBox),
      m_modality(new QComboBox),
      m_way(new QComboBox),
      m_from(new QDateEdit(QDate::currentDate().addYears(-1))),
      m_to(new QDateEdit(QDate::currentDate())),
      m_search(new QPushButton(icon("zoom"), tr("Search"))),
      m_fetch(new QPushButton(icon("fetch", &Theme::onAccent), tr("Fetch"))),
      m_found(new QTreeView),
      m_model(new FoundModel(this)),
      m_open(new QCheckBox(tr("Open when it is here"))),
      m_text(new QLabel) {
    setObjectName("fetchDialog");
    setWindowTitle(tr("Open from a DICOM server"));
    resize(900, 620);
    m_found->setObjectName("foundStudies");
    m_found->setModel(m_model);
    m_found->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_found->setUniformRowHeights(true);
    m_found->setAlternatingRowColors(true);
    m_found->header()->setStretchLastSection(false);
    m_found->header()->setSectionResizeMode(FoundModel::Description, QHeaderView::Stretch);
    const int letter = fontMetrics().averageCharWidth();
    for (const auto& [column, letters] : {std::pair{FoundModel::Patient, 30},
                                          {FoundModel::PatientId, 16},
                                          {FoundModel::Date, 14},
                                          {FoundModel::Modality, 12},
                                          {FoundModel::Images, 10}}) {
        m_found->setColumnWidth(column, letters * letter);
    }
    m_open->setObjectName("openFetched");
    m_open->setChecked(true);
    m_search->setObjectName("search");
    m_fetch->setObjectName("fetch");
    m_fetch->setProperty("role", "primary");
    m_text->setObjectName("fetchText");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setMinimumHeight(2 * m_text->fontMetrics().height() + 4);
    auto* close = new QPushButton(tr("Close"));
    close->setObjectName("closeFetch");
    for (QPushButton* button : {m_fetch, close}) {
        button->setAutoDefault(false);
    }
    m_search->setDefault(true);  // Return in a field searches

    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    m_folder->setObjectName("fetchFolder");
    m_folder->setText(
        QSettings()
            .value("fetchFolder", QDir(documents.isEmpty() ? QDir::homePath() : documents).filePath("drdm-images"))
            .toString());
    m_way->setObjectName("fetchWay");
    m_way->setToolTip(
        tr("How images come: over our own connection (C-GET), or sent by the server to our port (C-MOVE; the port is "
           "set in the list of servers)"));
    auto* target = new QGridLayout;
    target->setHorizontalSpacing(14);
    target->setColumnStretch(1, 1);
    target->addWidget(muted(tr("Keep in"), m_folder), 0, 0);
    target->addWidget(folderRow(m_folder, tr("Keep fetched images in")), 0, 1);
    target->addWidget(muted(tr("By"), m_way), 0, 2);
    target->addWidget(m_way, 0, 3);

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_open);
    buttons->addStretch();
    buttons->addWidget(close);
    buttons->addWidget(m_fetch);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(18, 18, 18, 16);
    layout->setSpacing(12);
    layout->addLayout(searchFields());
    layout->addWidget(m_found, 1);
    layout->addWidget(m_text);
    layout->addLayout(target);
    layout->addLayout(buttons);

    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_search, &QPushButton::clicked, this, &FetchDialog::search);
    connect(m_fetch, &QPushButton::clicked, this, &FetchDialog::fetch);
    connect(m_server, &ServerChoice::changed, this, &FetchDialog::takeServer);
    connect(m_model, &FoundModel::seriesWanted, this, &FetchDialog::searchSeries);
    connect(m_found->selectionModel(), &QItemSelectionModel::selectionChanged, this, &FetchDialog::followChoice);
    connect(m_found, &QTreeView::doubleClicked, this, [this](const QModelIndex& index) {
        if (m_model->series(index)) {
            fetch();
        }
    });
    takeServer();
}

FetchDialog::~FetchDialog() {
    if (m_task) {
        m_task->abandon();
    }
}

QGridLayout* FetchDialog::searchFields() {
    m_name->setObjectName("patientName");
    m_name->setPlaceholderText(tr("family name first; the beginning is enough"));
    m_id->setObjectName("patientId");
    m_when->setObjectName("when");
    m_when->addItem(tr("Any date"), Any);
    m_when->addItem(tr("Today"), 0);
    m_when->addItem(tr("Since yesterday"), 1);
    m_when->addItem(tr("The last 7 days"), 7);
    m_when->addItem(tr("The last 30 days"), 30);
    m_when->addItem(tr("The last year"), 365);
    m_when->addItem(tr("From … to …"), Between);
    m_modality->setObjectName("modality");
    m_modality->addItem(tr("Any"), QString());
    for (const char* name : {"CT", "MR", "PT", "NM", "US", "XA", "CR", "DX", "MG", "SEG", "RTSTRUCT"}) {
        m_modality->addItem(name, name);
    }
    auto* dates = new QWidget;
    auto* row = new QHBoxLayout(dates);
    row->setContentsMargins(0, 0, 0, 0);
    for (QDateEdit* date : {m_from, m_to}) {
        date->setDisplayFormat("yyyy-MM-dd");
        date->setCalendarPopup(true);
        row->addWidget(date);
    }
    m_from->setObjectName("dateFrom");
    m_to->setObjectName("dateTo");
    dates->setVisible(false);
    connect(m_when, &QComboBox::currentIndexChanged, dates,
            [this, dates] { dates->setVisible(m_when->currentData().toInt() == Between); });

    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(9);
    grid->setColumnStretch(1, 2);
    grid->setColumnStretch(3, 1);
    grid->addWidget(muted(tr("Server"), m_server), 0, 0);
    grid->addWidget(m_server, 0, 1);
    grid->addWidget(muted(tr("Date"), m_when), 0, 2);
    grid->addWidget(m_when, 0, 3);
    grid->addWidget(dates, 0, 4);
    grid->addWidget(muted(tr("Patient"), m_name), 1, 0);
    grid->addWidget(m_name, 1, 1);
    grid->addWidget(muted(tr("Modality"), m_modality), 1, 2);
    grid->addWidget(m_modality, 1, 3);
    grid->addWidget(muted(tr("Patient ID"), m_id), 2, 0);
    grid->addWidget(m_id, 2, 1);
    grid->addWidget(m_search, 2, 3);
    return grid;
}

void FetchDialog::takeServer() {
    const QVariant before = m_way->currentData();
    m_way->clear();
    m_way->addItem(tr("our connection"), false);
    try {
        const DicomServer server = m_server->server();
        if (server.listenPort > 0) {
            m_way->addItem(tr("our port %1").arg(server.listenPort), true);
        }
        m_way->setCurrentIndex(std::max(0, m_way->findData(before)));
        m_search->setEnabled(true);
        m_search->setToolTip(QString::fromStdString(describe(server)));
        say(tr("Leave a field empty to match everything."));
    } catch (const Error& error) {
        m_search->setEnabled(false);
        m_search->setToolTip(QString::fromUtf8(error.what()));
        say(QString::fromUtf8(error.what()), !m_server->problem().isEmpty());
    }
    m_model->setStudies({});
    followChoice();
}

StudySearch FetchDialog::wish() const {
    StudySearch search;
    search.patientName = m_name->text().trimmed().toStdString();
    search.patientId = m_id->text().trimmed().toStdString();
    search.modality = m_modality->currentData().toString().toStdString();
    const int when = m_when->currentData().toInt();
    const auto text = [](const QDate& date) { return date.toString("yyyyMMdd").toStdString(); };
    if (when == Between) {
        search.dateFrom = text(std::min(m_from->date(), m_to->date()));
        search.dateTo = text(std::max(m_from->date(), m_to->date()));
    } else if (when >= 0) {
        search.dateFrom = text(QDate::currentDate().addDays(-when));
    }
    return search;
}

void FetchDialog::search() {
    if (m_task) {
        m_task->cancel();
        return;
    }
    try {
        m_searched = m_server->server();
        m_model->setStudies({});
        m_search->setText(tr("Stop"));
        say(tr("Searching %1 …").arg(QString::fromStdString(m_searched.name)));
        m_task = BackgroundTask::start(
            this, tr("Search on a server"),
            [server = m_searched, search = wish()](const JobContext& context) {
                return findStudies(server, search, context);
            },
            [this](const StudyList& list) {
                m_model->setStudies(list.studies);
                const auto count = static_cast<int>(list.studies.size());
                say(count == 0 ? tr("Nothing matches. Search with fewer fields, or with * for what you do not know.")
                    : list.cutShort ? tr("The newest %1 studies; there are more. Search more narrowly.").arg(count)
                    : count == 1    ? tr("One study.")
                                    : tr("%1 studies. A study opens to its series.").arg(count));
                if (count == 1) {
                    m_found->setCurrentIndex(m_model->index(0, 0));
                }
                Q_EMIT searched(count);
            });
        connect(m_task, &BackgroundTask::failed, this, [this](const QString& message) {
            say(message, true);
            Q_EMIT searched(-1);
        });
        connect(m_task, &BackgroundTask::cancelled, this, [this] { say(tr("The search was stopped.")); });
        connect(m_task, &BackgroundTask::ended, this, [this] {
            m_task = nullptr;
            m_search->setText(tr("Search"));
        });
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()), true);
    }
}

void FetchDialog::searchSeries(const QString& studyUid) {
    const std::string uid = studyUid.toStdString();
    auto* task = BackgroundTask::start(
        this, tr("Search for series"),
        [server = m_searched, uid](const JobContext& context) { return findSeries(server, uid, context); },
        [this, uid](const std::vector<FoundSeries>& series) { m_model->setSeries(uid, series); });
    connect(task, &BackgroundTask::failed, this, [this, uid](const QString& message) {
        m_model->forgetSeries(uid);
        say(message, true);
    });
}

QList<QModelIndex> FetchDialog::chosen() const {
    QList<QModelIndex> rows = m_found->selectionModel()->selectedRows();
    // A series of a study that is chosen as a whole comes with it.
    rows.removeIf([this](const QModelIndex& index) {
        return m_model->series(index) && m_found->selectionModel()->isRowSelected(index.parent().row(), {});
    });
    return rows;
}

void FetchDialog::followChoice() {
    const auto count = static_cast<int>(chosen().size());
    m_fetch->setEnabled(count > 0);
    m_fetch->setText(count > 1 ? tr("Fetch %1").arg(count) : tr("Fetch"));
    m_fetch->setToolTip(count > 0 ? tr("Fetch what is chosen; it goes on while you work")
                                  : tr("Choose studies or series in the list first"));
}

QString FetchDialog::freeFolder(const QString& name) const {
    const QDir parent(m_folder->text().trimmed());
    QString path = QDir::cleanPath(parent.filePath(name));
    for (int i = 2; QDir(path).exists() || m_given.contains(path); ++i) {
        path = QDir::cleanPath(parent.filePath(QString("%1-%2").arg(name).arg(i)));
    }
    return path;
}

void FetchDialog::fetch() {
    try {
        const QString folder = m_folder->text().trimmed();
        if (folder.isEmpty()) {
            throw Error(tr("no folder is chosen for the images; choose one beside \"Keep in\"").toStdString());
        }
        requireWritable(QDir(folder).filePath("new").toStdString());
        QSettings().setValue("fetchFolder", folder);
        const QList<QModelIndex> rows = chosen();
        for (const QModelIndex& row : rows) {
            const FoundStudy* study = m_model->study(row);
            const FoundSeries* series = m_model->series(row);
            FetchOrder order;
            order.server = m_searched;
            order.request.studyUid = study->studyUid;
            order.request.seriesUid = series ? series->seriesUid : std::string();
            order.request.way = m_way->currentData().toBool() ? RetrieveWay::Move : RetrieveWay::Get;
            order.request.folder =
                freeFolder(QString::fromStdString(series ? series->seriesUid : study->studyUid)).toStdString();
            m_given << QString::fromStdString(order.request.folder);
            order.open = m_open->isChecked();
            const QString date = m_model->data(row.sibling(row.row(), FoundModel::Date), Qt::DisplayRole).toString();
            const QString modality =
                m_model->data(row.sibling(row.row(), FoundModel::Modality), Qt::DisplayRole).toString();
            order.what = (series           ? tr("%1 series").arg(modality)
                          : date.isEmpty() ? tr("%1 study").arg(modality)
                                           : tr("%1 study of %2").arg(modality, date))
                             .trimmed();
            Q_EMIT wanted(order);
        }
        say(rows.size() == 1
                ? tr("Being fetched; the page of the jobs shows how far it is.")
                : tr("%1 are being fetched; the page of the jobs shows how far they are.").arg(rows.size()));
    } catch (const Error& error) {
        say(QString::fromUtf8(error.what()), true);
    }
}

void FetchDialog::say(const QString& text, bool problem) {
    m_text->setText(text);
    setRole(m_text, problem ? "notice" : "muted");
}

}  // namespace drdm
