#pragma once

#include "render/SliceView.h"
#include "ui/PlaneOrientation.h"
#include "ui/StepFrame.h"
#include "ui/Windowing.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedLayout;

namespace drdm {

/// Original and variation side by side, linked: window, camera and the place pointed at are the same in both.
class ViewPair : public QWidget {
    Q_OBJECT

public:
    enum class Mode { Both, Original, Variation };

    explicit ViewPair(QWidget* parent = nullptr);

    void setMode(Mode mode);
    [[nodiscard]] Mode mode() const { return m_mode; }
    void setOriginal(const ScalarPlane& plane, const QString& caption);
    void setVariation(const StepFrame& frame);
    void setVariationCaption(const QString& caption);
    /// Instead of a variation: a text, and a button if it has a label.
    void setNotice(const QString& text, const QString& button = {});
    [[nodiscard]] bool showsVariation() const;
    void setGridOnOriginal(const LineSet& lines);

    void setWindow(const DisplayWindow& window);
    [[nodiscard]] const DisplayWindow& displayWindow() const { return m_window; }
    void setOrientation(const PlaneOrientation& orientation);
    void setOpacity(SliceScene::Layer layer, double opacity);
    void setTool(SliceView::Tool tool);
    void setSmooth(bool smooth);
    void fit();
    void zoomBy(double factor);

    [[nodiscard]] SliceView* originalView() const { return m_original.view; }
    [[nodiscard]] SliceView* variationView() const { return m_variation.view; }

Q_SIGNALS:
    void windowChanged(const drdm::DisplayWindow& window);
    void sliceStepped(int steps);
    void pointedAt(QPointF plane_mm);
    void pointerLeft();
    void noticeButtonClicked();

private:
    struct Pane {
        QWidget* frame = nullptr;
        QLabel* title = nullptr;
        QLabel* caption = nullptr;
        SliceView* view = nullptr;
        QStackedLayout* stack = nullptr;
    };
    Pane makePane(const QString& title, const QString& name);
    void connectView(SliceView* view, SliceView* other);
    void setCamera(const PlaneCamera& camera);

    Pane m_original, m_variation;
    QLabel* m_notice = nullptr;
    QPushButton* m_noticeButton = nullptr;
    Mode m_mode = Mode::Both;
    DisplayWindow m_window;
    bool m_fitted = true;  ///< the camera follows the size of the views until the user moves it
    PlaneGrid m_grid;
};

}  // namespace drdm
