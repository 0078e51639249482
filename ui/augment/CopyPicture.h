#pragma once

#include "tasks/Augment.h"

#include <QImage>
#include <QString>

namespace drdm {

struct CopyPicture {
    QString name;
    QImage image;
};

/// The middle slice of a copy in grey, the rims of its labels in colour, no side longer than `side`. Any thread.
CopyPicture copyPicture(const AugmentPreview& copy, int side);

}  // namespace drdm
