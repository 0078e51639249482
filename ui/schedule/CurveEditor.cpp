#include "ui/schedule/CurveEditor.h"

#include "render/PlotView.h"
#include "ui/Icons.h"
#include "ui/PlotTheme.h"
#include "ui/schedule/NumberField.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace drdm {

namespace {

namespace limits = schedulelimits;

constexpr double middle = limits::steps / 2.0;
constexpr double closest = 0.5;  ///< levels between two control points

/// The next round number.
double roundedUp(double value) {
    const double decade = std::pow(10, std::floor(std::log10(std::max(value, 1e-6))));
    for (const double step : {1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0}) {
        if (step * decade >= value) {
            return step * decade;
        }
    }
    return 10 * decade;
}

PlotCurve sampled(const TimeCurve& curve, const QString& name, const QColor& colour) {
    PlotCurve line;
    line.name = name;
    line.colour = colour;
    for (double t = 0; t <= limits::steps; t += 0.5) {
        line.x.push_back(t);
        line.y.push_back(curve.at(t));
    }
    return line;
}

QToolButton* smallButton(const QString& picture, const QString& tip, const QString& name) {
    auto* button = new QToolButton;
    button->setIcon(icon(picture));
    button->setIconSize({16, 16});
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setObjectName(name);
    return button;
}

}  // namespace

CurveEditor::CurveEditor(Quantity quantity, QWidget* parent)
    : QFrame(parent),
      m_quantity(quantity),
      m_plot(new PlotView),
      m_kind(new QComboBox),
      m_firstLabel(new QLabel),
      m_secondLabel(new QLabel),
      m_first(new NumberField({}, 0, 1)),
      m_second(new NumberField({}, 0, 1)),
      m_add(smallButton("plus", tr("Add a control point (or double-click in the plot)"), "addPoint")),
      m_remove(smallButton("minus", tr("Remove the chosen control point (or right-click it)"), "removePoint")) {
    setProperty("role", "card");
    const bool deformation = quantity == Quantity::Deformation;
    const QString which = deformation ? "deformation" : "label";
    auto* heading = new QLabel(deformation ? tr("DEFORMATION TIME") : tr("LABEL TIME"));
    heading->setProperty("role", "heading");
    heading->setToolTip(deformation
                            ? tr("How long the random velocity is followed at each level: the number of compositions "
                                 "that deform the image")
                            : tr("How much of the same velocity the network learns to take back in one step"));
    m_kind->addItem(tr("Power law"));
    m_kind->addItem(tr("Points"));
    m_kind->setObjectName(which + "Kind");
    m_kind->setToolTip(
        tr("Power law: factor · level ^ power. Points: a curve through control points that never falls"));
    m_kind->setAccessibleName(tr("Kind of curve"));
    m_first->setObjectName(which + "First");
    m_second->setObjectName(which + "Second");
    m_plot->setObjectName(which + "Plot");
    m_plot->setAccessibleName(heading->text());
    m_plot->setMinimumHeight(110);
    m_plot->setAxisTitles(tr("Level"), {});
    m_plot->setHoverText([](const PlotCurve& curve, double x, double y) {
        return tr("%1  level %2: %3").arg(curve.name, QString::number(x, 'g', 3), QString::number(y, 'g', 4)).trimmed();
    });
    for (QLabel* label : {m_firstLabel, m_secondLabel}) {
        label->setProperty("role", "muted");
    }
    m_firstLabel->setBuddy(m_first);
    m_secondLabel->setBuddy(m_second);

    auto* header = new QHBoxLayout;
    header->setSpacing(5);
    header->addWidget(heading);
    header->addStretch();
    for (QWidget* part :
         std::array<QWidget*, 7>{m_firstLabel, m_first, m_secondLabel, m_second, m_add, m_remove, m_kind}) {
        header->addWidget(part);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 8, 4);
    column->setSpacing(4);
    column->addLayout(header);
    column->addWidget(m_plot, 1);

    connect(m_kind, &QComboBox::activated, this, [this](int index) { usePoints(index == 1); });
    connect(m_first, &NumberField::entered, this, [this](double value) { numberEntered(true, value); });
    connect(m_second, &NumberField::entered, this, [this](double value) { numberEntered(false, value); });
    connect(m_first, &NumberField::refused, this, &CurveEditor::refused);
    connect(m_second, &NumberField::refused, this, &CurveEditor::refused);
    connect(m_plot, &PlotView::pointDragged, this,
            [this](int, int index, double t, double time) { dragged(index, t, time, false); });
    connect(m_plot, &PlotView::pointReleased, this,
            [this](int, int index, double t, double time) { dragged(index, t, time, true); });
    connect(m_plot, &PlotView::pointChosen, this, [this](int, int index) {
        m_chosen = index;
        showNumbers();
    });
    connect(m_plot, &PlotView::clickedAt, this,
            [this](double t) { Q_EMIT levelClicked(std::clamp(static_cast<int>(std::lround(t)), 1, limits::steps)); });
    connect(m_plot, &PlotView::doubleClickedAt, this, &CurveEditor::addPoint);
    connect(m_plot, &PlotView::pointMenuWanted, this, [this](int, int index, const QPoint& globally) {
        if (!m_curve.points.empty()) {
            auto* menu = new QMenu(this);
            menu->setAttribute(Qt::WA_DeleteOnClose);
            menu->addAction(tr("Remove this point"), this, [this, index] { removePoint(index); });
            menu->popup(globally);
        }
    });
    connect(m_add, &QToolButton::clicked, this, [this] {
        // Into the widest gap.
        double widest = 0, t = middle;
        for (std::size_t i = 0; i + 1 < m_curve.points.size(); ++i) {
            if (const double gap = m_curve.points[i + 1].t - m_curve.points[i].t; gap > widest) {
                widest = gap;
                t = (m_curve.points[i + 1].t + m_curve.points[i].t) / 2;
            }
        }
        addPoint(t, m_curve.at(t));
    });
    connect(m_remove, &QToolButton::clicked, this, [this] { removePoint(m_chosen); });
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, this, [this] { draw(true); });
    setCurve({});
}

