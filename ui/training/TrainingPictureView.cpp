#include "ui/training/TrainingPictureView.h"

#include "errors/Error.h"
#include "ui/BackgroundTask.h"
#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

#include <algorithm>

namespace drdm {

/// The picture as large as it fits, with a word above each column.
class TrainingPictureView::Canvas : public QWidget {
public:
    explicit Canvas(QWidget* parent) : QWidget(parent) {
        setMinimumSize(180, 140);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    }
    QImage image;
    QString hint;

protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        const Theme& theme = Theme::current();
        QPainter painter(this);
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.setPen(theme.muted);
        if (image.isNull()) {
            painter.drawText(rect().adjusted(12, 0, -12, 0), Qt::AlignCenter | Qt::TextWordWrap, hint);
            return;
        }
        const int heading = fontMetrics().height() + 6;
        const QSize size = image.size().scaled(width(), height() - heading, Qt::KeepAspectRatio);
        const QRect place((width() - size.width()) / 2, heading, size.width(), size.height());
        painter.drawImage(place, image);
        const QString names[] = {TrainingPictureView::tr("original"), TrainingPictureView::tr("diffused"),
                                 TrainingPictureView::tr("recovered")};
        const double column = place.width() / 3.0;
        for (int i = 0; i < 3; ++i) {
            const QRectF above(place.left() + i * column, 0, column, heading);
            painter.drawText(above, Qt::AlignCenter,
                             fontMetrics().elidedText(names[i], Qt::ElideRight, static_cast<int>(column)));
        }
    }
};

TrainingPictureView::TrainingPictureView(QWidget* parent)
    : QFrame(parent), m_canvas(new Canvas(this)), m_place(new QLabel) {
    setProperty("role", "card");
    setObjectName("trainingPictures");
    auto* heading = new QLabel(tr("VALIDATION PICTURES"));
    heading->setProperty("role", "heading");
    heading->setToolTip(
        tr("Images that are never trained on: as they are, randomly deformed at level 48, and recovered "
           "by the model so far; the same images and deformations every time"));
    m_place->setObjectName("pictureStep");
    m_place->setProperty("role", "muted");
    const auto button = [](const char* name, const QString& picture, const QString& tip) {
        auto* made = new QToolButton;
        made->setObjectName(name);
        made->setIcon(icon(picture));
        made->setIconSize({16, 16});
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        return made;
    };
    m_older = button("olderPicture", "previous", tr("Older"));
    m_newer = button("newerPicture", "next", tr("Newer"));
    m_newest = button("newestPicture", "last", tr("Newest, and follow"));
    auto* top = new QHBoxLayout;
    top->addWidget(heading);
    top->addStretch();
    auto* bottom = new QHBoxLayout;
    bottom->setSpacing(2);
    bottom->addWidget(m_place);
    bottom->addStretch();
    bottom->addWidget(m_older);
    bottom->addWidget(m_newer);
    bottom->addWidget(m_newest);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 8);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addWidget(m_canvas, 1);
    layout->addLayout(bottom);
    connect(m_older, &QToolButton::clicked, this, &TrainingPictureView::older);
    connect(m_newer, &QToolButton::clicked, this, &TrainingPictureView::newer);
    connect(m_newest, &QToolButton::clicked, this, &TrainingPictureView::newest);
    clear();
}

void TrainingPictureView::clear() {
    if (m_loading) {
        m_loading->abandon();
    }
    m_pictures.clear();
    m_image = {};
    m_canvas->image = {};
    m_follows = true;
    go(-1);
    m_canvas->update();
}

void TrainingPictureView::setHint(const QString& text) {
    m_canvas->hint = text;
    m_canvas->update();
}

long long TrainingPictureView::shownStep() const {
    return m_index < 0 ? -1 : m_pictures[static_cast<std::size_t>(m_index)].step;
}

void TrainingPictureView::add(const std::vector<TrainingPicture>& pictures) {
    if (pictures.empty()) {
        return;
    }
    for (const TrainingPicture& picture : pictures) {
        std::erase_if(m_pictures, [&picture](const TrainingPicture& old) { return old.step == picture.step; });
        m_pictures.push_back(picture);
    }
    std::ranges::sort(m_pictures, {}, &TrainingPicture::step);
    go(m_follows ? count() - 1 : m_index);
}

void TrainingPictureView::older() {
    m_follows = false;
    go(std::max(0, m_index - 1));
}

void TrainingPictureView::newer() {
    go(std::min(count() - 1, m_index + 1));
    m_follows = m_index == count() - 1;
}

void TrainingPictureView::newest() {
    m_follows = true;
    go(count() - 1);
}

void TrainingPictureView::go(int index) {
    m_index = index;
    m_older->setEnabled(index > 0);
    m_newer->setEnabled(index >= 0 && index < count() - 1);
    m_newest->setEnabled(index >= 0 && (index < count() - 1 || !m_follows));
    m_place->setText(index < 0 ? QString() : tr("Step %1  ·  %2 of %3").arg(shownStep()).arg(index + 1).arg(count()));
    if (index >= 0) {
        load();
    }
}

void TrainingPictureView::load() {
    if (m_loading) {
        m_loading->abandon();
    }
    const std::string file = m_pictures[static_cast<std::size_t>(m_index)].file;
    m_loading = BackgroundTask::start(
        this, tr("Picture"), [file](const JobContext& /*context*/) { return QImage(QString::fromStdString(file)); },
        [this, file](const QImage& image) {
            m_image = image;
            m_canvas->image = image;
            setHint(tr("The picture cannot be read: %1").arg(QString::fromStdString(file)));
        });
}

}  // namespace drdm
