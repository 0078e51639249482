#include "ui/StudyBrowser.h"

#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/SeriesThumbnail.h"
#include "ui/StudyDelegate.h"
#include "ui/StudyModel.h"

#include <QDesktopServices>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QTimer>
#include <QTreeView>
#include <QUrl>
#include <QVBoxLayout>

#include <set>

namespace drdm {

namespace {

constexpr int pictureSize = 96;
constexpr std::size_t mostFolders = 64;  // watched for files that vanish
constexpr std::size_t mostLines = 12;

/// The tree, with an arrow of its own (drawn by the delegate) in place of the style's branches.
class StudyTree : public QTreeView {
public:
    using QTreeView::QTreeView;

protected:
    void drawBranches(QPainter* /*painter*/, const QRect& /*rect*/, const QModelIndex& /*index*/) const override {}
};

}  // namespace

StudyBrowser::StudyBrowser(QWidget* parent)
    : QFrame(parent),
      m_model(new StudyModel(this)),
      m_view(new StudyTree),
      m_delegate(new StudyDelegate(this)),
      m_count(new QLabel),
      m_skipped(new QLabel),
      m_watcher(new QFileSystemWatcher(this)),
      m_lookSoon(new QTimer(this)) {
    setProperty("role", "card");
    m_view->setObjectName("series");
    m_view->setAccessibleName(tr("Patients, studies and series"));
    m_view->setModel(m_model);
    m_view->setItemDelegate(m_delegate);
    m_view->setHeaderHidden(true);
    m_view->setIndentation(0);
    m_view->setRootIsDecorated(false);
    m_view->setExpandsOnDoubleClick(false);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->viewport()->setAutoFillBackground(false);
    m_view->setMouseTracking(true);
    m_view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_view->setContextMenuPolicy(Qt::CustomContextMenu);
    m_skipped->setObjectName("skippedFiles");
    m_skipped->setProperty("role", "muted");
    m_count->setObjectName("seriesCount");
    m_count->setProperty("role", "muted");
    auto* heading = new QLabel(tr("STUDIES"));
    heading->setProperty("role", "heading");
    auto* top = new QHBoxLayout;
    top->addWidget(heading, 1);
    top->addWidget(m_count);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(m_view, 1);
    layout->addWidget(m_skipped);
    m_skipped->hide();
    m_lookSoon->setSingleShot(true);
    m_lookSoon->setInterval(200);

    connect(m_view, &QTreeView::clicked, this, [this](const QModelIndex& index) {
        if (index.data(StudyModel::SeriesRole).toInt() < 0) {
            m_view->setExpanded(index, !m_view->isExpanded(index));
        }
    });
    connect(m_view, &QTreeView::activated, this, [this](const QModelIndex& index) {
        if (const int number = index.data(StudyModel::SeriesRole).toInt(); number >= 0) {
            select(number);
        }
    });
    connect(m_view, &QTreeView::customContextMenuRequested, this, &StudyBrowser::showMenu);
    connect(m_watcher, &QFileSystemWatcher::directoryChanged, m_lookSoon, qOverload<>(&QTimer::start));
    connect(m_lookSoon, &QTimer::timeout, this, &StudyBrowser::lookForFiles);
    const auto count = [this] {
        const auto number = static_cast<int>(series().size());
        m_count->setText(number == 0 ? QString() : number == 1 ? tr("1 series") : tr("%1 series").arg(number));
    };
    connect(m_model, &QAbstractItemModel::rowsInserted, this, count);
    connect(m_model, &QAbstractItemModel::modelReset, this, count);
}

StudyBrowser::~StudyBrowser() {
    for (const auto& task : {m_picture, m_look}) {
        if (task) {
            task->cancel();
        }
    }
}

const std::vector<SeriesInfo>& StudyBrowser::series() const {
    return m_model->series();
}

int StudyBrowser::numberOf(const SeriesInfo& series) const {
    return m_model->numberOf(series);
}

bool StudyBrowser::busy() const {
    return m_picture || !m_withoutPicture.empty();
}

void StudyBrowser::clear() {
    m_withoutPicture.clear();
    if (m_picture) {
        m_picture->abandon();
        m_picture = nullptr;
    }
    m_model->clear();
    mark(-1);
    m_skipped->hide();
    watchFolders();
}

void StudyBrowser::show(const ScanResult& result) {
    m_model->add(result.series);
    m_view->expandAll();
    for (const SeriesInfo& found : result.series) {
        const int number = numberOf(found);
        if (found.unreadable.empty() && number >= 0 && !m_model->hasPicture(number)) {
            m_withoutPicture.push_back(found);
        }
    }
    showSkipped(result);
    watchFolders();
    nextPicture();
}

void StudyBrowser::showSkipped(const ScanResult& result) {
    m_skipped->setVisible(!result.skipped.empty());
    m_skipped->setText(result.skipped.size() == 1 ? tr("1 file skipped")
                                                  : tr("%1 files skipped").arg(result.skipped.size()));
    QStringList lines;
    for (std::size_t i = 0; i < result.skipped.size() && i < mostLines; ++i) {
        lines << QString::fromStdString(result.skipped[i].path + ": " + result.skipped[i].reason);
    }
    if (result.skipped.size() > mostLines) {
        lines << tr("… and %1 more").arg(result.skipped.size() - mostLines);
    }
    m_skipped->setToolTip(lines.join('\n'));
}

void StudyBrowser::select(int index) {
    if (index < 0 || index >= static_cast<int>(series().size())) {
        return;
    }
    if (!series()[static_cast<std::size_t>(index)].unreadable.empty()) {
        return;  // its tooltip says why
    }
    mark(index);
    m_lookSoon->start();
    Q_EMIT chosen(index);
}

void StudyBrowser::mark(int index) {
    m_delegate->setOpenSeries(index);
    m_openSeries = {};
    if (index >= 0 && index < static_cast<int>(series().size())) {
        m_openSeries = series()[static_cast<std::size_t>(index)];
        m_view->setCurrentIndex(m_model->indexOfSeries(index));
    }
    m_view->viewport()->update();
}

void StudyBrowser::nextPicture() {
    if (m_picture || m_withoutPicture.empty()) {
        return;
    }
    const SeriesInfo next = m_withoutPicture.front();
    m_withoutPicture.erase(m_withoutPicture.begin());
    m_picture = BackgroundTask::start(
        this, tr("Preview"), [next](const JobContext& context) { return seriesThumbnail(next, pictureSize, context); },
        [this, next](const QImage& picture) { m_model->setPicture(next, picture); });
    connect(m_picture, &BackgroundTask::failed, this, [this] { m_lookSoon->start(); });
    connect(m_picture, &BackgroundTask::ended, this, [this] {
        m_picture = nullptr;
        nextPicture();
    });
}

void StudyBrowser::watchFolders() {
    QStringList folders;
    for (const SeriesInfo& each : series()) {
        if (each.files.empty()) {
            continue;
        }
        const QString folder = QFileInfo(QString::fromStdString(each.files.front())).absolutePath();
        // A folder does not hear that it was itself renamed; the one above it does.
        for (const QString& place : {folder, QFileInfo(folder).absolutePath()}) {
            if (!folders.contains(place) && static_cast<std::size_t>(folders.size()) < mostFolders) {
                folders << place;
            }
        }
    }
    if (!m_watcher->directories().isEmpty()) {
        m_watcher->removePaths(m_watcher->directories());
    }
    if (!folders.isEmpty()) {
        m_watcher->addPaths(folders);
    }
}

void StudyBrowser::lookForFiles() {
    if (m_look) {
        m_lookSoon->start();
        return;
    }
    m_look = BackgroundTask::start(
        this, tr("Look for files"),
        [all = series()](const JobContext& context) {
            std::vector<std::pair<SeriesInfo, int>> found;
            for (const SeriesInfo& each : all) {
                int missing = 0;
                for (const std::string& file : each.files) {
                    context.throwIfCancelled();
                    missing += QFileInfo::exists(QString::fromStdString(file)) ? 0 : 1;
                }
                found.emplace_back(each, missing);
            }
            return found;
        },
        [this](const std::vector<std::pair<SeriesInfo, int>>& found) {
            for (const auto& [each, missing] : found) {
                m_model->setMissing(each, missing);
            }
        });
}

void StudyBrowser::showMenu(const QPoint& place) {
    const QModelIndex index = m_view->indexAt(place);
    if (!index.isValid()) {
        return;
    }
    const std::vector<int> below = m_model->seriesBelow(index);
    const int number = index.data(StudyModel::SeriesRole).toInt();
    const SeriesInfo first = series()[static_cast<std::size_t>(below.front())];
    auto* menu = new QMenu(this);
    menu->setObjectName("seriesMenu");
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (number >= 0) {
        QAction* open = menu->addAction(icon("file"), tr("&Open"), this, [this, first] { select(numberOf(first)); });
        open->setObjectName("openSeries");
        open->setEnabled(first.unreadable.empty());
        open->setToolTip(QString::fromStdString(first.unreadable));
    }
    menu->addAction(icon("folder"), tr("&Show in folder"), this, [first] {
        QDesktopServices::openUrl(
            QUrl::fromLocalFile(QFileInfo(QString::fromStdString(first.files.front())).absolutePath()));
    });
    menu->addSeparator();
    const QPersistentModelIndex what(index);
    QAction* remove = menu->addAction(
        icon("trash"), number >= 0 || below.size() == 1 ? tr("&Remove from list") : tr("&Remove all from list"), this,
        [this, what] {
            const SeriesInfo open = m_openSeries;
            m_model->remove(what);
            std::erase_if(m_withoutPicture, [this](const SeriesInfo& each) { return numberOf(each) < 0; });
            m_delegate->setOpenSeries(open.files.empty() ? -1 : numberOf(open));  // numbers have moved up
            m_view->viewport()->update();
            const auto left = series().size();
            m_count->setText(left == 0 ? QString() : left == 1 ? tr("1 series") : tr("%1 series").arg(left));
            watchFolders();
        });
    remove->setObjectName("removeSeries");
    remove->setToolTip(tr("The files stay on the disk"));
    menu->setToolTipsVisible(true);
    menu->popup(m_view->viewport()->mapToGlobal(place));
}

}  // namespace drdm
