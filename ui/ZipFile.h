#pragma once

#include <QByteArray>
#include <QString>

#include <utility>
#include <vector>

namespace drdm {

/// A .zip of these files (name, content), stored without compression: for small texts that anybody can open.
QByteArray zipped(const std::vector<std::pair<QString, QByteArray>>& files);

}  // namespace drdm
