#include "ui/ViewPair.h"

#include <algorithm>
#include <cmath>

namespace drdm {

namespace {

Measurement::Kind kindOf(SliceView::Tool tool) {
    return tool == SliceView::Tool::Distance  ? Measurement::Kind::Distance
           : tool == SliceView::Tool::Ellipse ? Measurement::Kind::Ellipse
                                              : Measurement::Kind::Rectangle;
}

}  // namespace

void ViewPair::setSlice(std::int64_t slice) {
    m_slice = slice;
    showMeasurements();
}

void ViewPair::setMeasurements(std::vector<Measurement> measurements) {
    m_measurements = std::move(measurements);
    showMeasurements();
    Q_EMIT measurementsChanged();
}

void ViewPair::removeMeasurement(int number) {
    if (std::erase_if(m_measurements, [number](const Measurement& m) { return m.number == number; }) > 0) {
        showMeasurements();
        Q_EMIT measurementsChanged();
    }
}

std::optional<MeasuredValues> ViewPair::measured(const Measurement& measurement) const {
    if (measurement.slice != m_slice) {
        return {};
    }
    return measure(measurement, m_originalPlane, showsVariation() ? &m_frame : nullptr);
}

void ViewPair::drawShape(SliceView::Tool tool, QPointF from_mm, QPointF to_mm, bool done) {
    if (m_grid.empty()) {
        return;
    }
    if (tool >= SliceView::Tool::LockEllipse) {
        Q_EMIT lockDragged(tool, from_mm, to_mm, done);
        return;
    }
    const auto inside = [this](QPointF at) {
        return QPointF(std::clamp(at.x(), 0.0, (m_grid.width - 1) * m_grid.spacingX_mm),
                       std::clamp(at.y(), 0.0, (m_grid.height - 1) * m_grid.spacingY_mm));
    };
    const QPointF from = inside(from_mm), to = inside(to_mm);
    int number = 1;
    for (const Measurement& m : m_measurements) {
        number = std::max(number, m.number + 1);
    }
    const Measurement drawn{kindOf(tool), number, m_slice, from.x(), from.y(), to.x(), to.y()};
    const double size = std::hypot(to.x() - from.x(), to.y() - from.y());
    if (!done) {
        showMeasurements(drawn);
    } else if (size > std::min(m_grid.spacingX_mm, m_grid.spacingY_mm)) {  // else it was a click
        m_measurements.push_back(drawn);
        showMeasurements();
        Q_EMIT measurementsChanged();
    } else {
        showMeasurements();
    }
}

void ViewPair::setLock(const LineSet& border) {
    for (SliceView* view : {m_original.view, m_variation.view}) {
        view->setLines(SliceScene::Layer::Lock, border);
    }
}

void ViewPair::showMeasurements(const std::optional<Measurement>& draft) {
    auto ends = std::make_shared<std::vector<float>>();
    std::vector<PlaneText> texts;
    const auto add = [&](const Measurement& m) {
        const std::vector<float> shape = outline(m);
        ends->insert(ends->end(), shape.begin(), shape.end());
        texts.push_back({std::max(m.x0_mm, m.x1_mm), m.y1_mm, " " + std::to_string(m.number)});
    };
    for (const Measurement& m : m_measurements) {
        if (m.slice == m_slice) {
            add(m);
        }
    }
    if (draft) {
        add(*draft);
    }
    for (SliceView* view : {m_original.view, m_variation.view}) {
        view->setLines(SliceScene::Layer::Measurements, {ends});
        view->setTexts(texts);
    }
}

}  // namespace drdm
