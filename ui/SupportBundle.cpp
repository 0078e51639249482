#include "ui/SupportBundle.h"

#include "diffusion/Devices.h"
#include "errors/Error.h"
#include "render/VtkWidget.h"
#include "ui/Log.h"
#include "ui/Preferences.h"
#include "ui/StatusMeter.h"
#include "ui/ZipFile.h"

#include <QFile>
#include <QFileInfo>
#include <QGuiApplication>
#include <QSaveFile>
#include <QScreen>
#include <QSettings>
#include <QSysInfo>

namespace drdm {

QString supportReport() {
    QStringList lines{QStringLiteral("DRDM Studio ") + DRDM_VERSION,
                      QStringLiteral("Qt ") + qVersion(),
                      "VTK " + QString::fromStdString(VtkWidget::libraryVersion()),
                      "LibTorch " + QString::fromStdString(torchVersion()),
                      "OpenGL " + VtkWidget::openGlDescription(),
                      {},
                      QSysInfo::prettyProductName() + ", " + QSysInfo::kernelType() + ' ' + QSysInfo::kernelVersion() +
                          ", " + QSysInfo::currentCpuArchitecture(),
                      QStringLiteral("%1 cores, %2 threads used").arg(coreCount()).arg(threadCount()),
                      QStringLiteral("%1 MB of memory, %2 MB used by the program")
                          .arg(physicalMemory() >> 20U)
                          .arg(residentMemory() >> 20U),
                      "platform " + QGuiApplication::platformName()};
    for (const QScreen* screen : QGuiApplication::screens()) {
        lines << QStringLiteral("screen %1 × %2, ratio %3")
                     .arg(screen->size().width())
                     .arg(screen->size().height())
                     .arg(screen->devicePixelRatio());
    }
    lines << QString() << "Settings";
    // Named one by one: whatever else the settings hold (recent files, folders) stays out.
    const QSettings settings;
    for (const QString& key : settings.allKeys()) {
        if (Preferences::isHarmless(key)) {
            lines << "  " + key + " = " + settings.value(key).toString();
        }
    }
    return lines.join('\n') + '\n';
}

void writeSupportBundle(const QString& path, const QString& report) {
    std::vector<std::pair<QString, QByteArray>> files{{"report.txt", report.toUtf8()}};
    for (const QString& log : Log::files()) {
        QFile file(log);
        if (file.open(QIODevice::ReadOnly)) {
            files.emplace_back("log/" + QFileInfo(log).fileName(), file.readAll());
        }
    }
    const QByteArray zip = zipped(files);
    QSaveFile out(path);
    if (!out.open(QIODevice::WriteOnly) || out.write(zip) != zip.size() || !out.commit()) {
        throw Error("cannot write " + path.toStdString() + ": " + out.errorString().toStdString() +
                    "; choose a folder that can be written and has room");
    }
}

}  // namespace drdm
