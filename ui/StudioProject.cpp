#include "diffusion/Schedule.h"
#include "io/Series.h"
#include "ui/BackgroundTask.h"
#include "ui/GeneratePanel.h"
#include "ui/ParameterForm.h"
#include "ui/StudioWindow.h"
#include "ui/StudyBrowser.h"
#include "ui/TimelineBar.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/project/ProjectKeeper.h"
#include "ui/sampling/LockEditor.h"
#include "ui/variations/VariationFilter.h"
#include "ui/variations/VariationStore.h"

#include <QCloseEvent>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QJsonDocument>
#include <QLockFile>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QUndoStack>

#include <algorithm>

namespace drdm {

namespace {

QString ofText(const std::string& text) {
    return QString::fromStdString(text);
}

/// Where a series lies, as a project remembers it.
std::string placeOf(const SeriesInfo& series) {
    if (series.files.empty()) {
        return {};
    }
    const QFileInfo first(ofText(series.files.front()));
    return (series.isPlainFile() ? first.absoluteFilePath() : first.absolutePath()).toStdString();
}

double numberIn(const Json& object, const char* key, double otherwise) {
    const Json* found = object.find(key);
    return found && found->isNumber() ? found->number() : otherwise;
}

std::string textIn(const Json& object, const char* key) {
    const Json* found = object.find(key);
    return found && found->isString() ? found->string() : std::string();
}

}  // namespace

/// A project with its images, read by a worker.
struct StudioWindow::OpenedProject {
    QString path;  ///< of the file; empty for a recovered session
    Json window;
    std::vector<OpenImage> images;
    std::vector<ProjectVariation> variations;
    std::vector<ProjectSource> missing;
    QStringList notes;
};

Project StudioWindow::snapshot() const {
    Project project;
    std::set<std::string> used;
    for (const Variation& variation : m_store->all()) {
        if (variation.finished()) {
            project.variations.push_back({variation.number, variation.series, variation.seed, variation.starred,
                                          variation.note.toStdString(), variation.trajectory});
            used.insert(variation.series);
        }
    }
    if (m_open) {
        used.insert(m_open->series.uid);
    }
    for (const auto& [uid, image] : m_images) {
        if (used.contains(uid)) {
            project.sources.push_back(
                {uid, image->series.format, image->series.description, placeOf(image->series), {}, image->hash});
        }
    }
    Json values = Json::object();
    for (const Parameter& parameter : samplingParameters().all()) {
        if (const QString text = m_generate->form()->text(parameter.name); !text.isEmpty()) {
            values.set(parameter.name, text.toStdString());
        }
    }
    const DisplayWindow shown = m_views->displayWindow();
    project.window.set("series", m_open ? m_open->series.uid : std::string())
        .set("slice", static_cast<long long>(m_slice))
        .set("phase", static_cast<long long>(m_phase))
        .set("variation", m_current)
        .set("step", m_timeline->current())
        .set("window-centre", shown.centre)
        .set("window-width", shown.width)
        .set("workspace", m_workspaces->currentIndex())
        .set("display", Json::parse(QJsonDocument(displayState()).toJson(QJsonDocument::Compact).toStdString()))
        .set("lock-region", m_lock->region().text().toStdString())
        .set("values", values);
    return project;
}

void StudioWindow::openProject(const QString& path) {
    openStored(path, {}, {});
}

void StudioWindow::openStored(const QString& path, const QString& session,
                              const std::map<std::string, std::string>& moved) {
    if (m_loading) {
        m_loading->abandon();
    }
    m_loading = BackgroundTask::start(
        this, tr("Project"),
        [path, session, moved](const JobContext& context) {
            auto opened = std::make_shared<OpenedProject>();
            opened->path = path;
            StoredProject stored;
            if (session.isEmpty()) {
                stored = readProject(path.toStdString(), context);
            } else {
                ProjectSession::Found found = ProjectSession::read(session.toStdString());
                stored = std::move(found.project);
                if (found.damaged > 0) {
                    opened->notes << tr("%1 variations were being written when the program ended and are lost.")
                                         .arg(found.damaged);
                }
            }
            opened->window = stored.window;
            for (const ProjectSource& source : stored.sources) {
                const auto pointed = moved.find(source.uid);
                const std::string place =
                    pointed != moved.end()
                        ? pointed->second
                        : findSource(source, (session.isEmpty() ? path : session + "/x").toStdString());
                if (place.empty()) {
                    opened->missing.push_back(source);
                    continue;
                }
                const ScanResult found = scan({place}, context);
                // A NIfTI file's UID is its path, and that may be another now.
                const auto series = std::ranges::find_if(found.series, [&](const SeriesInfo& each) {
                    return each.uid == source.uid || (each.isPlainFile() && source.format == each.format);
                });
                if (series == found.series.end()) {
                    opened->missing.push_back(source);
                    continue;
                }
                OpenImage image;
                image.series = *series;
                image.series.uid = source.uid;
                image.image = readSeries(*series, context);
                image.hash = imageHash(image.image);
                image.presets = windowPresets(image.image);
                if (image.hash != source.sha256) {
                    opened->notes << tr("The image in %1 is not the one that the variations were made of; they are "
                                        "shown on the image as it is now.")
                                         .arg(ofText(place));
                }
                for (const StoredProject::Variation& variation : stored.variations) {
                    if (variation.document.at("series").string() == source.uid) {
                        context.throwIfCancelled();
                        opened->variations.push_back(restore(variation, image.image));
                    }
                }
                opened->images.push_back(std::move(image));
            }
            return opened;
        },
        [this, session, moved](const std::shared_ptr<OpenedProject>& opened) {
            if (opened->missing.empty()) {
                takeProject(*opened, session);
            } else {
                askForSource(opened->path, session, moved, opened->missing.front());
            }
        });
    watch(m_loading, session.isEmpty() ? tr("Opening the project …") : tr("Recovering …"));
}

void StudioWindow::askForSource(const QString& path, const QString& session,
                                const std::map<std::string, std::string>& moved, const ProjectSource& source) {
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("An image has moved"),
                                tr("The image “%1” of this project is not at\n%2\nany more. Where is it now?")
                                    .arg(ofText(source.description), ofText(source.path)),
                                QMessageBox::Cancel, this);
    box->setObjectName("sourceDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* point = box->addButton(tr("Choose its place …"), QMessageBox::AcceptRole);
    point->setObjectName("pointToSource");
    connect(point, &QPushButton::clicked, this, [this, path, session, moved, source] {
        auto* dialog = new QFileDialog(this, tr("Where is the image now?"), QFileInfo(path).absolutePath());
        dialog->setObjectName("pointDialog");
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(source.format != "dicom" ? QFileDialog::ExistingFile : QFileDialog::Directory);
        connect(dialog, &QFileDialog::fileSelected, this, [this, path, session, moved, source](const QString& place) {
            auto places = moved;
            places[source.uid] = place.toStdString();
            openStored(path, session, places);
        });
        dialog->open();
    });
    box->setModal(false);
    box->show();
}

void StudioWindow::takeProject(const OpenedProject& opened, const QString& session) {
    m_undo->clear();
    m_drawn.clear();
    m_store->clear();
    m_images.clear();
    ScanResult list;
    for (const OpenImage& image : opened.images) {
        m_images[image.series.uid] = std::make_shared<const OpenImage>(image);
        list.series.push_back(image.series);
    }
    for (const ProjectVariation& kept : opened.variations) {
        Variation variation;
        variation.number = kept.number;
        variation.series = kept.series;
        variation.seed = kept.seed;
        variation.starred = kept.starred;
        variation.note = ofText(kept.note);
        variation.trajectory = kept.trajectory;
        variation.expectedDiffusion = static_cast<int>(kept.trajectory.diffusionStepCount());
        variation.expectedRecovery = static_cast<int>(kept.trajectory.stepCount()) - variation.expectedDiffusion;
        m_store->putBack(std::move(variation));
    }
    const Json& window = opened.window;
    const std::string uid = textIn(window, "series");
    const auto shown = m_images.contains(uid) ? m_images.find(uid) : m_images.begin();
    if (shown != m_images.end()) {
        m_series->show(list);
        showImage(shown->second);
        if (const Json* values = window.find("values"); values && values->isObject()) {
            for (const auto& [name, value] : values->members()) {
                m_generate->form()->setTextQuietly(name, ofText(value.isString() ? value.string() : std::string()));
            }
        }
        try {
            m_lock->setRegionQuietly(LockRegion::fromText(ofText(textIn(window, "lock-region"))));
        } catch (const std::exception& error) {
            showError(tr("The project opened with a remark"), QString::fromUtf8(error.what()));
        }
        const DisplayWindow before = m_views->displayWindow();
        setWindowing(
            {numberIn(window, "window-centre", before.centre), numberIn(window, "window-width", before.width)});
        goToSlice(static_cast<std::int64_t>(numberIn(window, "slice", 0)));
        goToPhase(static_cast<std::int64_t>(numberIn(window, "phase", 0)));
        if (const Json* display = window.find("display"); display && display->isObject()) {
            setDisplayState(QJsonDocument::fromJson(QByteArray::fromStdString(display->dump())).object());
        }
        if (const int number = static_cast<int>(numberIn(window, "variation", 0)); m_store->find(number)) {
            showVariation(number);
            if (const int step = static_cast<int>(numberIn(window, "step", -1)); step >= 0) {
                goToStep(step);
            }
        }
    }
    nextPreview();
    m_keeper->setClean(opened.path);
    if (!session.isEmpty()) {
        m_keeper->markChanged();
        m_keeper->adopt({session, {}, 0});
        statusBar()->showMessage(tr("Recovered; save the project to keep it."), 8000);
    } else {
        remember({opened.path});
    }
    for (const QString& note : opened.notes) {
        showError(tr("The project opened with a remark"), note);
    }
    updateActions();
    Q_EMIT projectOpened();
}

void StudioWindow::saveProject() {
    if (m_keeper->path().isEmpty()) {
        saveProjectAs();
    } else {
        saveProjectTo(m_keeper->path());
    }
}

void StudioWindow::saveProjectAs() {
    const QString folder = QSettings().value("projectFolder", QDir::homePath()).toString();
    const QString name = m_keeper->path().isEmpty() ? QDir(folder).filePath(tr("project") + ".drdm") : m_keeper->path();
    auto* box = new QFileDialog(this, tr("Save the project"), name, tr("DRDM Studio project (*.drdm)"));
    box->setObjectName("saveProjectDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setAcceptMode(QFileDialog::AcceptSave);
    box->setDefaultSuffix("drdm");
    connect(box, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSettings().setValue("projectFolder", QFileInfo(path).absolutePath());
        saveProjectTo(path);
    });
    connect(box, &QFileDialog::rejected, this, [this] { m_closeAfterSave = false; });
    box->open();
}

void StudioWindow::saveProjectTo(const QString& path) {
    BackgroundTask* task = m_keeper->save(path);
    m_queue->adopt("save", tr("Save %1").arg(QFileInfo(path).fileName()), {}, task);
    statusBar()->showMessage(tr("Saving …"));
}

void StudioWindow::buildKeeper() {
    m_keeper = new ProjectKeeper([this] { return snapshot(); }, this);
    connect(m_keeper, &ProjectKeeper::changed, this, [this] {
        describeWindow();
        setWindowModified(m_keeper->dirty());
    });
    connect(m_keeper, &ProjectKeeper::failed, this, [this](const QString& title, const QString& text) {
        m_closeAfterSave = false;
        showError(title, text);
    });
    connect(m_keeper, &ProjectKeeper::saved, this, [this](const QString& path) {
        statusBar()->showMessage(tr("Saved %1").arg(path), 6000);
        remember({path});
        if (m_closeAfterSave) {
            m_closeAfterSave = false;
            close();
        }
    });
    connect(m_store, &VariationStore::contentsChanged, m_keeper, &ProjectKeeper::markChanged);
}

void StudioWindow::beginSession() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
    QDir().mkpath(folder);
    m_queueLock = std::make_unique<QLockFile>(folder + "/jobs.lock");
    m_queueLock->setStaleLockTime(0);
    if (m_queueLock->tryLock(0)) {
        m_queue->keepIn(folder + "/jobs.json");
    }
    offerRecovery();
}

