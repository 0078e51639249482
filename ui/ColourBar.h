#pragma once

#include "render/ColourMap.h"

#include <QWidget>

namespace drdm {

/// A colour map with its numbers, drawn over grey as it is over the image.
class ColourBar : public QWidget {
    Q_OBJECT

public:
    enum class Map { Jacobian, Displacement, Difference };

    explicit ColourBar(Map map, QWidget* parent = nullptr);
    /// Jacobian: the map runs from 1/limit to limit. Displacement: from 0 to limit millimetres. Difference: from −limit
    /// to limit.
    void setLimit(double limit);
    void setLengthMap(LengthMap map);
    void setUnit(const QString& unit);  ///< of the difference
    [[nodiscard]] double limit() const { return m_limit; }

    [[nodiscard]] QSize sizeHint() const override { return {220, 40}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {140, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Map m_map;
    LengthMap m_lengthMap = LengthMap::Plum;
    QString m_unit;
    double m_limit = 4;
};

}  // namespace drdm
