#pragma once

#include "errors/Error.h"
#include "imaging/Geometry.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QString>

#include <csignal>
#include <functional>
#include <sys/resource.h>

/// The text of the drdm::Error that `work` throws; empty if it throws none.
inline QString errorOf(const std::function<void()>& work) {
    try {
        work();
    } catch (const drdm::Error& error) {
        return QString::fromUtf8(error.what());
    }
    return {};
}

/// A message says what, where and what to do: it names the file (or folder) and gives advice.
inline bool isUseful(const QString& message, const QString& where, const QString& remedy) {
    if (message.contains(where) && message.contains(remedy)) {
        return true;
    }
    qWarning("message: %s", qPrintable(message));
    return false;
}

/// Largest distance (mm) between the corners of two grids; huge if their sizes differ.
inline double cornerDistance_mm(const drdm::Geometry& a, const drdm::Geometry& b) {
    double most = a.size == b.size ? 0 : 1e9;
    for (int corner = 0; corner < 8; ++corner) {
        drdm::Vec3 voxel{};
        for (std::size_t k = 0; k < 3; ++k) {
            voxel[k] = ((corner >> k) & 1) != 0 ? static_cast<double>(a.size[k] - 1) : 0;
        }
        const drdm::Vec3 p = a.toPatient(voxel);
        const drdm::Vec3 q = b.toPatient(voxel);
        most = std::max(most, std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
    }
    return most;
}

inline QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void writeBytes(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
        qFatal("cannot write %s", qPrintable(path));
    }
}

/// As if the disk were full after `bytes` of a file, for as long as it lives.
class NearlyFullDisk {
public:
    explicit NearlyFullDisk(rlim_t bytes) : m_handler(std::signal(SIGXFSZ, SIG_IGN)) {
        getrlimit(RLIMIT_FSIZE, &m_before);
        rlimit limit{bytes, m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~NearlyFullDisk() {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }
    NearlyFullDisk(const NearlyFullDisk&) = delete;
    NearlyFullDisk& operator=(const NearlyFullDisk&) = delete;

private:
    rlimit m_before{};
    void (*m_handler)(int);
};
