#pragma once

#include "imaging/Image.h"

#include <QImage>
#include <QWidget>

#include <vector>

namespace drdm {

/// Slices as grey pictures, windowed alike by the percentiles of the first and with square pixels, at most `side` high
/// and wide. For workers.
std::vector<QImage> greyPictures(const std::vector<Image>& slices, int side);

/// A row of small pictures, or a word where there are none.
class SliceStrip : public QWidget {
    Q_OBJECT

public:
    static constexpr int side = 92;

    explicit SliceStrip(QWidget* parent = nullptr);

    void setPictures(const std::vector<QImage>& pictures);  ///< made for `side` times the screen's pixel ratio
    void setText(const QString& text);                      ///< in their place
    [[nodiscard]] int count() const { return static_cast<int>(m_pictures.size()); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<QImage> m_pictures;
    QString m_text;
};

}  // namespace drdm
