#pragma once

#include <QKeySequence>
#include <QWidget>

class QAction;
class QCheckBox;
class QFormLayout;
class QLabel;
class QSlider;
class QToolButton;
class QVBoxLayout;

namespace drdm {

/// One overlay: whether and how strongly it is shown, its further options behind a small button, and below them what
/// its colours mean.
class OverlayRow : public QWidget {
    Q_OBJECT

public:
    struct Text {
        QString label, tip, name, picture;
        QKeySequence key;
        int opacity = 70;  ///< percent
    };
    explicit OverlayRow(const Text& text, QWidget* parent = nullptr);

    [[nodiscard]] bool isOn() const;
    void setOn(bool on);
    [[nodiscard]] double opacity() const;  ///< 0…1
    void setOpacity(double opacity);
    [[nodiscard]] bool available() const;
    [[nodiscard]] QAction* action() const { return m_action; }

    void addOption(const QString& label, QWidget* editor);  ///< behind the small button
    void addLegend(QWidget* widget);                        ///< shown while the overlay is
    void setAvailable(bool available, const QString& why);  ///< switched off with a reason

Q_SIGNALS:
    void toggled(bool on);
    void opacityChanged();

private:
    void arrange();

    QCheckBox* m_box;
    QSlider* m_opacity;
    QLabel* m_percent;
    QToolButton* m_more;
    QWidget *m_options, *m_legend;
    QFormLayout* m_optionForm;
    QVBoxLayout* m_legendColumn;
    QAction* m_action;
};

}  // namespace drdm
