#include "ui/ViewPair.h"

#include <QKeyEvent>
#include <QLabel>

namespace drdm {

namespace {

bool oneGrid(const PlaneGrid& a, const PlaneGrid& b) {
    return !a.empty() && a.width == b.width && a.height == b.height;
}

}  // namespace

void ViewPair::connectCompare() {
    connect(m_compare, &CompareBar::changed, this, &ViewPair::compose);
    connect(m_compare, &CompareBar::flickered, this, [this] { setFlickered(!m_flickered); });
}

void ViewPair::name() {
    const std::array<QString, 8> titles{tr("Variation"),
                                        tr("Variation"),
                                        tr("Variation"),
                                        tr("Blend"),
                                        tr("Checkerboard"),
                                        tr("Curtain"),
                                        m_flickered ? tr("Original") : tr("Variation"),
                                        tr("Variation − original")};
    m_variation.title->setText(titles.at(static_cast<std::size_t>(m_mode)));
}

void ViewPair::compose() {
    if (!m_frame.image.values) {
        return;
    }
    ScalarPlane image = m_frame.image;
    ColourPlane difference;
    std::optional<double> curtain;
    if (oneGrid(m_originalPlane.grid, image.grid)) {
        Comparison comparison;
        comparison.share = m_compare->share();
        comparison.square_mm = m_compare->square_mm();
        comparison.curtain_mm = m_curtain_mm;
        comparison.mirrored = m_variation.view->flippedHorizontally();
        switch (m_mode) {
            case Mode::Blend:
                comparison.kind = Comparison::Kind::Blend;
                image = compared(m_originalPlane, image, comparison);
                break;
            case Mode::Checkerboard:
                comparison.kind = Comparison::Kind::Checkerboard;
                image = compared(m_originalPlane, image, comparison);
                break;
            case Mode::Curtain:
                comparison.kind = Comparison::Kind::Curtain;
                image = compared(m_originalPlane, image, comparison);
                curtain = m_curtain_mm;
                break;
            case Mode::Flicker:
                image = m_flickered ? m_originalPlane : image;
                break;
            case Mode::Difference:
                difference = differencePlane(m_originalPlane, image, differenceRange());
                break;
            default:
                break;
        }
    }
    m_variation.view->setImage(image);
    m_variation.view->setColours(SliceScene::Layer::Difference, difference);
    m_variation.view->setCurtain(curtain);
}

void ViewPair::setUnit(const QString& unit) {
    m_unit = unit;
    m_compare->setRange(differenceRange(), unit);
}

void ViewPair::setFlickered(bool original) {
    m_flickered = original && m_mode == Mode::Flicker;
    name();
    compose();
}

void ViewPair::setCurtain(double x_mm) {
    m_curtain_mm = std::clamp(x_mm, 0.0, std::max(0.0, m_grid.width_mm()));
    compose();
}

bool ViewPair::eventFilter(QObject* watched, QEvent* event) {
    const bool key = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress ||
                     event->type() == QEvent::KeyRelease;
    if (m_mode == Mode::Flicker && key) {
        auto* pressed = static_cast<QKeyEvent*>(event);
        if (pressed->key() == Qt::Key_Space && pressed->modifiers() == Qt::NoModifier) {
            if (event->type() == QEvent::ShortcutOverride) {
                event->accept();  // elsewhere Space plays
            } else if (!pressed->isAutoRepeat()) {
                setFlickered(event->type() == QEvent::KeyPress);
            }
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

bool ViewPair::jumpToNextFolded() {
    if (!m_frame.folded || m_frame.folded->empty()) {
        return false;
    }
    const PlaneGrid& grid = m_frame.image.grid;
    const std::size_t at = (*m_frame.folded)[m_nextFolded++ % m_frame.folded->size()];
    const auto width = static_cast<std::size_t>(grid.width);
    const double x = static_cast<double>(at % width) * grid.spacingX_mm;
    const double y = static_cast<double>(at / width) * grid.spacingY_mm;
    setCamera(PlaneCamera{x, y, std::min(m_variation.view->camera().halfHeight_mm, 30 * grid.spacingY_mm)});
    m_variation.view->showLinkedCursor({x, y});
    return true;
}

}  // namespace drdm
