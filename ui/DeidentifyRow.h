#pragma once

#include "io/Deidentification.h"

#include <QWidget>

#include <optional>

class QCheckBox;

namespace drdm {

/// Whether what is written or sent shall go without the patient, and what is kept all the same.
class DeidentifyRow : public QWidget {
    Q_OBJECT

public:
    explicit DeidentifyRow(QWidget* parent = nullptr);
    [[nodiscard]] std::optional<DeidentificationOptions> options() const;

Q_SIGNALS:
    void changed();

private:
    QCheckBox *m_hide, *m_dates, *m_descriptors;
};

}  // namespace drdm
