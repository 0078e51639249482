#include "ui/Icons.h"

#include "ui/Theme.h"

#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

// Resources of a static library are linked only when asked for; the macro must stand outside every namespace.
static void loadIcons() {
    Q_INIT_RESOURCE(icons);
}

namespace drdm {

namespace {

QPixmap drawn(const QByteArray& svg, int size) {
    QSvgRenderer renderer(svg);
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    return pixmap;
}

QByteArray source(const QString& name) {
    loadIcons();
    QFile file(":/icons/" + name + ".svg");
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

QIcon icon(const QString& name) {
    return icon(name, Theme::current().text);
}

QIcon icon(const QString& name, const QColor& colour) {
    const QByteArray svg = source(name);
    const auto in = [&svg](const QColor& c) { return QByteArray(svg).replace("currentColor", c.name().toUtf8()); };
    QIcon result;
    for (const int size : {16, 20, 24, 32, 40, 48, 64}) {
        result.addPixmap(drawn(in(colour), size), QIcon::Normal, QIcon::Off);
        result.addPixmap(drawn(in(Theme::current().accent), size), QIcon::Normal, QIcon::On);
        result.addPixmap(drawn(in(QColor("#596270")), size), QIcon::Disabled);
    }
    return result;
}

QIcon applicationIcon() {
    const QByteArray svg = source("drdm-studio");
    QIcon result;
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        result.addPixmap(drawn(svg, size));
    }
    return result;
}

}  // namespace drdm
