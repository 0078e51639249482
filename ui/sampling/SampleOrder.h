#pragma once

#include "tasks/Sample.h"

#include <QJsonObject>
#include <QMap>
#include <QString>
#include <QStringList>

namespace drdm {

/// One press of Generate as plain text: it can wait in the queue, outlive the program and be made again.
struct SampleOrder {
    QString series;                 ///< UID of the series
    QStringList files;              ///< the series' first file, to find it again
    QMap<QString, QString> values;  ///< samplingParameters(), as text
    std::int64_t slice = 0, phase = 0;
    bool allSlices = false;
    QString lockRegion;  ///< LockRegion::text(): besides the file that lock-mask names

    /// \throws Error naming parameter, text and what is accepted.
    [[nodiscard]] ParameterValues parameters() const;
    /// Without image, initial field and lock mask. \throws Error
    [[nodiscard]] SampleRequest request() const;
    /// All of it on the whole series; reads the files that it names: for a worker. \throws Error
    [[nodiscard]] SampleRequest request(const Image& image) const;
    [[nodiscard]] QString title() const;

    [[nodiscard]] QJsonObject toJson() const;
    static SampleOrder fromJson(const QJsonObject& json);
    static SampleOrder of(const ParameterValues& values);
};

}  // namespace drdm
