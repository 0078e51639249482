#include "ui/MovieRecorder.h"

#include <QMetaObject>

namespace drdm {

QString stepCaption(const MovieSource& source, int step) {
    const MovieSource::Step& shown = source.steps[static_cast<std::size_t>(step)];
    return MovieRecorder::tr("%1 · t = %2 · step %3 of %4")
        .arg(shown.kind == StepKind::Diffusion ? MovieRecorder::tr("Diffusion") : MovieRecorder::tr("Recovery"))
        .arg(shown.t)
        .arg(step + 1)
        .arg(source.steps.size());
}

MovieRecorder::MovieRecorder(MovieSource source, std::size_t view, std::vector<MovieShot> shots, MoviePage page,
                             const MovieSettings& settings, QObject* parent)
    : QObject(parent),
      m_source(std::move(source)),
      m_view(view),
      m_shots(std::move(shots)),
      m_page(std::move(page)),
      m_encoder(new MovieEncoder(settings, this)) {
    connect(m_encoder, &MovieEncoder::roomMade, this, [this] {
        if (!m_waiting) {
            next();
        }
    });
    connect(m_encoder, &MovieEncoder::finished, this, [this](int frames) {
        end();
        Q_EMIT finished(frames);
    });
    connect(m_encoder, &MovieEncoder::failed, this, [this](const QString& message) {
        end();
        Q_EMIT failed(message);
    });
    connect(m_encoder, &MovieEncoder::cancelled, this, [this] {
        end();
        Q_EMIT cancelled();
    });
}

void MovieRecorder::start() {
    next();
}

void MovieRecorder::cancel() {
    m_over = true;
    m_encoder->cancel();
}

void MovieRecorder::end() {
    m_over = true;
    m_source.goTo(m_source.current);
}

void MovieRecorder::next() {
    if (m_over || m_at > m_shots.size() || !m_encoder->hasRoom()) {
        return;
    }
    if (m_at == m_shots.size()) {
        ++m_at;
        m_encoder->finish();
        return;
    }
    m_waiting = true;
    m_source.goTo(m_shots[m_at].step);
}

void MovieRecorder::stepDrawn(int step) {
    if (!m_waiting || m_over) {
        return;
    }
    const MovieShot& shot = m_shots[m_at];
    if (step != shot.step) {
        return;
    }
    m_waiting = false;
    m_encoder->add([page = m_page, views = m_source.views[m_view].grab(),
                    caption = stepCaption(m_source, step)] { return page.draw(views, caption); },
                   shot.repeats);
    ++m_at;
    Q_EMIT progressed(static_cast<int>(m_at), static_cast<int>(m_shots.size()));
    // From the event loop: the window answers its user between two steps.
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (!m_waiting) {
                next();
            }
        },
        Qt::QueuedConnection);
}

}  // namespace drdm
