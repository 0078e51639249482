#include "ui/MessageBanner.h"

#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QClipboard>
#include <QEvent>
#include <QGraphicsDropShadowEffect>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace drdm {

namespace {

constexpr int widest = 680;
constexpr int margin = 14;
constexpr int linesShown = 3;

}  // namespace

MessageBanner::MessageBanner(MessageModel* model, QWidget* area)
    : QFrame(area),
      m_area(area),
      m_icon(new QLabel),
      m_title(new QLabel),
      m_text(new QLabel),
      m_more(new QLabel),
      m_verb(new QPushButton),
      m_details(new QPushButton(tr("Details"))),
      m_copy(new QPushButton(icon("copy"), tr("Copy"))),
      m_close(new QToolButton) {
    setObjectName("errorBanner");
    setProperty("role", "banner");
    setAccessibleName(tr("Message"));
    m_title->setObjectName("errorTitle");
    m_title->setProperty("role", "value");
    m_title->setWordWrap(true);
    m_text->setObjectName("errorText");
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_more->setObjectName("errorCount");
    m_more->setProperty("role", "muted");
    m_verb->setObjectName("bannerVerb");
    m_verb->setProperty("role", "primary");
    m_verb->setVisible(false);
    m_details->setObjectName("errorDetails");
    m_details->setToolTip(tr("Show all messages with everything they say"));
    m_copy->setObjectName("errorCopy");
    m_copy->setToolTip(tr("Copy the message with its time, to send it to somebody"));
    m_close->setObjectName("errorClose");
    m_close->setIcon(icon("close"));
    m_close->setIconSize({16, 16});
    m_close->setToolTip(tr("Close; the message stays in Help → Messages"));
    auto* words = new QVBoxLayout;
    words->setSpacing(3);
    words->addWidget(m_title);
    words->addWidget(m_text);
    auto* verbs = new QHBoxLayout;
    verbs->setSpacing(8);
    verbs->addWidget(m_verb);
    verbs->addWidget(m_details);
    verbs->addWidget(m_copy);
    verbs->addWidget(m_more, 1);
    words->addSpacing(5);
    words->addLayout(verbs);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 13, 10, 13);
    row->setSpacing(14);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_close, 0, Qt::AlignTop);
    auto* shadow = new QGraphicsDropShadowEffect(this);
    shadow->setBlurRadius(26);
    shadow->setOffset(0, 5);
    shadow->setColor(QColor(0, 0, 0, 110));
    setGraphicsEffect(shadow);
    setVisible(false);
    area->installEventFilter(this);
    connect(model, &MessageModel::added, this, [this](const MessageModel::Message& message) {
        if (message.kind != MessageModel::Kind::News) {
            show(message);
        }
    });
    connect(m_verb, &QPushButton::clicked, this, [this] {
        const auto act = std::exchange(m_act, {});
        dismiss();
        act();
    });
    connect(m_details, &QPushButton::clicked, this, [this] {
        dismiss();
        Q_EMIT detailsWanted();
    });
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_plain); });
    connect(m_close, &QToolButton::clicked, this, &MessageBanner::dismiss);
}

QString MessageBanner::title() const {
    return m_title->text();
}

void MessageBanner::show(const MessageModel::Message& message) {
    ++m_count;
    const bool error = message.kind == MessageModel::Kind::Error;
    const bool news = message.kind == MessageModel::Kind::News;
    m_icon->setPixmap(icon(news ? "info" : "warning", error  ? &Theme::danger
                                                      : news ? &Theme::accent
                                                             : &Theme::diffusion)
                          .pixmap(26, 26));
    setProperty("kind", error ? "error" : news ? "news" : "warning");
    m_verb->setVisible(news);
    m_details->setVisible(!news);
    m_copy->setVisible(!news);
    style()->unpolish(this);
    style()->polish(this);
    m_title->setText(message.title);
    QStringList lines = message.text.split('\n', Qt::SkipEmptyParts);
    const bool cut = lines.size() > linesShown;
    lines = lines.mid(0, linesShown);
    m_text->setText(lines.join('\n') + (cut ? tr(" …") : QString()));
    m_text->setVisible(!lines.isEmpty());
    m_more->setText(m_count > 1 ? tr("and %1 more before it").arg(m_count - 1) : QString());
    m_plain = m_count > 1 ? m_plain + "\n\n" + message.plain() : message.plain();
    setVisible(true);
    place();
    raise();
}

void MessageBanner::offer(const MessageModel::Message& news, const QString& verb, std::function<void()> act) {
    m_act = std::move(act);
    m_verb->setText(verb);
    show(news);
}

void MessageBanner::withdrawOffer() {
    if (m_act && m_verb->isVisibleTo(this)) {
        dismiss();
    }
}

void MessageBanner::dismiss() {
    m_count = 0;
    m_act = {};
    m_plain.clear();
    setVisible(false);
}

void MessageBanner::place() {
    const int width = std::min(widest, m_area->width() - 2 * margin);
    layout()->invalidate();
    layout()->activate();
    setGeometry((m_area->width() - width) / 2, margin, width,
                std::max(heightForWidth(width), minimumSizeHint().height()));
}

bool MessageBanner::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_area && event->type() == QEvent::Resize && isVisible()) {
        place();
    }
    return QFrame::eventFilter(watched, event);
}

void MessageBanner::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        dismiss();
    } else {
        QFrame::keyPressEvent(event);
    }
}

}  // namespace drdm
