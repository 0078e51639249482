#include "ui/StatusMeter.h"

#include "ui/Icons.h"
#include "ui/Theme.h"

#include <QFile>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QTimer>

#include <unistd.h>

namespace drdm {

namespace {

constexpr int period_ms = 2000;

}  // namespace

std::uint64_t residentMemory() {
    QFile file("/proc/self/statm");
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QList<QByteArray> words = file.readAll().split(' ');
    return words.size() < 2 ? 0 : words[1].toULongLong() * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t physicalMemory() {
    const long pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : 0;
}

StatusMeter::StatusMeter(QWidget* parent) : QWidget(parent), m_device(new QLabel), m_memory(new QLabel) {
    setObjectName("statusMeter");
    auto* picture = new QLabel;
    const auto draw = [picture] { picture->setPixmap(icon("chip", &Theme::muted).pixmap(15, 15)); };
    draw();
    connect(&ThemeNotifier::instance(), &ThemeNotifier::changed, picture, draw);
    m_device->setObjectName("statusDevice");
    m_memory->setObjectName("statusMemory");
    m_memory->setToolTip(tr("Memory that this program occupies, of what the computer has"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 4, 0);
    row->setSpacing(6);
    row->addWidget(picture);
    for (QLabel* label : {m_device, m_memory}) {
        label->setProperty("role", "muted");
        row->addWidget(label);
    }
    m_memory->setContentsMargins(6, 0, 0, 0);
    auto* timer = new QTimer(this);
    timer->setInterval(period_ms);
    connect(timer, &QTimer::timeout, this, &StatusMeter::renew);
    timer->start();
    renew();
}

void StatusMeter::setDevice(const QString& text, const QString& tip) {
    m_device->setText(text);
    m_device->setToolTip(tip);
}

void StatusMeter::renew() {
    const QLocale locale = QLocale::c();
    m_memory->setText(
        tr("%1 of %2")
            .arg(locale.formattedDataSize(static_cast<qint64>(residentMemory()), 0, QLocale::DataSizeTraditionalFormat),
                 locale.formattedDataSize(static_cast<qint64>(physicalMemory()), 0,
                                          QLocale::DataSizeTraditionalFormat)));
}

}  // namespace drdm
