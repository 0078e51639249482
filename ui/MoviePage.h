#pragma once

#include <QColor>
#include <QFont>
#include <QImage>
#include <QList>
#include <QString>

namespace drdm {

/// What stands around the views in each frame of a film. A value: frames are put together on the encoder's thread.
struct MoviePage {
    int width = 0;  ///< pixels; 0 = that of the views
    QString title;  ///< of the variation; empty = no captions
    QString notice;
    QList<QImage> colourBars;  ///< one below the other costs height, so they stand side by side
    QFont font;
    QColor ground, text, muted, warning;

    /// The theme's colours and the application's font. For the GUI thread.
    static MoviePage inTheme();
    /// The size of a frame with views of this size in pixels.
    [[nodiscard]] QSize sizeFor(QSize views) const;
    /// `caption` says which step it is. Any thread.
    [[nodiscard]] QImage draw(const QImage& views, const QString& caption) const;

private:
    [[nodiscard]] double scaleFor(QSize views) const;
    [[nodiscard]] bool noticeHasOwnLine(int pageWidth, double scale) const;
};

}  // namespace drdm
