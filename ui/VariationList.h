#pragma once

#include <QFrame>
#include <QImage>

class QListWidget;
class QToolButton;

namespace drdm {

/// What the list shows of one variation.
struct VariationEntry {
    int number = 0;  ///< the window's own; stays when others are removed
    QString title;
    QString details;
    QImage preview;  ///< may be null
    bool running = false;
};

/// The variations made so far; choosing one shows it.
class VariationList : public QFrame {
    Q_OBJECT

public:
    explicit VariationList(QWidget* parent = nullptr);

    void put(const VariationEntry& entry);  ///< adds, or renews the one of that number
    void setPreview(int number, const QImage& preview);
    void remove(int number);
    void clear();
    void mark(int number);              ///< no signal
    [[nodiscard]] int current() const;  ///< number; 0 = none
    [[nodiscard]] int count() const;

Q_SIGNALS:
    void chosen(int number);
    void removeWanted(int number);

private:
    [[nodiscard]] int rowOf(int number) const;

    QListWidget* m_list;
    QToolButton* m_remove;
};

}  // namespace drdm
