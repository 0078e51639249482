#pragma once

#include "tasks/TrainingHistory.h"

#include <QFrame>
#include <QImage>
#include <QPointer>

class QLabel;
class QToolButton;

namespace drdm {

class BackgroundTask;

/// The pictures that validation leaves (original | diffused | recovered): the newest, unless one steps back.
class TrainingPictureView : public QFrame {
    Q_OBJECT

public:
    explicit TrainingPictureView(QWidget* parent = nullptr);

    void clear();
    void add(const std::vector<TrainingPicture>& pictures);
    void setHint(const QString& text);  ///< what to say while there is none
    [[nodiscard]] int count() const { return static_cast<int>(m_pictures.size()); }
    [[nodiscard]] long long shownStep() const;  ///< −1: none
    [[nodiscard]] const QImage& shown() const { return m_image; }

public Q_SLOTS:
    void older();
    void newer();
    void newest();

private:
    void go(int index);
    void load();

    class Canvas;
    Canvas* m_canvas;
    QLabel* m_place;
    QToolButton *m_older, *m_newer, *m_newest;
    std::vector<TrainingPicture> m_pictures;
    int m_index = -1;
    bool m_follows = true;
    QImage m_image;
    QPointer<BackgroundTask> m_loading;
};

}  // namespace drdm
