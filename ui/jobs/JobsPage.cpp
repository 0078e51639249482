#include "ui/jobs/JobsPage.h"

#include "ui/Icons.h"
#include "ui/jobs/JobQueue.h"
#include "ui/jobs/ProgressDelegate.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace drdm {

namespace {

QToolButton* makeButton(const QString& name, const QString& picture, const QString& text, const QString& tip) {
    auto* button = new QToolButton;
    button->setObjectName(name);
    button->setIcon(icon(picture));
    button->setText(text);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setToolTip(tip);
    return button;
}

/// One line a value; groups are opened, lists left out.
void addDetails(QString& text, const QJsonObject& values) {
    for (auto it = values.begin(); it != values.end(); ++it) {
        if (it->isObject()) {
            addDetails(text, it->toObject());
        } else if (!it->isArray() && it.key() != "lock-region") {
            text += "\n" + it.key() + ": " + it->toVariant().toString();
        }
    }
}

}  // namespace

JobsPage::JobsPage(JobQueue* queue, QWidget* parent) : QWidget(parent), m_queue(queue) {
    setObjectName("jobsPage");
    m_pause = makeButton("jobPause", "pause", tr("Pause"), tr("Hold this job at its next step; others go on"));
    m_resume = makeButton("jobResume", "play", tr("Resume"), tr("Go on with this job"));
    m_keep = makeButton("jobKeep", "keep", tr("Stop and keep"), tr("End early and keep what is there"));
    m_cancel = makeButton("jobCancel", "cancel", tr("Cancel"), tr("End this job and drop what it made; others go on"));
    m_retry = makeButton("jobRetry", "loop", tr("Retry"), tr("Begin this job again"));
    m_up = makeButton("jobUp", "up", tr("Earlier"), tr("Let this job begin before the one above it"));
    m_down = makeButton("jobDown", "down", tr("Later"), tr("Let this job begin after the one below it"));
    m_remove = makeButton("jobRemove", "trash", tr("Remove"), tr("Take this job off the list"));
    m_clear = makeButton("jobsClear", "close", tr("Clear finished"), tr("Take all jobs that have ended off the list"));
    m_copy = makeButton("jobCopy", "file", tr("Copy"), tr("Copy these details"));

    auto* heading = new QLabel(tr("JOBS"));
    heading->setProperty("role", "heading");
    m_summary = new QLabel;
    m_summary->setProperty("role", "muted");
    auto* top = new QHBoxLayout;
    top->addWidget(heading);
    top->addSpacing(12);
    top->addWidget(m_summary, 1);
    top->addWidget(m_clear);

    m_table = new QTreeView;
    m_table->setObjectName("jobs");
    m_table->setAccessibleName(tr("Jobs"));
    m_table->setModel(queue);
    m_table->setRootIsDecorated(false);
    m_table->setUniformRowHeights(true);
    m_table->setAllColumnsShowFocus(true);
    m_table->setItemDelegateForColumn(JobQueue::ProgressColumn, new ProgressDelegate(m_table));
    m_table->header()->setStretchLastSection(false);
    m_table->header()->setSectionResizeMode(JobQueue::TitleColumn, QHeaderView::Stretch);
    m_table->header()->setSectionResizeMode(JobQueue::StateColumn, QHeaderView::Fixed);
    m_table->header()->setSectionResizeMode(JobQueue::ProgressColumn, QHeaderView::Fixed);
    m_table->header()->setSectionResizeMode(JobQueue::TimeColumn, QHeaderView::Fixed);
    m_table->header()->resizeSection(JobQueue::StateColumn, 110);
    m_table->header()->resizeSection(JobQueue::ProgressColumn, 230);
    m_table->header()->resizeSection(JobQueue::TimeColumn, 220);
    m_empty = new QLabel(tr("Nothing runs and nothing waits. What you generate, train, export or open appears here."));
    m_empty->setProperty("role", "muted");
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    for (QToolButton* button : {m_pause, m_resume, m_keep, m_cancel, m_retry, m_up, m_down, m_remove}) {
        buttons->addWidget(button);
    }
    buttons->addStretch();

    auto* card = new QFrame;
    card->setProperty("role", "card");
    auto* layout = new QVBoxLayout(card);
    layout->setContentsMargins(14, 10, 14, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_table, 1);
    layout->addWidget(m_empty, 1);
    layout->addLayout(buttons);

    auto* details = new QFrame;
    details->setProperty("role", "card");
    auto* detailLayout = new QVBoxLayout(details);
    detailLayout->setContentsMargins(14, 10, 14, 12);
    m_detailTitle = new QLabel(tr("DETAILS"));
    m_detailTitle->setProperty("role", "heading");
    auto* detailTop = new QHBoxLayout;
    detailTop->addWidget(m_detailTitle, 1);
    detailTop->addWidget(m_copy);
    m_details = new QPlainTextEdit;
    m_details->setObjectName("jobDetails");
    m_details->setReadOnly(true);
    m_details->setPlaceholderText(tr("Choose a job to see what it was told and what it said."));
    detailLayout->addLayout(detailTop);
    detailLayout->addWidget(m_details);
    details->setFixedHeight(170);

    auto* page = new QVBoxLayout(this);
    page->setContentsMargins(8, 0, 8, 6);
    page->setSpacing(8);
    page->addWidget(card, 1);
    page->addWidget(details);

    connect(m_pause, &QToolButton::clicked, this, [this] { m_queue->pause(chosen()); });
    connect(m_resume, &QToolButton::clicked, this, [this] { m_queue->resume(chosen()); });
    connect(m_keep, &QToolButton::clicked, this, [this] { m_queue->finish(chosen()); });
    connect(m_cancel, &QToolButton::clicked, this, [this] { m_queue->cancel(chosen()); });
    connect(m_retry, &QToolButton::clicked, this, [this] { m_queue->retry(chosen()); });
    connect(m_up, &QToolButton::clicked, this, [this] { m_queue->move(chosen(), -1); });
    connect(m_down, &QToolButton::clicked, this, [this] { m_queue->move(chosen(), 1); });
    connect(m_remove, &QToolButton::clicked, this, [this] { m_queue->remove(chosen()); });
    connect(m_clear, &QToolButton::clicked, m_queue, &JobQueue::clearFinished);
    connect(m_copy, &QToolButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_details->toPlainText()); });
    connect(m_queue, &JobQueue::changed, this, &JobsPage::update);
    connect(m_queue, &JobQueue::ended, this, &JobsPage::update);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &JobsPage::update);
    connect(m_queue, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex&, int, int last) {
        if (!m_table->currentIndex().isValid()) {
            m_table->setCurrentIndex(m_queue->index(last, 0));
        }
        update();
    });
    connect(m_queue, &QAbstractItemModel::rowsRemoved, this, &JobsPage::update);
    update();
}

