#include "ui/training/SliceStrip.h"

#include "ui/Theme.h"
#include "ui/Windowing.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

constexpr int gap = 8;

}  // namespace

std::vector<QImage> greyPictures(const std::vector<Image>& slices, int side) {
    std::vector<QImage> pictures;
    DisplayWindow window;
    for (const Image& slice : slices) {
        if (pictures.empty()) {
            const auto presets = windowPresets(slice);
            window = presets.empty() ? window : presets.front().window;
        }
        const Geometry& grid = slice.geometry();
        const auto width = static_cast<int>(grid.size[0]);
        const auto height = static_cast<int>(grid.size[1]);
        QImage picture(width, height, QImage::Format_Grayscale8);
        const auto voxels = slice.voxels();
        const double low = window.centre - window.width / 2;
        for (int y = 0; y < height; ++y) {
            uchar* line = picture.scanLine(y);
            for (int x = 0; x < width; ++x) {
                const double value =
                    voxels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
                line[x] = static_cast<uchar>(std::clamp(255 * (value - low) / window.width, 0.0, 255.0));
            }
        }
        const double wide_mm = width * grid.spacing_mm[0];
        const double high_mm = height * grid.spacing_mm[1];
        const double scale = side / std::max(wide_mm, high_mm);
        pictures.push_back(picture.scaled(std::max(1, static_cast<int>(std::lround(wide_mm * scale))),
                                          std::max(1, static_cast<int>(std::lround(high_mm * scale))),
                                          Qt::IgnoreAspectRatio, Qt::SmoothTransformation));
    }
    return pictures;
}

SliceStrip::SliceStrip(QWidget* parent) : QWidget(parent) {
    setObjectName("trainingPreview");
    setAccessibleName(tr("Slices of the chosen series"));
    setFixedHeight(side);
    setMinimumWidth(3 * (side + gap));
}

void SliceStrip::setPictures(const std::vector<QImage>& pictures) {
    m_pictures = pictures;
    m_text.clear();
    update();
}

void SliceStrip::setText(const QString& text) {
    m_pictures.clear();
    m_text = text;
    update();
}

void SliceStrip::paintEvent(QPaintEvent* /*event*/) {
    const Theme& theme = Theme::current();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (m_pictures.empty()) {
        painter.setPen(theme.muted);
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextWordWrap, m_text);
        return;
    }
    const double ratio = devicePixelRatioF();
    double x = 0;
    for (const QImage& picture : m_pictures) {
        if (x + side > width()) {
            break;
        }
        QPainterPath shape;
        shape.addRoundedRect(QRectF(x, 0, side, side), 6, 6);
        painter.fillPath(shape, Qt::black);
        painter.save();
        painter.setClipPath(shape);
        const QSizeF size = QSizeF(picture.size()) / ratio;
        painter.drawImage(QRectF(QPointF(x + (side - size.width()) / 2, (side - size.height()) / 2), size), picture);
        painter.restore();
        x += side + gap;
    }
}

}  // namespace drdm
