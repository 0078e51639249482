#pragma once

#include <QImage>

namespace drdm {

/// The picture with a table of at most 256 colours of its own (Format_Indexed8), chosen by median cut over the colours
/// that occur; pictures with no more than 256 colours stay exactly as they are. Opacity is dropped.
QImage withColourTable(const QImage& picture);

}  // namespace drdm
