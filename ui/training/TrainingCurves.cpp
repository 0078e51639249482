#include "ui/training/TrainingCurves.h"

#include "render/PlotView.h"
#include "ui/Theme.h"
#include "ui/training/CurveShape.h"

#include <QCheckBox>
#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>

#include <algorithm>

namespace drdm {

namespace {

constexpr std::size_t mostPoints = 600;

QColor mixed(const QColor& a, const QColor& b, double share) {
    const auto mix = [share](int x, int y) { return static_cast<int>(share * x + (1 - share) * y); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

/// "● loss  ● distance": which colour is which curve.
QString key(std::initializer_list<std::pair<QColor, QString>> curves) {
    QString text;
    for (const auto& [colour, name] : curves) {
        text += QString("<span style='color:%1'>●</span>&nbsp;%2&nbsp;&nbsp; ").arg(colour.name(), name);
    }
    return text;
}

QFrame* card(const QString& heading, const QString& tip, QLabel* colours, QWidget* plot,
             std::initializer_list<QWidget*> controls = {}) {
    auto* frame = new QFrame;
    frame->setProperty("role", "card");
    auto* title = new QLabel(heading);
    title->setProperty("role", "heading");
    title->setToolTip(tip);
    auto* top = new QHBoxLayout;
    top->setSpacing(8);
    top->addWidget(title);
    if (colours != nullptr) {
        colours->setProperty("role", "muted");
        top->addSpacing(4);
        top->addWidget(colours);
    }
    top->addStretch();
    for (QWidget* control : controls) {
        top->addWidget(control);
    }
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(12, 9, 8, 6);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addWidget(plot, 1);
    return frame;
}

/// Around 1, where it starts: small changes must not look large.
std::optional<PlotRange> detailRange(const std::vector<ValidationPoint>& points) {
    PlotRange range{0.9, 1.05};
    for (const ValidationPoint& point : points) {
        range.from = std::min(range.from, point.detail - 0.05);
        range.to = std::max(range.to, point.detail + 0.05);
    }
    return range;
}

/// Nothing to draw is no curve, one value is a mark.
void append(std::vector<PlotCurve>& curves, PlotCurve curve) {
    if (curve.x.size() == 1) {
        curve.line = false;
        curve.points = true;
    }
    if (!curve.x.empty()) {
        curves.push_back(std::move(curve));
    }
}

/// A curve as it came, faint, and smoothed above it.
void addBoth(std::vector<PlotCurve>& curves, const QString& name, const QColor& colour, const QColor& faint,
             const std::vector<double>& x, const std::vector<double>& y, double weight) {
    if (weight > 0) {
        const Curve raw = thinned(x, y, mostPoints);
        PlotCurve curve;
        curve.colour = faint;
        curve.x = raw.x;
        curve.y = raw.y;
        curve.width = 1;
        append(curves, std::move(curve));
    }
    const Curve shape = thinned(x, smoothed(y, weight), mostPoints);
    PlotCurve curve;
    curve.name = name;
    curve.colour = colour;
    curve.x = shape.x;
    curve.y = shape.y;
    append(curves, std::move(curve));
}

}  // namespace

TrainingCurves::TrainingCurves(QWidget* parent)
    : QWidget(parent),
      m_loss(new PlotView),
      m_cosine(new PlotView),
      m_detail(new PlotView),
      m_log(new QCheckBox(tr("Log axis"))),
      m_lossKey(new QLabel),
      m_cosineKey(new QLabel),
      m_smoothing(new QSlider(Qt::Horizontal)) {
    m_loss->setObjectName("lossPlot");
    m_cosine->setObjectName("cosinePlot");
    m_detail->setObjectName("detailPlot");
    for (PlotView* plot : {m_loss, m_cosine, m_detail}) {
        plot->setMinimumSize(120, 80);
        plot->setHoverText([](const PlotCurve& curve, double x, double y) {
            return tr("%1 %2 at step %3").arg(curve.name).arg(y, 0, 'g', 4).arg(x, 0, 'f', 0);
        });
    }
    m_log->setObjectName("logAxis");
    m_log->setToolTip(tr("Show the losses on a logarithmic axis"));
    m_smoothing->setObjectName("smoothing");
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setToolTip(tr("How far the curves are averaged over earlier values; the faint lines are as measured"));
    m_smoothing->setRange(0, 99);
    m_smoothing->setValue(80);
    m_smoothing->setFixedWidth(96);
    auto* smoothing = new QLabel(tr("Smoothing"));
    smoothing->setProperty("role", "muted");
    smoothing->setToolTip(m_smoothing->toolTip());

    auto* below = new QHBoxLayout;
    below->setSpacing(8);
    below->addWidget(card(tr("COSINE"),
                          tr("Whether the prediction points back along the deformation: −1 perfect, 0 nothing learned"),
                          m_cosineKey, m_cosine),
                     1);
    below->addWidget(
        card(tr("DETAIL"),
             tr("Roughness that is left over in validation: 0 perfect, 1 as if nothing had been predicted"), nullptr,
             m_detail),
        1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(card(tr("LOSS"), tr("What training makes small, and its part that measures distance"), m_lossKey,
                           m_loss, {smoothing, m_smoothing, m_log}),
                      6);
    layout->addLayout(below, 5);
    connect(m_log, &QCheckBox::toggled, m_loss, &PlotView::setLogY);
    connect(m_smoothing, &QSlider::valueChanged, this, &TrainingCurves::draw);
    dress();
}

void TrainingCurves::setHistory(const TrainingHistory& history) {
    for (auto* values : {&m_step, &m_lossValues, &m_distanceValues, &m_cosineValues}) {
        values->clear();
    }
    m_validations.clear();
    add(history.steps, history.validations);
}

void TrainingCurves::add(const std::vector<TrainingStep>& steps, const std::vector<ValidationPoint>& validations) {
    for (const TrainingStep& step : steps) {
        m_step.push_back(static_cast<double>(step.step));
        m_lossValues.push_back(step.loss);
        m_distanceValues.push_back(step.distance);
        m_cosineValues.push_back(step.angle);
    }
    m_validations.insert(m_validations.end(), validations.begin(), validations.end());
    draw();
}

const ValidationPoint* TrainingCurves::best() const {
    const auto found = std::ranges::min_element(m_validations, {}, &ValidationPoint::cosine);
    return found == m_validations.end() ? nullptr : &*found;
}

double TrainingCurves::weight() const {
    return m_smoothing->value() / 100.0;
}

void TrainingCurves::draw() {
    const Theme& theme = Theme::current();
    const auto faint = [&theme](const QColor& colour) { return mixed(colour, theme.panel, 0.35); };
    std::vector<PlotCurve> losses;
    addBoth(losses, tr("loss"), theme.accent, faint(theme.accent), m_step, m_lossValues, weight());
    addBoth(losses, tr("distance"), theme.diffusion, faint(theme.diffusion), m_step, m_distanceValues, weight());
    m_loss->setCurves(std::move(losses));

    std::vector<PlotCurve> cosines;
    addBoth(cosines, tr("training"), theme.accent, faint(theme.accent), m_step, m_cosineValues, weight());
    PlotCurve cosine;
    cosine.name = tr("validation");
    cosine.colour = theme.diffusion;
    cosine.points = true;
    PlotCurve detail = cosine;
    for (const ValidationPoint& point : m_validations) {
        cosine.x.push_back(static_cast<double>(point.step));
        cosine.y.push_back(point.cosine);
        detail.x.push_back(static_cast<double>(point.step));
        detail.y.push_back(point.detail);
    }
    append(cosines, std::move(cosine));
    m_cosine->setCurves(std::move(cosines));
    std::vector<PlotCurve> details;
    append(details, std::move(detail));
    m_detail->setCurves(std::move(details));
    // All three over the same steps.
    const double last = std::max(m_step.empty() ? 1.0 : m_step.back(),
                                 m_validations.empty() ? 1.0 : static_cast<double>(m_validations.back().step));
    for (PlotView* plot : {m_loss, m_cosine, m_detail}) {
        plot->setRange(PlotRange{0, last}, plot == m_detail ? detailRange(m_validations) : std::nullopt);
    }
}

void TrainingCurves::dress() {
    const Theme& theme = Theme::current();
    m_lossKey->setText(key({{theme.accent, tr("loss")}, {theme.diffusion, tr("distance")}}));
    m_cosineKey->setText(key({{theme.accent, tr("training")}, {theme.diffusion, tr("validation")}}));
    for (PlotView* plot : {m_loss, m_cosine, m_detail}) {
        plot->setPlotColours({theme.panel, theme.text, theme.muted, theme.line, theme.raised});
    }
    draw();
}

void TrainingCurves::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange) {
        dress();
    }
    QWidget::changeEvent(event);
}

}  // namespace drdm