void StudioWindow::offerRecovery() {
    const std::vector<ProjectKeeper::Session> sessions = m_keeper->recoverable();
    if (sessions.empty()) {
        return;
    }
    const ProjectKeeper::Session session = sessions.front();
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, tr("Recover your work?"),
        tr("The program did not end in good order last time. %1 of %2 can be recovered.")
            .arg(session.variations == 1 ? tr("One variation") : tr("%1 variations").arg(session.variations),
                 QLocale().toString(session.when, QLocale::ShortFormat)),
        QMessageBox::NoButton, this);
    box->setObjectName("recoverDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    QPushButton* recover = box->addButton(tr("Recover"), QMessageBox::AcceptRole);
    recover->setObjectName("recover");
    QPushButton* later = box->addButton(tr("Not now"), QMessageBox::RejectRole);
    later->setObjectName("recoverLater");
    QPushButton* drop = box->addButton(tr("Delete"), QMessageBox::DestructiveRole);
    drop->setObjectName("recoverDelete");
    connect(recover, &QPushButton::clicked, this, [this, session] { openStored({}, session.folder, {}); });
    connect(drop, &QPushButton::clicked, this, [this, session] { m_keeper->discard(session); });
    box->setModal(false);
    box->show();
}

void StudioWindow::describeWindow() {
    const QString project = QFileInfo(m_keeper->path()).completeBaseName();
    const QString image = m_open ? ofText(m_open->series.description) : QString();
    const QString what = !project.isEmpty() ? project : image;
    setWindowTitle(what.isEmpty() ? tr("DRDM Studio[*]") : tr("%1[*] – DRDM Studio").arg(what));
}

