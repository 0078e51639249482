#pragma once

#include "render/MovieWriter.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

namespace drdm {

/// A MovieWriter on a thread of its own. At most a few pictures wait, so that memory stays bounded: whoever draws asks
/// hasRoom() first and goes on at roomMade(). Signals arrive in the thread of this object. Going without finish()
/// leaves no file.
class MovieEncoder : public QObject {
    Q_OBJECT

public:
    explicit MovieEncoder(const MovieSettings& settings, QObject* parent = nullptr);
    ~MovieEncoder() override;  ///< cancels and joins

    [[nodiscard]] bool hasRoom() const;
    /// `picture` is called on the encoder's thread; what it draws is shown for `repeats` frames.
    void add(std::function<QImage()> picture, int repeats);
    void finish();  ///< no more pictures come: finished() or failed() follows
    void cancel();  ///< cancelled() follows, unless it was over before

Q_SIGNALS:
    void roomMade();
    void finished(int frames);
    void failed(const QString& message);
    void cancelled();

private:
    struct Item {
        std::function<QImage()> picture;
        int repeats = 1;
    };
    void run(const std::stop_token& stop);
    template <typename Call>
    void tell(Call call);

    MovieSettings m_settings;
    mutable std::mutex m_mutex;  ///< guards what follows
    std::condition_variable_any m_wake;
    std::deque<Item> m_items;
    bool m_complete = false, m_over = false;
    std::jthread m_thread;  ///< last, so that it is joined before the rest goes
};

}  // namespace drdm
