#include "ui/SystemTheme.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QPalette>

namespace drdm {

namespace {

const QString portal = QStringLiteral("org.freedesktop.portal.Desktop");
const QString path = QStringLiteral("/org/freedesktop/portal/desktop");
const QString settings = QStringLiteral("org.freedesktop.portal.Settings");
const QString appearance = QStringLiteral("org.freedesktop.appearance");
const QString colourScheme = QStringLiteral("color-scheme");

}  // namespace

SystemTheme& SystemTheme::instance() {
    static SystemTheme theOnly;
    return theOnly;
}

void SystemTheme::readDesktop(const QPalette& palette) {
    const QString gtk = qEnvironmentVariable("GTK_THEME");
    m_dark = gtk.isEmpty()
                 ? palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness()
                 : gtk.endsWith("dark", Qt::CaseInsensitive);
}

void SystemTheme::follow() {
    if (m_following || !qEnvironmentVariableIsSet("DBUS_SESSION_BUS_ADDRESS")) {
        return;
    }
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) {
        return;
    }
    m_following = true;
    bus.connect(portal, path, settings, "SettingChanged", this, SLOT(hear(QString, QString, QDBusVariant)));
    QDBusMessage question = QDBusMessage::createMethodCall(portal, path, settings, "Read");
    question << appearance << colourScheme;
    auto* watcher = new QDBusPendingCallWatcher(bus.asyncCall(question), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<QDBusVariant> reply = *watcher;
        if (reply.isValid()) {
            QVariant value = reply.value().variant();
            while (value.canConvert<QDBusVariant>()) {
                value = value.value<QDBusVariant>().variant();  // "Read" wraps its answer twice
            }
            take(value.toUInt());
        }
        watcher->deleteLater();
    });
}

void SystemTheme::hear(const QString& space, const QString& key, const QDBusVariant& value) {
    if (space == appearance && key == colourScheme) {
        take(value.variant().toUInt());
    }
}

void SystemTheme::take(uint scheme) {
    if (scheme != 1 && scheme != 2) {
        return;  // no preference: what the palette said stays
    }
    if (m_dark != (scheme == 1)) {
        m_dark = scheme == 1;
        Q_EMIT changed();
    }
}

}  // namespace drdm
