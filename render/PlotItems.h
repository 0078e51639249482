#pragma once

#include "render/PlotFrame.h"

#include <vtkContextItem.h>

#include <optional>

namespace drdm {

/// What lies on a chart but is no curve: drawn in the plot's frame, in device pixels from the lower left corner.
class PlotItem : public vtkContextItem {
public:
    void place(const PlotFrame& frame, double height, double pixelRatio);

protected:
    [[nodiscard]] QPointF device(double x, double y) const;
    [[nodiscard]] float px(double widgetPixels) const { return static_cast<float>(widgetPixels * m_ratio); }

    PlotFrame m_frame;
    double m_height = 1, m_ratio = 1;
};

/// A vertical stripe.
class PlotBand : public PlotItem {
public:
    static PlotBand* New();
    void set(double from, double to, const QColor& colour);
    bool Paint(vtkContext2D* painter) override;

private:
    double m_from = 0, m_to = 0;
    QColor m_colour;
};

/// Cursor line, marked point with its label, point chosen for the keyboard.
class PlotMarks : public PlotItem {
public:
    static PlotMarks* New();
    void dress(const PlotColours& colours) { m_colours = colours; }
    void setCursor(std::optional<double> x, const QColor& colour);
    void setMark(std::optional<QPointF> data, const QColor& colour, const QString& label);
    void setChosen(std::optional<QPointF> data, const QColor& colour);
    bool Paint(vtkContext2D* painter) override;

private:
    void ring(vtkContext2D* painter, QPointF data, double radius, const QColor& colour) const;
    void label(vtkContext2D* painter) const;

    PlotColours m_colours;
    std::optional<double> m_cursor;
    std::optional<QPointF> m_mark, m_chosen;
    QColor m_cursorColour, m_markColour, m_chosenColour;
    QString m_label;
};

}  // namespace drdm
