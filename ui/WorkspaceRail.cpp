#include "ui/WorkspaceRail.h"

#include <QAction>
#include <QActionGroup>
#include <QToolButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr int railWidth = 104;

}  // namespace

WorkspaceRail::WorkspaceRail(QWidget* parent)
    : QFrame(parent), m_layout(new QVBoxLayout(this)), m_group(new QActionGroup(this)) {
    setObjectName("workspaceRail");
    setFixedWidth(railWidth);
    m_layout->setContentsMargins(6, 0, 2, 8);
    m_layout->setSpacing(4);
    m_layout->addStretch();
}

QAction* WorkspaceRail::add(const QString& name, const QString& text, const QIcon& icon, const QString& tip) {
    const auto index = static_cast<int>(m_places.size());
    auto* action = new QAction(icon, text, this);
    action->setObjectName(name);
    action->setCheckable(true);
    action->setShortcut(QKeySequence(QString("Alt+%1").arg(index + 1)));
    action->setToolTip(QString("%1 (%2)").arg(tip, action->shortcut().toString(QKeySequence::NativeText)));
    m_group->addAction(action);
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setObjectName(name + "Button");
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIconSize({22, 22});
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    m_layout->insertWidget(index, button);
    m_places.push_back({action, button, text});
    connect(action, &QAction::triggered, this, [this, index] { Q_EMIT chosen(index); });
    return action;
}

QList<QAction*> WorkspaceRail::placeActions() const {
    return m_group->actions();
}

void WorkspaceRail::setCurrent(int index) {
    m_places.at(static_cast<std::size_t>(index)).action->setChecked(true);
}

int WorkspaceRail::current() const {
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        if (m_places[i].action->isChecked()) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

void WorkspaceRail::setMark(int index, const QString& mark) {
    const Place& place = m_places.at(static_cast<std::size_t>(index));
    const QString text = mark.isEmpty() ? place.text : place.text + " " + mark;
    place.action->setIconText(text);
}

}  // namespace drdm
