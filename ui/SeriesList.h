#pragma once

#include "io/Series.h"

#include <QFrame>

class QLabel;
class QListWidget;

namespace drdm {

/// The series that a scan has found: what each is, and its warnings. Choosing one opens it.
class SeriesList : public QFrame {
    Q_OBJECT

public:
    explicit SeriesList(QWidget* parent = nullptr);

    void show(const ScanResult& result);
    void clear();
    void select(int index);  ///< as if the user had chosen it
    void mark(int index);    ///< shows which one is open; no signal
    [[nodiscard]] const std::vector<SeriesInfo>& series() const { return m_series; }

Q_SIGNALS:
    void chosen(int index);

private:
    QListWidget* m_list;
    QLabel* m_skipped;
    std::vector<SeriesInfo> m_series;
};

}  // namespace drdm