QColor CurveEditor::colour() const {
    return m_quantity == Quantity::Deformation ? Theme::current().diffusion : Theme::current().recovery;
}

void CurveEditor::setCurve(const TimeCurve& curve) {
    m_curve = curve;
    draw(true);
}

void CurveEditor::setComparison(const std::optional<TimeCurve>& curve, const QString& name) {
    m_comparison = curve;
    m_comparisonName = name;
    draw(true);
}

void CurveEditor::setLevel(int level) {
    m_level = level;
    m_plot->setCursor(level, Theme::current().muted);
}

std::vector<TimeCurve::Point> CurveEditor::handles() const {
    if (!m_curve.points.empty()) {
        return m_curve.points;
    }
    return {{middle, m_curve.at(middle)}, {limits::steps, m_curve.at(limits::steps)}};
}

void CurveEditor::draw(bool newRange) {
    m_plot->setPlotColours(plotColours());
    m_plot->setCursor(m_level, Theme::current().muted);
    std::vector<PlotCurve> curves;
    PlotCurve taken;
    taken.colour = colour();
    taken.line = false;
    taken.points = taken.draggable = true;
    for (const auto& point : handles()) {
        taken.x.push_back(point.t);
        taken.y.push_back(point.time);
    }
    double largest = m_curve.at(limits::steps);
    curves.push_back(sampled(m_curve, {}, colour()));
    if (m_comparison) {
        PlotCurve other = sampled(*m_comparison, m_comparisonName, Theme::current().muted);
        other.dashed = true;
        other.width = 1.5;
        curves.push_back(std::move(other));
        largest = std::max(largest, m_comparison->at(limits::steps));
    }
    curves.push_back(std::move(taken));  // last: on top
    m_plot->setCurves(std::move(curves));
    if (newRange) {
        m_plot->setRange(PlotRange{0, limits::steps + 0.0}, PlotRange{0, roundedUp(1.15 * largest)});
    }
    m_plot->setLegend(m_comparison.has_value());
    showNumbers();
}

