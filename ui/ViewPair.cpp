#include "ui/ViewPair.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace drdm {

ViewPair::ViewPair(QWidget* parent) : QWidget(parent) {
    m_original = makePane(tr("Original"), "originalView");
    m_variation = makePane(tr("Variation"), "variationView");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(m_original.frame, 1);
    row->addWidget(m_variation.frame, 1);

    auto* page = new QWidget;
    m_notice = new QLabel;
    m_notice->setObjectName("variationNotice");
    m_notice->setProperty("role", "muted");
    m_notice->setAlignment(Qt::AlignCenter);
    m_notice->setWordWrap(true);
    m_noticeButton = new QPushButton;
    m_noticeButton->setObjectName("noticeButton");
    auto* column = new QVBoxLayout(page);
    column->addStretch();
    column->addWidget(m_notice);
    column->addSpacing(8);
    column->addWidget(m_noticeButton, 0, Qt::AlignHCenter);
    column->addStretch();
    m_variation.stack->addWidget(page);
    connect(m_noticeButton, &QPushButton::clicked, this, &ViewPair::noticeButtonClicked);

    m_compare = new CompareBar;
    m_variation.header->insertWidget(1, m_compare);
    connectCompare();
    connectView(m_original.view, m_variation.view);
    connectView(m_variation.view, m_original.view);
    setNotice({});
}

ViewPair::Pane ViewPair::makePane(const QString& title, const QString& name) {
    Pane pane;
    auto* frame = new QFrame;
    frame->setProperty("role", "pane");
    pane.frame = frame;
    pane.title = new QLabel(title);
    pane.title->setProperty("role", "value");
    pane.caption = new QLabel;
    pane.caption->setProperty("role", "muted");
    pane.caption->setObjectName(name + "Caption");
    pane.caption->setMinimumWidth(10);
    pane.caption->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    pane.view = new SliceView;
    pane.view->setObjectName(name);
    pane.view->setAccessibleName(title);
    pane.view->setTool(SliceView::Tool::Window);
    auto* header = new QHBoxLayout;
    pane.header = header;
    header->setContentsMargins(12, 0, 12, 0);
    header->addWidget(pane.title);
    header->addWidget(pane.caption, 1);
    auto* holder = new QWidget;
    pane.stack = new QStackedLayout(holder);
    pane.stack->addWidget(pane.view);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(1, 8, 1, 8);
    column->setSpacing(7);
    column->addLayout(header);
    column->addWidget(holder, 1);
    return pane;
}

void ViewPair::connectView(SliceView* view, SliceView* other) {
    connect(view, &SliceView::cameraWanted, this, [this](const PlaneCamera& camera) { setCamera(camera); });
    connect(view, &SliceView::fitWanted, this, &ViewPair::fit);
    connect(view, &SliceView::resizedView, this, [this] {
        if (m_fitted) {
            fit();
        }
    });
    connect(view, &SliceView::windowDragged, this, [this](double right, double up) {
        // One view's width doubles or halves the contrast about twice; upwards is brighter.
        const DisplayWindow wanted{m_window.centre - up * m_window.width, m_window.width * std::exp(1.5 * right)};
        setWindow(wanted);
    });
    connect(view, &SliceView::sliceStepped, this, &ViewPair::sliceStepped);
    connect(view, &SliceView::curtainDragged, this, &ViewPair::setCurtain);
    connect(view, &SliceView::shapeDragged, this, &ViewPair::drawShape);
    view->installEventFilter(this);
    connect(view, &SliceView::pointedAt, this, [this, other](QPointF plane_mm) {
        if (other->isVisible()) {
            other->showLinkedCursor(plane_mm);
        }
        Q_EMIT pointedAt(plane_mm);
    });
    connect(view, &SliceView::pointerLeft, this, [this, other] {
        other->hideLinkedCursor();
        Q_EMIT pointerLeft();
    });
}

void ViewPair::setMode(Mode mode) {
    m_mode = mode;
    m_flickered = false;
    m_original.frame->setVisible(mode == Mode::Both || mode == Mode::Original);
    m_variation.frame->setVisible(mode != Mode::Original);
    m_compare->setMode(mode);
    name();
    compose();
    if (mode == Mode::Flicker) {
        m_variation.view->setFocus();  // for its key
    }
}

