#pragma once

#include <QWidget>

#include <cstdint>
#include <vector>

namespace drdm {

/// The colours of the labels that an open label map has, with their numbers.
class LabelLegend : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;
    void show(std::vector<std::uint16_t> labels);

    [[nodiscard]] QSize sizeHint() const override { return {220, 22}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {60, 22}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<std::uint16_t> m_labels;
};

}  // namespace drdm