void CurveEditor::showNumbers() {
    const bool law = m_curve.points.empty();
    m_kind->setCurrentIndex(law ? 0 : 1);
    m_add->setVisible(!law);
    m_remove->setVisible(!law);
    m_firstLabel->setText(law ? tr("Factor") : tr("Level"));
    m_secondLabel->setText(law ? tr("Power") : tr("Time"));
    m_first->setAccessibleName(m_firstLabel->text());
    m_second->setAccessibleName(m_secondLabel->text());
    if (law) {
        m_chosen = -1;
        m_first->setRange(1e-6, limits::largestFactor);
        m_second->setRange(limits::smallestPower, limits::largestPower);
        m_first->setValue(m_curve.factor);
        m_second->setValue(m_curve.power);
        m_first->setEnabled(true);
        m_second->setEnabled(true);
        return;
    }
    const int count = static_cast<int>(m_curve.points.size());
    m_chosen = std::clamp(m_chosen, 0, count - 1);
    const auto at = static_cast<std::size_t>(m_chosen);
    const bool inner = m_chosen > 0 && m_chosen + 1 < count;
    m_first->setEnabled(inner);
    m_first->setRange(inner ? m_curve.points[at - 1].t + closest : 0,
                      inner ? m_curve.points[at + 1].t - closest : limits::steps);
    m_second->setRange(m_chosen > 0 ? m_curve.points[at - 1].time : 0,
                       m_chosen + 1 < count ? m_curve.points[at + 1].time : limits::largestTime);
    m_first->setValue(m_curve.points[at].t);
    m_second->setValue(m_curve.points[at].time);
    m_remove->setEnabled(inner);
    m_add->setEnabled(m_curve.points.size() < limits::mostPoints);
}

void CurveEditor::dragged(int index, double t, double time, bool finished) {
    TimeCurve curve = m_curve;
    if (curve.points.empty()) {
        // The law through both points: only their height is free.
        double half = curve.at(middle), whole = curve.at(limits::steps);
        (index == 0 ? half : whole) = std::max(time, 1e-3);
        const double most = std::pow(2.0, limits::largestPower), least = std::pow(2.0, limits::smallestPower);
        if (index == 0) {
            half = std::clamp(half, whole / most, whole / least);
        } else {
            whole = std::clamp(whole, half * least, half * most);
        }
        curve.power = std::clamp(std::log2(whole / half), limits::smallestPower, limits::largestPower);
        curve.factor = whole / std::pow(limits::steps, curve.power);
    } else {
        const auto i = static_cast<std::size_t>(index);
        auto& points = curve.points;
        const bool inner = index > 0 && i + 1 < points.size();
        if (inner) {
            points[i].t = std::clamp(t, points[i - 1].t + closest, points[i + 1].t - closest);
        }
        points[i].time = std::clamp(time, i > 0 ? points[i - 1].time : 0.0,
                                    i + 1 < points.size() ? points[i + 1].time : limits::largestTime);
    }
    m_chosen = index;
    m_curve = curve;
    draw(finished);
    Q_EMIT edited(m_curve, finished);
}

void CurveEditor::addPoint(double t, double time) {
    auto points = m_curve.points;
    if (points.empty() || points.size() >= limits::mostPoints) {
        return;
    }
    const auto next = std::find_if(points.begin(), points.end(), [t](const auto& point) { return point.t > t; });
    if (next == points.begin() || next == points.end() || next->t - t < closest || t - (next - 1)->t < closest) {
        Q_EMIT refused(tr("There is a control point close by already; drag that one."));
        return;
    }
    m_chosen = static_cast<int>(next - points.begin());
    points.insert(next, {t, std::clamp(time, (next - 1)->time, next->time)});
    m_curve.points = std::move(points);
    draw(true);
    Q_EMIT edited(m_curve, true);
}

void CurveEditor::removePoint(int index) {
    if (index > 0 && index + 1 < static_cast<int>(m_curve.points.size())) {
        m_curve.points.erase(m_curve.points.begin() + index);
        draw(true);
        Q_EMIT edited(m_curve, true);
    }
}

void CurveEditor::usePoints(bool use) {
    if (use == !m_curve.points.empty()) {
        return;
    }
    TimeCurve curve;
    if (use) {
        for (int t = 0; t <= limits::steps; t += 10) {
            curve.points.push_back({static_cast<double>(t), m_curve.at(t)});
        }
    } else {
        // The law with the same times at levels 40 and 80.
        const double half = std::max(m_curve.at(middle), 1e-3), whole = std::max(m_curve.at(limits::steps), half);
        curve.power = std::clamp(std::log2(whole / half), limits::smallestPower, limits::largestPower);
        curve.factor = whole / std::pow(limits::steps, curve.power);
    }
    m_chosen = use ? 4 : -1;
    m_curve = std::move(curve);
    draw(true);
    Q_EMIT edited(m_curve, true);
}

void CurveEditor::numberEntered(bool first, double value) {
    if (m_curve.points.empty()) {
        (first ? m_curve.factor : m_curve.power) = value;
    } else {
        auto& point = m_curve.points[static_cast<std::size_t>(m_chosen)];
        (first ? point.t : point.time) = value;
    }
    draw(true);
    Q_EMIT edited(m_curve, true);
}

}  // namespace drdm
