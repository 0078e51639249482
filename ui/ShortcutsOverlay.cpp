#include "ui/ShortcutsOverlay.h"

#include "ui/ActionTips.h"
#include "ui/Shortcuts.h"
#include "ui/Theme.h"

#include <QAction>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace drdm {

namespace {

constexpr int columnWidth = 280;

QLabel* keyCap(const QString& keys) {
    auto* label = new QLabel(keys);
    label->setProperty("role", "key");
    return label;
}

}  // namespace

ShortcutsOverlay::ShortcutsOverlay(const Shortcuts& shortcuts, QWidget* window) : QWidget(window) {
    setObjectName("shortcutsOverlay");
    setAttribute(Qt::WA_DeleteOnClose);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Keyboard and mouse"));

    auto* title = new QLabel(tr("Keyboard and mouse"));
    title->setProperty("role", "title");
    auto* hint = new QLabel(tr("Any key or click closes this. Preferences → Shortcuts changes the keys."));
    hint->setProperty("role", "muted");

    const std::vector<Group> groups = groupsOf(shortcuts);
    std::size_t lines = 0;
    for (const Group& group : groups) {
        lines += group.rows.size() + 3;
    }
    const int columns = std::clamp((window->width() - 60) / columnWidth, 1, 5);
    const std::size_t share = lines / static_cast<std::size_t>(columns) + 2;
    auto* row = new QHBoxLayout;
    row->setSpacing(14);
    QVBoxLayout* column = nullptr;
    std::size_t filled = 0;
    int made = 0;
    for (const Group& group : groups) {
        const std::size_t height = group.rows.size() + 3;
        if (column == nullptr || (filled + height / 2 > share && made < columns)) {
            if (column != nullptr) {
                column->addStretch();
            }
            column = new QVBoxLayout;
            column->setSpacing(10);
            row->addLayout(column, 1);
            filled = 0;
            ++made;
        }
        column->addWidget(card(group));
        filled += height;
    }
    if (column != nullptr) {
        column->addStretch();
    }

    auto* content = new QWidget;
    content->setLayout(row);
    row->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->installEventFilter(this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(30, 24, 30, 20);
    layout->setSpacing(4);
    layout->addWidget(title);
    layout->addWidget(hint);
    layout->addSpacing(10);
    layout->addWidget(scroll, 1);

    window->installEventFilter(this);
    setGeometry(window->rect());
    show();
    raise();
    setFocus();
}

std::vector<ShortcutsOverlay::Group> ShortcutsOverlay::groupsOf(const Shortcuts& shortcuts) {
    std::vector<Group> groups{{tr("Mouse in the views"),
                               {{tr("Left drag"), tr("the chosen tool")},
                                {tr("Right drag"), tr("window ↔ and level ↕")},
                                {tr("Middle drag"), tr("pan")},
                                {tr("Shift + left drag"), tr("pan")},
                                {tr("Ctrl + left drag"), tr("zoom")},
                                {tr("Ctrl + wheel"), tr("zoom")},
                                {tr("Wheel"), tr("slices")},
                                {tr("Double click"), tr("fit to the view")}}},
                              {tr("Mouse over the timeline"),
                               {{tr("Click or drag"), tr("go to the step")}, {tr("Wheel"), tr("step by step")}}}};
    for (const Shortcuts::Entry& entry : shortcuts.entries()) {
        if (entry.action->shortcuts().isEmpty()) {
            continue;
        }
        if (groups.back().title != entry.menu) {
            const auto known = std::ranges::find(groups, entry.menu, &Group::title);
            if (known == groups.end()) {
                groups.push_back({entry.menu, {}});
            } else {
                std::rotate(known, known + 1, groups.end());
            }
        }
        QStringList keys;
        for (const QKeySequence& each : entry.action->shortcuts()) {
            keys << each.toString(QKeySequence::NativeText);
        }
        groups.back().rows.push_back({keys.join(QStringLiteral("  ")), plainText(entry.action)});
    }
    return groups;
}

QWidget* ShortcutsOverlay::card(const Group& group) {
    auto* frame = new QFrame;
    frame->setProperty("role", "card");
    auto* grid = new QGridLayout(frame);
    grid->setContentsMargins(14, 10, 14, 12);
    grid->setHorizontalSpacing(12);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
    auto* heading = new QLabel(group.title.toUpper());
    heading->setProperty("role", "heading");
    grid->addWidget(heading, 0, 0, 1, 2);
    for (const Row& row : group.rows) {
        const int at = grid->rowCount();
        auto* text = new QLabel(row.text);
        text->setWordWrap(true);
        grid->addWidget(text, at, 0, 1, 1);
        grid->addWidget(keyCap(row.keys), at, 1, Qt::AlignRight | Qt::AlignVCenter);
    }
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 0);
    return frame;
}

bool ShortcutsOverlay::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept();  // no key does anything else while this is open
        return true;
    }
    return QWidget::event(event);
}

bool ShortcutsOverlay::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize) {
        setGeometry(parentWidget()->rect());
    } else if (watched != parentWidget() && event->type() == QEvent::MouseButtonPress) {
        close();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ShortcutsOverlay::paintEvent(QPaintEvent* /*event*/) {
    QPainter(this).fillRect(rect(), Theme::current().veil);
}

void ShortcutsOverlay::keyPressEvent(QKeyEvent* /*event*/) {
    close();
}

void ShortcutsOverlay::mousePressEvent(QMouseEvent* /*event*/) {
    close();
}

}  // namespace drdm
