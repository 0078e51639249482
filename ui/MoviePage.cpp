#include "ui/MoviePage.h"

#include "ui/Theme.h"

#include <QApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr double lineHeight = 24;
constexpr double barHeight = 44;
constexpr double margin = 10;
constexpr double captionWidth = 250;  // "Diffusion · t = 128 · step 128 of 256"

QFont scaled(QFont font, double scale) {
    font.setPixelSize(std::max(8, static_cast<int>(std::lround(12.5 * scale))));
    return font;
}

}  // namespace

MoviePage MoviePage::inTheme() {
    const Theme& theme = Theme::current();
    MoviePage page;
    page.font = QApplication::font();
    page.ground = theme.ground;
    page.text = theme.text;
    page.muted = theme.muted;
    page.warning = theme.diffusion;
    return page;
}

double MoviePage::scaleFor(QSize views) const {
    const int pageWidth = width > 0 ? width : views.width();
    return std::clamp(pageWidth / 680.0, 0.7, 3.0);
}

bool MoviePage::noticeHasOwnLine(int pageWidth, double scale) const {
    const double noticeWidth = QFontMetricsF(scaled(font, scale)).horizontalAdvance(notice);
    const double titleWidth = QFontMetricsF(scaled(font, scale)).horizontalAdvance(title);
    return !title.isEmpty() && noticeWidth + titleWidth + (captionWidth + 4 * margin) * scale > pageWidth;
}

QSize MoviePage::sizeFor(QSize views) const {
    if (views.isEmpty()) {
        return {};
    }
    const int pageWidth = width > 0 ? width : views.width();
    const double scale = scaleFor(views);
    double height = static_cast<double>(views.height()) * pageWidth / views.width();
    height += lineHeight * scale * (noticeHasOwnLine(pageWidth, scale) ? 2 : 1);
    height += colourBars.isEmpty() ? 0 : barHeight * scale;
    return {pageWidth, static_cast<int>(std::lround(height))};
}

QImage MoviePage::draw(const QImage& views, const QString& caption) const {
    const QSize size = sizeFor(views.size());
    const double scale = scaleFor(views.size());
    const double viewHeight = static_cast<double>(views.height()) * size.width() / views.width();
    QImage page(size, QImage::Format_RGB32);
    page.fill(ground);
    QPainter p(&page);
    p.setRenderHint(QPainter::SmoothPixmapTransform);
    if (size.width() == views.width()) {
        QImage plain = views;
        plain.setDevicePixelRatio(1);
        p.drawImage(0, 0, plain);
    } else {
        const QSize wanted(size.width(), static_cast<int>(std::lround(viewHeight)));
        QImage fitted = views.scaled(wanted, Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
        fitted.setDevicePixelRatio(1);
        p.drawImage(0, 0, fitted);
    }
    double top = viewHeight;
    if (!colourBars.isEmpty()) {
        const auto count = static_cast<double>(colourBars.size());
        const double room = (size.width() - (count + 1) * margin * scale) / count;
        double left = margin * scale;
        for (const QImage& bar : colourBars) {
            const QSizeF fitted = QSizeF(bar.size()).scaled(QSizeF(room, (barHeight - 4) * scale), Qt::KeepAspectRatio);
            p.drawImage(QRectF(QPointF(left, top + 4 * scale), fitted), bar);
            left += room + margin * scale;
        }
        top += barHeight * scale;
    }
    const double line = lineHeight * scale;
    const QRectF first(margin * scale, top, size.width() - 2 * margin * scale, line);
    p.setFont(scaled(font, scale));
    const bool own = noticeHasOwnLine(size.width(), scale);
    if (!title.isEmpty()) {
        p.setPen(text);
        QRectF used;
        p.drawText(first, Qt::AlignLeft | Qt::AlignVCenter, caption, &used);
        p.setPen(muted);
        p.drawText(first.adjusted(used.width() + 14 * scale, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, title);
    }
    p.setPen(warning);
    p.drawText(own ? first.translated(0, line) : first,
               (title.isEmpty() || own ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter, notice);
    return page;
}

}  // namespace drdm
