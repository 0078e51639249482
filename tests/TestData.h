#pragma once

#include <QByteArray>
#include <QDir>
#include <QString>

/// Folder of the real images (DRDM_TEST_DATA, else $DRDM_SHARED/data); empty when absent: then QSKIP with the reason.
inline QString testData() {
    const QByteArray given = qgetenv("DRDM_TEST_DATA");
    const QString path =
        given.isEmpty() ? QString::fromLocal8Bit(qgetenv("DRDM_SHARED")) + "/data" : QString::fromLocal8Bit(given);
    return QDir(path).exists() ? QDir(path).absolutePath() : QString();
}

/// Folder of the reference numbers; empty when absent.
inline QString referenceData() {
    const QString path = QString::fromLocal8Bit(qgetenv("DRDM_SHARED")) + "/reference";
    return QDir(path).exists() ? QDir(path).absolutePath() : QString();
}
