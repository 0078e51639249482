#include "errors/Error.h"
#include "ui/BackgroundTask.h"
#include "ui/Manners.h"
#include "ui/StudioWindow.h"
#include "ui/jobs/JobQueue.h"
#include "ui/network/FetchDialog.h"
#include "ui/network/NetworkJobs.h"
#include "ui/network/SendDialog.h"
#include "ui/network/ServerChoice.h"
#include "ui/variations/VariationStore.h"

#include <QStatusBar>

namespace drdm {

void StudioWindow::buildNetwork() {
    JobQueue::Kind fetching;
    fetching.canPause = false;  // a server does not wait
    fetching.survives = true;
    fetching.run = [this](const QueuedJob& job) {
        BackgroundTask* task =
            beginFetch(this, fetchOrder(job.what), [this](const FetchOrder& order, const Retrieved& got) {
                const QString folder = QString::fromStdString(got.folder);
                const QString said = tr("%n object(s) fetched", nullptr, static_cast<int>(got.objects));
                if (order.open) {
                    statusBar()->showMessage(said, 8000);
                    openPaths({folder});
                } else {
                    m_manners->offer(said, folder, tr("Open"), [this, folder] { openPaths({folder}); });
                }
            });
        connect(task, &BackgroundTask::failed, this,
                [this](const QString& message) { showError(tr("Nothing was fetched"), message); });
        return task;
    };
    m_queue->setKind("fetch", fetching);

    JobQueue::Kind sending;
    sending.canPause = false;
    sending.run = [this](const QueuedJob& job) {
        const auto found = m_sends.find(job.number);
        if (found == m_sends.end()) {
            throw Error(tr("what was to be sent is gone; send it anew").toStdString());
        }
        return startSending(found->second);
    };
    m_queue->setKind("send", sending);
    connect(m_queue, &JobQueue::rowsRemoved, this,
            [this] { std::erase_if(m_sends, [this](const auto& entry) { return !m_queue->job(entry.first); }); });
}

BackgroundTask* StudioWindow::startSending(const std::shared_ptr<SendOrder>& order) {
    const QString server = QString::fromStdString(order->server.name);
    BackgroundTask* task = beginSend(this, order, [this, server](const Sent& sent) {
        const QString said = tr("%n object(s) sent to %1", nullptr, static_cast<int>(sent.objects)).arg(server);
        m_manners->news(said);
        statusBar()->showMessage(said, 8000);
        for (const std::string& warning : sent.warnings) {
            m_manners->warning(tr("The server took an object with a remark"), QString::fromStdString(warning));
        }
    });
    connect(task, &BackgroundTask::failed, this,
            [this](const QString& message) { showError(tr("Not all was sent"), message); });
    return task;
}

void StudioWindow::openFromServer() {
    auto* dialog = new FetchDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &FetchDialog::wanted, this,
            [this](const FetchOrder& order) { m_queue->add("fetch", fetchTitle(order), fetchJob(order)); });
    feedServers(dialog->servers());
    dialog->show();
}

void StudioWindow::sendToServer() {
    const Variation* chosen = currentVariation();
    const bool finished = chosen && chosen->finished();
    auto* dialog = new SendDialog(finished ? std::optional(chosen->trajectory) : std::nullopt,
                                  finished ? meantWith(*chosen) : std::vector<Trajectory>{},
                                  finished ? labelsOf(*chosen) : LabelMap{}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SendDialog::wanted, this, [this](const std::shared_ptr<SendOrder>& order) {
        try {
            BackgroundTask* task = startSending(order);
            QJsonObject what{{tr("server"), QString::fromStdString(order->server.name)}};
            if (!order->made) {
                what.insert(tr("folder"), order->folder);
            }
            m_sends[m_queue->adopt("send", sendTitle(*order), what, task)] = order;
        } catch (const Error& error) {
            showError(tr("Nothing was sent"), QString::fromUtf8(error.what()));
        }
    });
    feedServers(dialog->servers());
    dialog->show();
}

void StudioWindow::feedServers(ServerChoice* choice) {
    connect(choice, &ServerChoice::serversWanted, m_manners, &Manners::showServers);
    connect(m_manners, &Manners::serversChanged, choice, &ServerChoice::reload);
}

}  // namespace drdm
