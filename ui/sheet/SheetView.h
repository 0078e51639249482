#pragma once

#include <QImage>
#include <QWidget>

#include <vector>

namespace drdm {

/// The sheet itself: headings along two sides, a picture or a waiting place per cell.
class SheetView : public QWidget {
    Q_OBJECT

public:
    explicit SheetView(QWidget* parent = nullptr);

    void setHeadings(const QString& xName, const QStringList& columns, const QString& yName, const QStringList& rows);
    void setCell(int column, int row, const QImage& picture, const QString& text);
    [[nodiscard]] QRect cellRect(int column, int row) const;
    /// The whole sheet with cells of that many pixels a side.
    [[nodiscard]] QImage picture(int cell) const;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cellChosen(int column, int row);  ///< double click

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Cell {
        QImage picture;
        QString text;
    };
    struct Measures {
        int left, top, cell;
    };
    [[nodiscard]] Measures measures(QSize size) const;
    [[nodiscard]] QSize sizeFor(int cell) const;
    [[nodiscard]] QRect rectOf(const Measures& measures, int column, int row) const;
    [[nodiscard]] std::pair<int, int> cellAt(QPoint place) const;
    void draw(QPainter& painter, QSize size) const;

    QString m_xName, m_yName;
    QStringList m_columns, m_rows;
    std::vector<Cell> m_cells;
};

}  // namespace drdm
