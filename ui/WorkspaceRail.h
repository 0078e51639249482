#pragma once

#include <QFrame>
#include <QIcon>

#include <vector>

class QAction;
class QActionGroup;
class QToolButton;
class QVBoxLayout;

namespace drdm {

/// The strip at the left edge that switches between the workspaces; one of them is always chosen.
class WorkspaceRail : public QFrame {
    Q_OBJECT

public:
    explicit WorkspaceRail(QWidget* parent = nullptr);

    /// Adds the next place; its index is the number of those before it. The action is for the View menu.
    QAction* add(const QString& name, const QString& text, const QIcon& icon, const QString& tip);
    [[nodiscard]] QList<QAction*> placeActions() const;
    void setCurrent(int index);
    [[nodiscard]] int current() const;
    /// A small mark beside a place's text, such as how many jobs run; empty: none.
    void setMark(int index, const QString& mark);

Q_SIGNALS:
    void chosen(int index);

private:
    struct Place {
        QAction* action;
        QToolButton* button;
        QString text;
    };
    QVBoxLayout* m_layout;
    QActionGroup* m_group;
    std::vector<Place> m_places;
};

}  // namespace drdm
