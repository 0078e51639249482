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
    const int count = std::clamp((window->width() - 60) / columnWidth, 1, 5);
    auto* row = new QHBoxLayout;
    row->setSpacing(14);
    std::vector<std::pair<QVBoxLayout*, std::size_t>> columns;  // with the lines in them
    for (int i = 0; i < count; ++i) {
        columns.emplace_back(new QVBoxLayout, 0);
        columns.back().first->setSpacing(10);
        row->addLayout(columns.back().first, 1);
    }
    for (const Group& group : groups) {
        auto& [column, lines] = *std::ranges::min_element(columns, {}, [](const auto& each) { return each.second; });
        column->addWidget(card(group));
        lines += group.rows.size() + 3;
    }
    for (const auto& [column, lines] : columns) {
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
                               {{tr("Left drag"), tr("The chosen tool")},
                                {tr("Right drag"), tr("Window and level")},
                                {tr("Middle drag"), tr("Pan")},
                                {tr("Shift + left drag"), tr("Pan")},
                                {tr("Ctrl + left drag"), tr("Zoom")},
                                {tr("Ctrl + wheel"), tr("Zoom")},
                                {tr("Wheel"), tr("Slices")},
                                {tr("Double click"), tr("Fit to the view")}}},
                              {tr("Mouse over the timeline"),
                               {{tr("Click or drag"), tr("Go to the step")}, {tr("Wheel"), tr("Step by step")}}}};
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
