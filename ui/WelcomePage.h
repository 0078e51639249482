#pragma once

#include <QWidget>

namespace drdm {

/// The empty start screen: how to begin.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

Q_SIGNALS:
    void sampleWanted();
    void folderWanted();
    void fileWanted();
};

}  // namespace drdm
