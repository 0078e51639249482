#pragma once

#include "io/Labels.h"

#include <QDialog>

class QListWidget;
class QPushButton;

namespace drdm {

/// Which structures of a DICOM segmentation or structure set are taken, and which of two wins where they overlap.
class StructureDialog : public QDialog {
    Q_OBJECT

public:
    /// `chosen`: numbers in order; empty: all.
    StructureDialog(const std::vector<NamedStructure>& structures, const QStringList& chosen,
                    QWidget* parent = nullptr);

    /// Numbers in order; empty where all are taken in the order of the file.
    [[nodiscard]] QStringList chosen() const;

private:
    void checkAll(bool on);
    void move(int by);
    void showWhatCanBeDone();

    QStringList m_all;
    QListWidget* m_list;
    QPushButton *m_up, *m_down, *m_ok;
};

}  // namespace drdm
