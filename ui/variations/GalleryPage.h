#pragma once

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QItemSelectionModel;
class QLabel;
class QListView;
class QSlider;
class QToolButton;

namespace drdm {

class VariationDelegate;
class VariationFilter;

/// The variations of the open series as large tiles, beside each other: to look over, star, compare, sort out.
class GalleryPage : public QWidget {
    Q_OBJECT

public:
    GalleryPage(VariationFilter* filter, QItemSelectionModel* selection, QWidget* parent = nullptr);

    [[nodiscard]] QListView* view() const { return m_view; }
    /// Buttons for the window's actions (star, compare, …) above the tiles.
    void addActions(const QList<QAction*>& actions);
    /// The tiles as they are on the screen, all of them, as one picture.
    [[nodiscard]] QImage contactSheet() const;

Q_SIGNALS:
    void opened(int number);  ///< double click or Return
    void starWanted(int number, bool starred);
    void sheetWanted();

private:
    void update();

    VariationFilter* m_filter;
    VariationDelegate* m_delegate;
    QListView* m_view;
    QLabel *m_empty, *m_summary;
    QHBoxLayout* m_buttons;
    QComboBox* m_order;
    QSlider* m_size;
};

}  // namespace drdm
