#pragma once

#include "render/MovieEncoder.h"
#include "ui/MoviePage.h"
#include "ui/MoviePlan.h"

#include <QImage>
#include <QObject>

#include <functional>
#include <vector>

namespace drdm {

/// What a film is made of: the window's steps and how it shows them.
struct MovieSource {
    struct Step {
        StepKind kind = StepKind::Diffusion;
        int t = 0;
    };
    struct View {
        QString name;
        std::function<QImage()> grab;  ///< as it is on the screen now
    };
    QString title;     ///< of the variation: "seed 1 · level 24"
    QString fileName;  ///< proposed, without ending
    std::vector<Step> steps;
    int current = 0;
    std::function<void(int step)> goTo;  ///< asks for it; the window then calls stepDrawn
    std::vector<View> views;
    std::function<QList<QImage>()> colourBars;  ///< of the visible overlays
    std::function<std::string()> provenance;    ///< as MovieSettings::provenance
};

/// "Recovery · t = 18 · step 31 of 48".
QString stepCaption(const MovieSource& source, int step);

/// Goes through the steps one after the other: asks for one, waits until it is drawn, grabs it, hands it to the
/// encoder. Nothing blocks; while the encoder is behind, it waits. Returns to the step shown before when it is over.
class MovieRecorder : public QObject {
    Q_OBJECT

public:
    MovieRecorder(MovieSource source, std::size_t view, std::vector<MovieShot> shots, MoviePage page,
                  const MovieSettings& settings, QObject* parent = nullptr);

    void start();
    void cancel();
    void stepDrawn(int step);

Q_SIGNALS:
    void progressed(int shots, int of);
    void finished(int frames);
    void failed(const QString& message);
    void cancelled();

private:
    void next();
    void end();

    MovieSource m_source;
    std::size_t m_view;
    std::vector<MovieShot> m_shots;
    MoviePage m_page;
    MovieEncoder* m_encoder;
    std::size_t m_at = 0;
    bool m_waiting = false;  ///< for the drawing of a step
    bool m_over = false;
};

}  // namespace drdm
