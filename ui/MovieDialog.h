#pragma once

#include "ui/MovieRecorder.h"

#include <QDialog>
#include <QJsonObject>
#include <QPointer>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSpinBox;
class QWidget;

namespace drdm {

class BackgroundTask;
class StandIn;

/// Asks what a film shows and how, says how long and large it becomes, records it, and says where it is. Modal for the
/// window that it films, without stopping it. The window calls stepDrawn() whenever it has drawn a step.
class MovieDialog : public QDialog {
    Q_OBJECT

public:
    explicit MovieDialog(MovieSource source, QWidget* parent = nullptr);

    void stepDrawn(int step);
    void setPath(const QString& path);  ///< its ending chooses the format; none: pictures
    /// All that the form says, and the way back: a film can be begun again as it was.
    [[nodiscard]] QJsonObject settings() const;
    void setSettings(const QJsonObject& settings);
    /// Presses Write. \throws Error if the settings do not fit
    BackgroundTask* startNow();

Q_SIGNALS:
    void written(const QString& path);
    void writingFailed(const QString& message);
    void begun(const QString& title, drdm::BackgroundTask* task, const QJsonObject& settings);  ///< for the queue

protected:
    void reject() override;

private:
    void buildForm();
    void start();
    void showRunning(bool running);
    void showEnd(int frames);
    void summarise();
    void preview();
    void fitPath();
    void grabView();
    [[nodiscard]] MovieChoice choice() const;
    [[nodiscard]] MovieFormat format() const;
    [[nodiscard]] MoviePage page() const;
    [[nodiscard]] std::vector<MovieShot> shots() const;
    [[nodiscard]] double estimatedBytes() const;

    MovieSource m_source;
    QList<QImage> m_bars;
    QImage m_grabbed;  ///< the chosen view, for the preview and the size
    QLineEdit* m_path;
    QComboBox *m_format, *m_view, *m_steps, *m_size;
    QSpinBox *m_first, *m_last, *m_every, *m_rate;
    QDoubleSpinBox* m_hold;
    QCheckBox *m_pingPong, *m_captions, *m_colourBars;
    QLabel *m_preview, *m_summary;
    QProgressBar* m_bar;
    QPushButton *m_write, *m_close, *m_open;
    QWidget* m_form;
    QWidget* m_range = nullptr;
    MovieRecorder* m_recorder = nullptr;
    QPointer<StandIn> m_standIn;
    bool m_over = false;  ///< written
};

}  // namespace drdm
