#pragma once

#include <QFrame>

class QItemSelectionModel;
class QLabel;
class QListView;
class QToolButton;

namespace drdm {

class VariationFilter;

/// The variations of the open series as a narrow list.
class VariationList : public QFrame {
    Q_OBJECT

public:
    /// `selection` (of `filter`) is shared with the gallery.
    VariationList(VariationFilter* filter, QItemSelectionModel* selection, QWidget* parent = nullptr);

    [[nodiscard]] QListView* view() const { return m_view; }

Q_SIGNALS:
    void removeWanted();
    void galleryWanted();
    void starWanted(int number, bool starred);

private:
    void update();

    VariationFilter* m_filter;
    QListView* m_view;
    QLabel *m_count, *m_empty;
    QToolButton *m_remove, *m_starred;
};

}  // namespace drdm
