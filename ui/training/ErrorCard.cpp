#include "ui/training/ErrorCard.h"

#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace drdm {

ErrorCard::ErrorCard(QWidget* parent) : QFrame(parent), m_title(new QLabel), m_text(new QLabel) {
    setObjectName("errorCard");
    setProperty("role", "card");
    auto* picture = new QLabel;
    picture->setPixmap(icon("warning", Theme::current().danger).pixmap(24, 24));
    m_title->setObjectName("errorTitle");
    m_title->setProperty("role", "value");
    m_title->setWordWrap(true);
    m_text->setObjectName("errorText");
    m_text->setProperty("role", "muted");
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    const auto button = [this](const char* name, const QString& picture_, const QString& tip) {
        auto* made = new QToolButton;
        made->setObjectName(name);
        made->setIcon(icon(picture_));
        made->setIconSize({16, 16});
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        return made;
    };
    auto* copy = button("copyError", "file", tr("Copy the message"));
    auto* close = button("closeError", "close", tr("Put this message away"));
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_title);
    texts->addWidget(m_text);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 8, 8, 8);
    layout->setSpacing(12);
    layout->addWidget(picture, 0, Qt::AlignTop);
    layout->addLayout(texts, 1);
    layout->addWidget(copy, 0, Qt::AlignTop);
    layout->addWidget(close, 0, Qt::AlignTop);
    connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(text()); });
    connect(close, &QToolButton::clicked, this, &QWidget::hide);
    hide();
}

void ErrorCard::show(const QString& title, const QString& text) {
    m_title->setText(title);
    m_text->setText(text);
    setVisible(true);
}

QString ErrorCard::text() const {
    return m_title->text() + '\n' + m_text->text();
}

}  // namespace drdm
