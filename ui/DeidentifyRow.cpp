#include "ui/DeidentifyRow.h"

#include <QCheckBox>
#include <QHBoxLayout>

namespace drdm {

DeidentifyRow::DeidentifyRow(QWidget* parent)
    : QWidget(parent),
      m_hide(new QCheckBox(tr("De-identify"))),
      m_dates(new QCheckBox(tr("keep dates"))),
      m_descriptors(new QCheckBox(tr("keep descriptions"))) {
    m_hide->setObjectName("deidentify");
    m_hide->setToolTip(
        tr("Takes name, number, dates and all UIDs of the patient out of everything that is written (DICOM PS3.15 "
           "basic profile). Text in the pixels stays."));
    m_dates->setObjectName("keepDates");
    m_dates->setToolTip(tr("Keeps the dates of study and acquisition"));
    m_descriptors->setObjectName("keepDescriptors");
    m_descriptors->setToolTip(
        tr("Keeps the descriptions of study, series and protocol, without words of the patient's identity"));
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(18);
    line->addWidget(m_hide);
    for (QCheckBox* box : {m_dates, m_descriptors}) {
        box->setEnabled(false);
        connect(m_hide, &QCheckBox::toggled, box, &QWidget::setEnabled);
        connect(box, &QCheckBox::toggled, this, &DeidentifyRow::changed);
        line->addWidget(box);
    }
    line->addStretch();
    connect(m_hide, &QCheckBox::toggled, this, &DeidentifyRow::changed);
}

std::optional<DeidentificationOptions> DeidentifyRow::options() const {
    return m_hide->isChecked()
               ? std::optional(DeidentificationOptions{m_dates->isChecked(), m_descriptors->isChecked()})
               : std::nullopt;
}

}  // namespace drdm
