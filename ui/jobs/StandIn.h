#pragma once

#include <QObject>
#include <QPointer>
#include <QString>

#include <memory>

namespace drdm {

class BackgroundTask;

/// A task in the queue for work that the GUI thread does piece by piece, such as recording what the views show: it
/// waits beside the window and passes on how far the work is. Say succeed or fail once; deleted before, it counts as
/// cancelled.
class StandIn : public QObject {
    Q_OBJECT

public:
    StandIn(const QString& title, QObject* owner);
    ~StandIn() override;

    [[nodiscard]] BackgroundTask* task() const;
    void progress(double fraction, const QString& text);
    void succeed();
    void fail(const QString& message);

Q_SIGNALS:
    void cancelWanted();  ///< somebody cancelled the task: the work is to end

private:
    struct State;
    std::shared_ptr<State> m_state;
    QPointer<BackgroundTask> m_task;
};

}  // namespace drdm
