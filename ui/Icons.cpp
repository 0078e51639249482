#include "ui/Icons.h"

#include "ui/Theme.h"

#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

// Resources of a static library are linked only when asked for; the macro must stand outside every namespace.
static void loadIcons() {
    Q_INIT_RESOURCE(icons);
}

namespace drdm {

namespace {

void draw(const QByteArray& svg, QPainter* painter, const QRectF& where) {
    QSvgRenderer renderer(svg);
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    renderer.render(painter, where);
}

QPixmap drawn(const QByteArray& svg, const QSize& size) {
    if (size.isEmpty()) {
        return {};  // of a button that has no size yet
    }
    QPixmap pixmap(size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    draw(svg, &painter, QRectF(QPointF(), QSizeF(size)));
    return pixmap;
}

QByteArray source(const QString& name) {
    loadIcons();
    QFile file(":/icons/" + name + ".svg");
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

class ThemedEngine : public QIconEngine {
public:
    ThemedEngine(QByteArray svg, QColor Theme::*colour) : m_svg(std::move(svg)), m_colour(colour) {}
    ThemedEngine(QByteArray svg, const QColor& fixed) : m_svg(std::move(svg)), m_fixed(fixed) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
        draw(coloured(mode, state), painter, rect);
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override {
        return drawn(coloured(mode, state), size);
    }
    [[nodiscard]] QIconEngine* clone() const override { return new ThemedEngine(*this); }
    bool isNull() override { return m_svg.isEmpty(); }

private:
    [[nodiscard]] QByteArray coloured(QIcon::Mode mode, QIcon::State state) const {
        const Theme& theme = Theme::current();
        const QColor colour = mode == QIcon::Disabled ? theme.faint
                              : state == QIcon::On    ? theme.accent
                              : m_colour != nullptr   ? theme.*m_colour
                                                      : m_fixed;
        return QByteArray(m_svg).replace("currentColor", colour.name().toUtf8());
    }

    QByteArray m_svg;
    QColor Theme::*m_colour = nullptr;
    QColor m_fixed;
};

}  // namespace

QIcon icon(const QString& name) {
    return icon(name, &Theme::text);
}

QIcon icon(const QString& name, QColor Theme::*colour) {
    return QIcon(new ThemedEngine(source(name), colour));
}

QIcon icon(const QString& name, const QColor& colour) {
    return QIcon(new ThemedEngine(source(name), colour));
}

QIcon applicationIcon() {
    const QByteArray svg = source("drdm-studio");
    QIcon result;
    for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
        result.addPixmap(drawn(svg, {size, size}));
    }
    return result;
}

}  // namespace drdm
