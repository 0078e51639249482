#include "render/PlotItems.h"

#include <vtkBrush.h>
#include <vtkContext2D.h>
#include <vtkObjectFactory.h>
#include <vtkPen.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>

#include <array>

namespace drdm {

namespace {

std::array<unsigned char, 4> bytes(const QColor& colour) {
    return {static_cast<unsigned char>(colour.red()), static_cast<unsigned char>(colour.green()),
            static_cast<unsigned char>(colour.blue()), static_cast<unsigned char>(colour.alpha())};
}

void usePen(vtkContext2D* painter, const QColor& colour, float width) {
    const auto c = bytes(colour);
    painter->GetPen()->SetLineType(vtkPen::SOLID_LINE);
    painter->GetPen()->SetColor(c[0], c[1], c[2], c[3]);
    painter->GetPen()->SetWidth(width);
}

void useBrush(vtkContext2D* painter, const QColor& colour) {
    const auto c = bytes(colour);
    painter->GetBrush()->SetColor(c[0], c[1], c[2], c[3]);
}

}  // namespace

vtkStandardNewMacro(PlotBand);
vtkStandardNewMacro(PlotMarks);

void PlotItem::place(const PlotFrame& frame, double height, double pixelRatio) {
    m_frame = frame;
    m_height = height;
    m_ratio = pixelRatio;
}

QPointF PlotItem::device(double x, double y) const {
    const QPointF widget = m_frame.toWidget(x, y);
    return {widget.x() * m_ratio, (m_height - widget.y()) * m_ratio};
}

void PlotBand::set(double from, double to, const QColor& colour) {
    m_from = std::min(from, to);
    m_to = std::max(from, to);
    m_colour = colour;
}

bool PlotBand::Paint(vtkContext2D* painter) {
    const double from = std::max(m_from, m_frame.x.from), to = std::min(m_to, m_frame.x.to);
    if (m_from == m_to || to <= from) {
        return true;
    }
    const QPointF low = device(from, m_frame.y.from), high = device(to, m_frame.y.to);
    painter->GetPen()->SetLineType(vtkPen::NO_PEN);
    useBrush(painter, m_colour);
    painter->DrawRect(static_cast<float>(low.x()), static_cast<float>(low.y()), static_cast<float>(high.x() - low.x()),
                      static_cast<float>(high.y() - low.y()));
    return true;
}

void PlotMarks::setCursor(std::optional<double> x, const QColor& colour) {
    m_cursor = x;
    m_cursorColour = colour;
}

void PlotMarks::setMark(std::optional<QPointF> data, const QColor& colour, const QString& label) {
    m_mark = data;
    m_markColour = colour;
    m_label = label;
}

void PlotMarks::setChosen(std::optional<QPointF> data, const QColor& colour) {
    m_chosen = data;
    m_chosenColour = colour;
}

void PlotMarks::ring(vtkContext2D* painter, QPointF data, double radius, const QColor& colour) const {
    const QPointF at = device(data.x(), data.y());
    painter->GetPen()->SetLineType(vtkPen::NO_PEN);
    useBrush(painter, colour);
    painter->DrawWedge(static_cast<float>(at.x()), static_cast<float>(at.y()), px(radius), px(radius - 2), 0, 360);
}

void PlotMarks::label(vtkContext2D* painter) const {
    vtkTextProperty* text = painter->GetTextProp();
    text->SetFontFamilyToArial();
    text->SetFontSize(12);
    text->BoldOff();
    text->SetOrientation(0);
    text->SetColor(m_colours.text.redF(), m_colours.text.greenF(), m_colours.text.blueF());
    text->SetJustificationToLeft();
    text->SetVerticalJustificationToCentered();
    const vtkStdString words = m_label.toStdString();
    std::array<float, 4> bounds{};
    painter->ComputeStringBounds(words, bounds.data());
    const float padding = px(7), width = bounds[2] + 2 * padding, height = px(24), gap = px(10);
    const QPointF at = device(m_mark->x(), m_mark->y());
    const auto right = static_cast<float>(m_frame.area.right() * m_ratio);
    const auto left = static_cast<float>(m_frame.area.left() * m_ratio);
    const auto top = static_cast<float>((m_height - m_frame.area.top()) * m_ratio);
    float x = static_cast<float>(at.x()) + gap, y = static_cast<float>(at.y()) + gap;
    if (x + width > right) {
        x = std::max(left, static_cast<float>(at.x()) - gap - width);
    }
    if (y + height > top) {
        y = static_cast<float>(at.y()) - gap - height;
    }
    usePen(painter, m_colours.line, px(1));
    useBrush(painter, m_colours.raised);
    painter->DrawRect(std::round(x), std::round(y), std::round(width), height);
    painter->DrawString(std::round(x + padding), std::round(y + height / 2), words);
}

bool PlotMarks::Paint(vtkContext2D* painter) {
    if (m_cursor && *m_cursor >= m_frame.x.from && *m_cursor <= m_frame.x.to) {
        const QPointF low = device(*m_cursor, m_frame.y.from), high = device(*m_cursor, m_frame.y.to);
        usePen(painter, m_cursorColour, px(1.5));
        painter->DrawLine(static_cast<float>(low.x()), static_cast<float>(low.y()), static_cast<float>(high.x()),
                          static_cast<float>(high.y()));
    }
    if (m_chosen) {
        ring(painter, *m_chosen, 9, m_chosenColour);
    }
    if (m_mark) {
        ring(painter, *m_mark, 6, m_markColour);
        if (!m_label.isEmpty()) {
            label(painter);
        }
    }
    return true;
}

}  // namespace drdm
