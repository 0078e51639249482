#include "ui/MovieDialog.h"

#include "errors/Error.h"
#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/jobs/StandIn.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QUrl>

#include <cmath>
#include <filesystem>

namespace drdm {

namespace {

/// Bytes; as much as one likes where that cannot be known.
double roomIn(const QString& folder) {
    std::error_code error;
    const auto space = std::filesystem::space(folder.toStdString(), error);
    return error ? HUGE_VAL : static_cast<double>(space.available);
}

constexpr int previewWidth = 340;

QString ending(MovieFormat format) {
    return format == MovieFormat::Mp4 ? ".mp4" : format == MovieFormat::Gif ? ".gif" : QString();
}

}  // namespace

MovieDialog::MovieDialog(MovieSource source, QWidget* parent)
    : QDialog(parent),
      m_source(std::move(source)),
      m_path(new QLineEdit),
      m_format(new QComboBox),
      m_view(new QComboBox),
      m_steps(new QComboBox),
      m_size(new QComboBox),
      m_first(new QSpinBox),
      m_last(new QSpinBox),
      m_every(new QSpinBox),
      m_rate(new QSpinBox),
      m_hold(new QDoubleSpinBox),
      m_pingPong(new QCheckBox(tr("Ping-pong: there and back"))),
      m_captions(new QCheckBox(tr("Captions: step, t, seed, level"))),
      m_colourBars(new QCheckBox(tr("Colour bars of the visible overlays"))),
      m_preview(new QLabel),
      m_summary(new QLabel),
      m_bar(new QProgressBar),
      m_write(new QPushButton(tr("Write"))),
      m_close(new QPushButton(tr("Cancel"))),
      m_open(new QPushButton(icon("folder"), tr("Open folder"))),
      m_form(new QWidget) {
    setObjectName("movieDialog");
    setWindowTitle(tr("Export a movie"));
    m_bars = m_source.colourBars ? m_source.colourBars() : QList<QImage>();
    buildForm();
    const QSettings settings;
    m_format->setCurrentIndex(settings.value("movie/format", 0).toInt());
    m_rate->setValue(settings.value("movie/rate", 10).toInt());
    m_hold->setValue(settings.value("movie/hold", 1.0).toDouble());
    m_pingPong->setChecked(settings.value("movie/pingPong", false).toBool());
    const QString folder = settings.value("movie/folder", QDir::homePath()).toString();
    m_path->setText(QDir(folder).filePath(m_source.fileName + ending(format())));
    connect(m_write, &QPushButton::clicked, this, &MovieDialog::start);
    connect(m_close, &QPushButton::clicked, this, &MovieDialog::reject);
    connect(m_open, &QPushButton::clicked, this,
            [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(m_path->text()).absolutePath())); });
    for (QComboBox* box : {m_steps, m_size}) {
        connect(box, &QComboBox::currentIndexChanged, this, &MovieDialog::summarise);
    }
    connect(m_view, &QComboBox::currentIndexChanged, this, &MovieDialog::grabView);
    connect(m_format, &QComboBox::currentIndexChanged, this, &MovieDialog::fitPath);
    for (QSpinBox* box : {m_first, m_last, m_every, m_rate}) {
        connect(box, &QSpinBox::valueChanged, this, &MovieDialog::summarise);
    }
    connect(m_hold, &QDoubleSpinBox::valueChanged, this, &MovieDialog::summarise);
    for (QCheckBox* box : {m_pingPong, m_captions, m_colourBars}) {
        connect(box, &QCheckBox::toggled, this, &MovieDialog::summarise);
    }
    connect(m_path, &QLineEdit::textChanged, this, &MovieDialog::summarise);
    grabView();
}

void MovieDialog::grabView() {
    const auto view = static_cast<std::size_t>(std::max(0, m_view->currentIndex()));
    m_grabbed = view < m_source.views.size() ? m_source.views[view].grab() : QImage();
    summarise();
}

MovieFormat MovieDialog::format() const {
    return static_cast<MovieFormat>(m_format->currentIndex());
}

MovieChoice MovieDialog::choice() const {
    MovieChoice choice;
    choice.steps = static_cast<MovieChoice::Steps>(m_steps->currentIndex());
    choice.first = m_first->value() - 1;
    choice.last = m_last->value() - 1;
    choice.every = m_every->value();
    choice.pingPong = m_pingPong->isChecked();
    choice.framesPerSecond = m_rate->value();
    choice.hold_s = m_hold->value();
    return choice;
}

std::vector<MovieShot> MovieDialog::shots() const {
    std::vector<StepKind> kinds;
    for (const MovieSource::Step& step : m_source.steps) {
        kinds.push_back(step.kind);
    }
    return movieShots(kinds, choice());
}