int JobsPage::chosen() const {
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() ? index.data(JobQueue::numberRole).toInt() : 0;
}

void JobsPage::select(int number) {
    for (int row = 0; row < m_queue->rowCount(); ++row) {
        if (m_queue->index(row, 0).data(JobQueue::numberRole).toInt() == number) {
            m_table->setCurrentIndex(m_queue->index(row, 0));
        }
    }
}

void JobsPage::update() {
    using State = QueuedJob::State;
    const QueuedJob* job = m_queue->job(chosen());
    const bool waits = job && job->state == State::Waiting;
    m_pause->setEnabled(job && m_queue->canPause(*job));
    m_resume->setEnabled(job && job->state == State::Paused);
    m_keep->setEnabled(job && m_queue->canKeep(*job));
    m_cancel->setEnabled(job && !job->over());
    m_retry->setEnabled(job && m_queue->canRetry(*job));
    m_up->setEnabled(waits);
    m_down->setEnabled(waits);
    m_remove->setEnabled(job && !m_queue->task(job->number));
    m_copy->setEnabled(job != nullptr);

    int over = 0;
    for (const QueuedJob& each : m_queue->jobs()) {
        over += each.over() ? 1 : 0;
    }
    m_clear->setEnabled(over > 0);
    const bool any = m_queue->rowCount() > 0;
    m_table->setVisible(any);
    m_empty->setVisible(!any);
    m_summary->setText(any ? tr("%1 to do, %2 ended").arg(m_queue->unfinished()).arg(over) : QString());

    QString text;
    if (job) {
        text = job->title + "\n" + JobQueue::stateText(job->state);
        if (!job->text.isEmpty()) {
            text += ": " + job->text;
        }
        addDetails(text, job->what);
    }
    if (m_details->toPlainText() != text) {
        m_details->setPlainText(text);
    }
}

}  // namespace drdm
