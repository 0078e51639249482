#pragma once

#include <QWidget>

class QBoxLayout;

namespace drdm {

class Shortcuts;

/// A translucent sheet over the whole window with every shortcut and mouse gesture, in columns by menu. Any key and any
/// click closes it.
class ShortcutsOverlay : public QWidget {
    Q_OBJECT

public:
    /// Covers `window` at once and deletes itself when closed.
    ShortcutsOverlay(const Shortcuts& shortcuts, QWidget* window);

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;

private:
    struct Row {
        QString keys, text;
    };
    struct Group {
        QString title;
        std::vector<Row> rows;
    };
    [[nodiscard]] static std::vector<Group> groupsOf(const Shortcuts& shortcuts);
    [[nodiscard]] QWidget* card(const Group& group);
};

}  // namespace drdm
