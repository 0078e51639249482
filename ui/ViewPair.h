#pragma once

#include "render/SliceView.h"
#include "ui/CompareBar.h"
#include "ui/Measurement.h"
#include "ui/PlaneOrientation.h"
#include "ui/StepFrame.h"
#include "ui/Windowing.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;
class QStackedLayout;

namespace drdm {

/// Original and variation, side by side or in one picture. Side by side they are linked: window, camera and the place
/// pointed at are the same in both. What is drawn to be measured lies on both.
class ViewPair : public QWidget {
    Q_OBJECT

public:
    using Mode = CompareMode;

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
    void setLabelsOnOriginal(const ColourPlane& filled, const LineSet& contours);
    /// Of the voxels' values, for the colour bar of the difference and the measurements: "HU" or "".
    void setUnit(const QString& unit);

    /// Flicker: shows the original instead of the variation, as Space does while it is held.
    void setFlickered(bool original);
    void setCurtain(double x_mm);
    [[nodiscard]] double curtain_mm() const { return m_curtain_mm; }
    /// Brings the next folded voxel of the shown step into the middle; false if there is none.
    bool jumpToNextFolded();

    /// Only measurements of this slice are drawn; new ones belong to it.
    void setSlice(std::int64_t slice);
    [[nodiscard]] const std::vector<Measurement>& measurements() const { return m_measurements; }
    void setMeasurements(std::vector<Measurement> measurements);
    void removeMeasurement(int number);
    /// What a measurement says of what is shown now; none if it lies on another slice.
    [[nodiscard]] std::optional<MeasuredValues> measured(const Measurement& measurement) const;

    void setLock(const LineSet& border);  ///< of what stays unchanged, in both views

    void setWindow(const DisplayWindow& window);
    [[nodiscard]] const DisplayWindow& displayWindow() const { return m_window; }
    void setOrientation(const PlaneOrientation& orientation);
    void setOpacity(SliceScene::Layer layer, double opacity);
    void setTool(SliceView::Tool tool);
    void setSmooth(bool smooth);
    /// Where the user moved the views to; none while they show all of the image.
    [[nodiscard]] std::optional<PlaneCamera> camera() const;
    void setCamera(const std::optional<PlaneCamera>& camera);
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
    /// A tool for regions that stay unchanged draws.
    void lockDragged(drdm::SliceView::Tool tool, QPointF from_mm, QPointF to_mm, bool done);
    void measurementsChanged();  ///< drawn, removed, or set
    void measuredAnew();         ///< another image or step: the numbers have changed

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Pane {
        QWidget* frame = nullptr;
        QLabel* title = nullptr;
        QLabel* caption = nullptr;
        SliceView* view = nullptr;
        QStackedLayout* stack = nullptr;
        QHBoxLayout* header = nullptr;
    };
    Pane makePane(const QString& title, const QString& name);
    void connectView(SliceView* view, SliceView* other);
    void lookAt(const PlaneCamera& camera);

    // ViewCompare.cpp
    void connectCompare();
    void compose();
    void name();
    [[nodiscard]] double differenceRange() const { return m_window.width / 2; }

    // ViewMeasure.cpp
    void drawShape(SliceView::Tool tool, QPointF from_mm, QPointF to_mm, bool done);
    void showMeasurements(const std::optional<Measurement>& draft = {});

    Pane m_original, m_variation;
    QLabel* m_notice = nullptr;
    QPushButton* m_noticeButton = nullptr;
    Mode m_mode = Mode::Both;
    DisplayWindow m_window;
    bool m_fitted = true;  ///< the camera follows the size of the views until the user moves it
    PlaneGrid m_grid;
    CompareBar* m_compare = nullptr;
    ScalarPlane m_originalPlane;
    StepFrame m_frame;
    QString m_unit;
    bool m_flickered = false;
    double m_curtain_mm = 0;
    std::size_t m_nextFolded = 0;
    std::int64_t m_slice = 0;
    std::vector<Measurement> m_measurements;
};

}  // namespace drdm
