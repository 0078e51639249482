#pragma once

#include <QWidget>

#include <cstdint>

class QLabel;

namespace drdm {

/// Bytes of memory that this program occupies now, and that the machine has; 0 where the system does not say.
std::uint64_t residentMemory();
std::uint64_t physicalMemory();

/// For the status bar: what is computed on, and the memory in use, renewed every two seconds.
class StatusMeter : public QWidget {
    Q_OBJECT

public:
    explicit StatusMeter(QWidget* parent = nullptr);

    /// Such as "2 threads" or "NVIDIA …"; `tip` says more.
    void setDevice(const QString& text, const QString& tip);

private:
    void renew();

    QLabel *m_device, *m_memory;
};

}  // namespace drdm