MoviePage MovieDialog::page() const {
    MoviePage page = MoviePage::inTheme();
    page.width = m_size->currentData().toInt();
    page.notice = tr("For research; not for diagnostic use · synthetic");
    if (m_captions->isChecked()) {
        page.title = m_source.title;
    }
    if (m_colourBars->isChecked()) {
        page.colourBars = m_bars;
    }
    return page;
}

double MovieDialog::estimatedBytes() const {
    const QSize size = page().sizeFor(m_grabbed.size());
    // What the phantom's views came to, per pixel.
    const double perPixel = format() == MovieFormat::Mp4 ? 0.03 : format() == MovieFormat::Gif ? 0.45 : 0.8;
    const auto all = shots();
    const double pictures = format() == MovieFormat::Gif ? static_cast<double>(all.size()) : frameCount(all);
    return perPixel * size.width() * size.height() * pictures;
}

void MovieDialog::fitPath() {
    QFileInfo file(m_path->text());
    const QString suffix = file.suffix().toLower();
    const QString name = suffix == "mp4" || suffix == "gif" ? file.completeBaseName() : file.fileName();
    m_path->setText(file.dir().filePath(name + ending(format())));
    summarise();
}

void MovieDialog::setPath(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    m_format->setCurrentIndex(static_cast<int>(suffix == "mp4"   ? MovieFormat::Mp4
                                               : suffix == "gif" ? MovieFormat::Gif
                                                                 : MovieFormat::Pictures));
    m_path->setText(path);
}