void StudioWindow::closeEvent(QCloseEvent* event) {
    const int working = m_queue->unfinished();
    const bool unsaved = m_keeper->dirty() && !m_store->all().empty();
    if (!m_closing && (working > 0 || unsaved)) {
        event->ignore();
        askBeforeClosing(working, unsaved);
        return;
    }
    QSettings().setValue("window/geometry", saveGeometry());
    m_queue->closeOrderly();
    m_keeper->closeOrderly();
    QMainWindow::closeEvent(event);
}

void StudioWindow::askBeforeClosing(int working, bool unsaved) {
    if (findChild<QMessageBox*>("closeDialog")) {
        return;
    }
    QStringList text;
    if (working > 0) {
        text << (working == 1
                     ? tr("A job is not done yet; it goes on the next time its image is open.")
                     : tr("%1 jobs are not done yet; they go on the next time their images are open.").arg(working));
    }
    if (unsaved) {
        text << tr("There are variations that no project file holds.");
    }
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("Quit DRDM Studio?"), text.join("\n\n"), QMessageBox::NoButton, this);
    box->setObjectName("closeDialog");
    box->setAttribute(Qt::WA_DeleteOnClose);
    if (unsaved) {
        QPushButton* save = box->addButton(tr("Save and quit"), QMessageBox::AcceptRole);
        save->setObjectName("closeSave");
        connect(save, &QPushButton::clicked, this, [this] {
            m_closing = true;  // the jobs were answered for, too
            m_closeAfterSave = true;
            saveProject();
        });
    }
    QPushButton* quit = box->addButton(unsaved ? tr("Quit without saving") : tr("Quit"), QMessageBox::DestructiveRole);
    quit->setObjectName("closeDiscard");
    connect(quit, &QPushButton::clicked, this, [this] {
        m_closing = true;
        close();
    });
    QPushButton* stay = box->addButton(tr("Stay"), QMessageBox::RejectRole);
    stay->setObjectName("closeStay");
    box->setModal(false);
    box->show();
}

}  // namespace drdm
