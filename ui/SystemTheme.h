#pragma once

#include <QObject>

class QDBusVariant;
class QPalette;

namespace drdm {

/// Whether the desktop is dark. Known from its palette at the start, and from the desktop portal
/// (org.freedesktop.appearance, color-scheme), which also tells of changes; it is asked without waiting.
class SystemTheme : public QObject {
    Q_OBJECT

public:
    static SystemTheme& instance();

    void readDesktop(const QPalette& palette);
    /// From now on listens to the desktop.
    void follow();
    [[nodiscard]] bool isDark() const { return m_dark; }

public Q_SLOTS:
    void hear(const QString& space, const QString& key, const QDBusVariant& value);

Q_SIGNALS:
    void changed();

private:
    void take(uint scheme);

    bool m_dark = true, m_following = false;
};

}  // namespace drdm
