#pragma once

#include "render/VtkWidget.h"
#include "ui/Theme.h"

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QSurfaceFormat>
#include <QTest>

/// A main as the studio's, with settings and caches of its own.
#define DRDM_GUI_TEST_MAIN(Test)                                            \
    int main(int argc, char** argv) {                                       \
        qputenv("QT_XCB_GL_INTEGRATION", "xcb_glx");                        \
        qputenv("QTEST_FUNCTION_TIMEOUT", "900000"); /* busy machines */    \
        QSurfaceFormat::setDefaultFormat(drdm::VtkWidget::surfaceFormat()); \
        QApplication application(argc, argv);                               \
        QApplication::setOrganizationName("DRDM");                          \
        QApplication::setApplicationName(#Test);                            \
        QStandardPaths::setTestModeEnabled(true);                           \
        QSettings().clear();                                                \
        drdm::applyTheme(application);                                      \
        Test test;                                                          \
        return QTest::qExec(&test, argc, argv);                             \
    }

namespace drdmtest {

/// Mean of the red, green and blue values in a rectangle of a picture.
inline std::array<double, 3> meanColour(const QImage& picture, const QRect& where) {
    std::array<double, 3> sum{};
    for (int y = where.top(); y <= where.bottom(); ++y) {
        for (int x = where.left(); x <= where.right(); ++x) {
            const QColor c = picture.pixelColor(x, y);
            sum[0] += c.red();
            sum[1] += c.green();
            sum[2] += c.blue();
        }
    }
    for (double& s : sum) {
        s /= where.width() * where.height();
    }
    return sum;
}

/// Keeps a picture for whoever wants to look: DRDM_PICTURES=FOLDER.
inline void keepPicture(const QImage& picture, const QString& name) {
    if (const QString folder = qEnvironmentVariable("DRDM_PICTURES"); !folder.isEmpty()) {
        QVERIFY2(picture.save(folder + '/' + name + ".png"), qPrintable(name));
    }
}

inline void keepPicture(QWidget* of, const QString& name) {
    if (qEnvironmentVariableIsSet("DRDM_PICTURES")) {
        keepPicture(of->grab().toImage(), name);
    }
}

/// In dark and in light colours: NAME-dark, NAME-light.
inline void keepPictures(QWidget* of, const QString& name) {
    if (qEnvironmentVariableIsSet("DRDM_PICTURES")) {
        for (const auto& [theme, choice] :
             {std::pair{"dark", drdm::ThemeChoice::Dark}, {"light", drdm::ThemeChoice::Light}}) {
            drdm::setTheme(choice);
            QTest::qWait(400);
            keepPicture(of, name + '-' + theme);
        }
        drdm::setTheme(drdm::ThemeChoice::Dark);
    }
}

}  // namespace drdmtest