void ViewPair::setOriginal(const ScalarPlane& plane, const QString& caption) {
    const bool other = plane.grid.width != m_grid.width || plane.grid.height != m_grid.height ||
                       plane.grid.spacingX_mm != m_grid.spacingX_mm || plane.grid.spacingY_mm != m_grid.spacingY_mm;
    m_grid = plane.grid;
    m_originalPlane = plane;
    m_original.view->setImage(plane);
    m_original.caption->setText(caption);
    if (other) {
        m_curtain_mm = (plane.grid.width - 1) * plane.grid.spacingX_mm / 2;
        fit();
    }
    compose();
    showMeasurements();
    Q_EMIT measuredAnew();
}

void ViewPair::setVariation(const StepFrame& frame) {
    SliceView* view = m_variation.view;
    using Layer = SliceScene::Layer;
    m_frame = frame;
    m_nextFolded = 0;
    compose();
    view->setColours(Layer::Jacobian, frame.jacobian);
    view->setColours(Layer::Displacement, frame.displacement);
    view->setColours(Layer::Labels, frame.labels);
    view->setLines(Layer::Grid, frame.grid);
    view->setLines(Layer::Arrows, frame.arrows);
    view->setLines(Layer::Contours, frame.labelContours);
    m_variation.stack->setCurrentIndex(0);
    Q_EMIT measuredAnew();
}

void ViewPair::setVariationCaption(const QString& caption) {
    m_variation.caption->setText(caption);
}

void ViewPair::setNotice(const QString& text, const QString& button) {
    m_notice->setText(text);
    m_noticeButton->setText(button);
    m_noticeButton->setVisible(!button.isEmpty());
    m_variation.stack->setCurrentIndex(1);
    m_frame = {};
    Q_EMIT measuredAnew();
}

bool ViewPair::showsVariation() const {
    return m_variation.stack->currentIndex() == 0;
}

void ViewPair::setGridOnOriginal(const LineSet& lines) {
    m_original.view->setLines(SliceScene::Layer::Grid, lines);
}

void ViewPair::setLabelsOnOriginal(const ColourPlane& filled, const LineSet& contours) {
    m_original.view->setColours(SliceScene::Layer::Labels, filled);
    m_original.view->setLines(SliceScene::Layer::Contours, contours);
}

void ViewPair::setWindow(const DisplayWindow& window) {
    m_window = window;
    m_original.view->setWindow(window.centre, window.width);
    m_variation.view->setWindow(window.centre, window.width);
    m_compare->setRange(differenceRange(), m_unit);
    if (m_mode == Mode::Difference) {
        compose();
    }
    Q_EMIT windowChanged(window);
}

void ViewPair::setOrientation(const PlaneOrientation& orientation) {
    for (SliceView* view : {m_original.view, m_variation.view}) {
        view->setFlips(orientation.flipHorizontally, orientation.flipVertically);
        view->setOrientation(orientation.letters);
    }
}

void ViewPair::setOpacity(SliceScene::Layer layer, double opacity) {
    m_variation.view->setOpacity(layer, opacity);
    m_original.view->setOpacity(layer, opacity);
}

void ViewPair::setTool(SliceView::Tool tool) {
    m_original.view->setTool(tool);
    m_variation.view->setTool(tool);
}

void ViewPair::setSmooth(bool smooth) {
    m_original.view->setSmooth(smooth);
    m_variation.view->setSmooth(smooth);
}

std::optional<PlaneCamera> ViewPair::camera() const {
    return m_fitted ? std::nullopt : std::optional(m_variation.view->camera());
}

void ViewPair::setCamera(const std::optional<PlaneCamera>& camera) {
    if (!camera) {
        fit();
        return;
    }
    m_fitted = false;
    lookAt(*camera);
}

void ViewPair::lookAt(const PlaneCamera& camera) {
    m_original.view->setCamera(camera);
    m_variation.view->setCamera(camera);
}

void ViewPair::fit() {
    m_fitted = true;
    // Both views have the same size; the variation's view may have had no image yet.
    const SliceView* shown = !m_original.frame->isVisibleTo(this) && !m_variation.view->planeGrid().empty()
                                 ? m_variation.view
                                 : m_original.view;
    lookAt(shown->fitted());
}

void ViewPair::zoomBy(double factor) {
    PlaneCamera camera = m_variation.view->camera();
    camera.halfHeight_mm = std::clamp(camera.halfHeight_mm / factor, 1.0, 5000.0);
    setCamera(camera);
}

}  // namespace drdm