void MovieDialog::preview() {
    if (m_grabbed.isNull() || m_source.steps.empty()) {
        return;
    }
    const QImage drawn = page().draw(m_grabbed, stepCaption(m_source, m_source.current));
    const double ratio = devicePixelRatioF();
    QPixmap small = QPixmap::fromImage(
        drawn.scaled(QSize(previewWidth, previewWidth) * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    small.setDevicePixelRatio(ratio);
    m_preview->setPixmap(small);
}

void MovieDialog::summarise() {
    if (m_recorder || m_over) {
        return;
    }
    m_range->setEnabled(choice().steps == MovieChoice::Steps::Range);
    preview();
    const auto all = shots();
    const int frames = frameCount(all);
    const QSize size = page().sizeFor(m_grabbed.size());
    const QFileInfo target(m_path->text().trimmed());
    const double bytes = estimatedBytes();
    QString problem;
    if (frames == 0) {
        problem = tr("No step is chosen: change the steps.");
    } else if (m_path->text().trimmed().isEmpty()) {
        problem = tr("Give the file a name.");
    } else if (!target.dir().exists()) {
        problem = tr("There is no folder %1; choose one that is there.").arg(target.absolutePath());
    } else if (roomIn(target.absolutePath()) < bytes) {
        problem =
            tr("There is not enough room in %1; choose another place or a smaller size.").arg(target.absolutePath());
    } else if (format() == MovieFormat::Pictures && target.exists()) {
        problem = tr("The folder %1 is there already; choose another name.").arg(target.fileName());
    }
    m_write->setEnabled(problem.isEmpty());
    if (!problem.isEmpty()) {
        m_summary->setText(problem);
        return;
    }
    QStringList parts{frames == 1 ? tr("1 frame") : tr("%1 frames").arg(frames)};
    if (format() != MovieFormat::Pictures) {
        parts << tr("%1 s").arg(frames / static_cast<double>(m_rate->value()), 0, 'f', 1);
    }
    parts << tr("%1 × %2 pixels").arg(size.width()).arg(size.height())
          << tr("about %1").arg(QLocale().formattedDataSize(static_cast<qint64>(bytes), 1));
    QString text = parts.join(" · ");
    if (target.exists()) {
        text += "\n" + tr("Replaces the file that is there.");
    }
    m_summary->setText(text);
}

void MovieDialog::showRunning(bool running) {
    m_form->setEnabled(!running);
    m_bar->setVisible(running);
    m_write->setVisible(!running);
    m_close->setText(tr("Cancel"));
}

void MovieDialog::start() {
    const auto all = shots();
    const QJsonObject settingsNow = this->settings();
    QSettings settings;
    settings.setValue("movie/format", m_format->currentIndex());
    settings.setValue("movie/rate", m_rate->value());
    settings.setValue("movie/hold", m_hold->value());
    settings.setValue("movie/pingPong", m_pingPong->isChecked());
    settings.setValue("movie/folder", QFileInfo(m_path->text()).absolutePath());
    const MovieSettings film{
        format(), QFileInfo(m_path->text().trimmed()).absoluteFilePath(), static_cast<double>(m_rate->value()),
        tr("DRDM Studio %1 · %2 · for research; not for diagnostic use; synthetic").arg(DRDM_VERSION, m_source.title),
        m_source.provenance};
    showRunning(true);
    m_summary->setText(tr("Drawing the first step …"));
    m_recorder = new MovieRecorder(m_source, static_cast<std::size_t>(m_view->currentIndex()), all, page(), film, this);
    m_bar->setRange(0, static_cast<int>(all.size()));
    m_bar->setValue(0);
    m_standIn = new StandIn(tr("Movie"), this);
    connect(m_standIn, &StandIn::cancelWanted, this, [this] {
        if (m_recorder) {
            m_recorder->cancel();
        }
    });
    const auto over = [this] {
        m_recorder->deleteLater();
        m_recorder = nullptr;
        showRunning(false);
    };
    connect(m_recorder, &MovieRecorder::progressed, this, [this](int done, int of) {
        m_bar->setValue(done);
        if (m_standIn) {
            m_standIn->progress(of > 0 ? static_cast<double>(done) / of : 0, tr("Step %1 of %2").arg(done).arg(of));
        }
        m_summary->setText(done < of ? tr("Writing step %1 of %2 …").arg(done).arg(of) : tr("Completing the file …"));
    });
    connect(m_recorder, &MovieRecorder::finished, this, [this, over](int frames) {
        over();
        if (m_standIn) {
            m_standIn->succeed();
        }
        showEnd(frames);
    });
    connect(m_recorder, &MovieRecorder::failed, this, [this, over](const QString& message) {
        over();
        if (m_standIn) {
            m_standIn->fail(message);
        }
        m_summary->setText(tr("Nothing was written: %1.").arg(message));
        Q_EMIT writingFailed(message);
    });
    connect(m_recorder, &MovieRecorder::cancelled, this, [this, over] {
        over();
        if (m_standIn && m_standIn->task()) {
            m_standIn->task()->cancel();
        }
        m_summary->setText(tr("Cancelled; nothing was left behind."));
    });
    Q_EMIT begun(tr("Movie %1").arg(QFileInfo(film.path).fileName()), m_standIn->task(), settingsNow);
    m_recorder->start();
}

QJsonObject MovieDialog::settings() const {
    return {{"path", m_path->text().trimmed()},
            {"format", m_format->currentIndex()},
            {"view", m_view->currentIndex()},
            {"steps", m_steps->currentIndex()},
            {"size", m_size->currentIndex()},
            {"first", m_first->value()},
            {"last", m_last->value()},
            {"every", m_every->value()},
            {"rate", m_rate->value()},
            {"hold_s", m_hold->value()},
            {"ping-pong", m_pingPong->isChecked()},
            {"captions", m_captions->isChecked()},
            {"colour-bars", m_colourBars->isChecked()}};
}

void MovieDialog::setSettings(const QJsonObject& settings) {
    const std::pair<const char*, QComboBox*> boxes[] = {
        {"format", m_format}, {"view", m_view}, {"steps", m_steps}, {"size", m_size}};
    for (const auto& [name, box] : boxes) {
        box->setCurrentIndex(std::clamp(settings[name].toInt(), 0, std::max(0, box->count() - 1)));
    }
    const std::pair<const char*, QSpinBox*> numbers[] = {
        {"first", m_first}, {"last", m_last}, {"every", m_every}, {"rate", m_rate}};
    for (const auto& [name, box] : numbers) {
        box->setValue(settings[name].toInt());
    }
    m_hold->setValue(settings["hold_s"].toDouble());
    m_pingPong->setChecked(settings["ping-pong"].toBool());
    m_captions->setChecked(settings["captions"].toBool());
    m_colourBars->setChecked(settings["colour-bars"].toBool() && m_colourBars->isEnabled());
    m_path->setText(settings["path"].toString());
}

BackgroundTask* MovieDialog::startNow() {
    if (!m_write->isEnabled()) {
        throw Error(m_summary->text().toStdString());
    }
    start();
    return m_standIn ? m_standIn->task() : nullptr;
}

void MovieDialog::showEnd(int frames) {
    m_over = true;
    const QFileInfo file(m_path->text().trimmed());
    m_form->setVisible(false);
    m_write->setVisible(false);
    m_open->setVisible(true);
    m_open->setFocus();
    m_close->setText(tr("Close"));
    const QString size = file.isDir() ? QString() : " · " + QLocale().formattedDataSize(file.size(), 1);
    m_summary->setText(tr("Written: %1 frames%2\n%3").arg(frames).arg(size, file.absoluteFilePath()));
    adjustSize();
    Q_EMIT written(file.absoluteFilePath());
}

void MovieDialog::stepDrawn(int step) {
    if (m_recorder) {
        m_recorder->stepDrawn(step);
    }
}

void MovieDialog::reject() {
    if (m_recorder) {
        m_summary->setText(tr("Cancelling …"));
        m_recorder->cancel();  // the dialog stays and says what became of it
        return;
    }
    QDialog::reject();
}

}  // namespace drdm
