#pragma once

#include <QWidget>

#include <cstdint>
#include <map>
#include <vector>

namespace drdm {

/// The colours of the labels that an open label map has, with their names, else their numbers.
class LabelLegend : public QWidget {
    Q_OBJECT

public:
    explicit LabelLegend(QWidget* parent = nullptr);

    void show(std::map<std::uint16_t, QString> labels);

    [[nodiscard]] QSize sizeHint() const override { return {220, heightForWidth(220)}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {60, lineHeight}; }
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    static constexpr int lineHeight = 22;

    struct Entry {
        std::uint16_t label = 0;
        QRect place;  ///< of the coloured square and the text
        QString text;
    };
    [[nodiscard]] std::vector<Entry> arranged(int width) const;

    std::map<std::uint16_t, QString> m_labels;
};

}  // namespace drdm
