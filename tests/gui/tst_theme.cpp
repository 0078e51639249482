#include "GuiTest.h"
#include "ui/Icons.h"
#include "ui/ThemeSheet.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

using namespace drdm;

namespace {

constexpr double readable = 4.5;  // WCAG 2.1, AA, normal text

struct Pair {
    const char* name;
    QColor Theme::*text;
    QColor Theme::*ground;
};

}  // namespace

class ThemeTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() {
        setTextSize(100);
        setTheme(ThemeChoice::Dark);
    }

    void contrastIsWcags() {
        QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrast(Qt::white, Qt::black), 21.0);
        QCOMPARE(contrast(QColor("#336699"), QColor("#336699")), 1.0);
        QVERIFY(std::abs(contrast(QColor("#767676"), Qt::white) - 4.54) < 0.01);  // the well-known limit grey
    }

    void everyTextIsReadableOnItsGround_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("dark") << true;
        QTest::newRow("light") << false;
    }

    void everyTextIsReadableOnItsGround() {
        QFETCH(bool, dark);
        const Theme& theme = Theme::of(dark);
        QCOMPARE(theme.dark, dark);
        std::vector<Pair> pairs{{"text on what is selected", &Theme::text, &Theme::checked},
                                {"text under the pointer", &Theme::text, &Theme::hover},
                                {"text on selected text", &Theme::text, &Theme::accentDim},
                                {"text on a primary button", &Theme::onAccent, &Theme::accent},
                                {"text on a primary button under the pointer", &Theme::onAccent, &Theme::accentHover},
                                {"muted text on what is selected", &Theme::muted, &Theme::checked}};
        for (QColor Theme::*ground : {&Theme::ground, &Theme::panel, &Theme::raised}) {
            for (QColor Theme::*text : {&Theme::text, &Theme::muted, &Theme::accent, &Theme::diffusion,
                                        &Theme::recovery, &Theme::danger, &Theme::folded}) {
                pairs.push_back({"a colour on a ground", text, ground});
            }
        }
        for (const Pair& pair : pairs) {
            const double found = contrast(theme.*pair.text, theme.*pair.ground);
            QVERIFY2(found >= readable,
                     qPrintable(QString("%1: %2 on %3 is %4")
                                    .arg(pair.name, (theme.*pair.text).name(), (theme.*pair.ground).name())
                                    .arg(found)));
        }
    }

    void sheetHasNoWordLeft() {
        for (const bool dark : {true, false}) {
            const QString sheet = styleSheet(Theme::of(dark));
            QVERIFY(!sheet.contains('@'));
            QVERIFY(sheet.contains(Theme::of(dark).ground.name()));
            static const QRegularExpression picture("url\\(([^)]+)\\)");
            auto found = picture.globalMatch(sheet);
            QVERIFY(found.hasNext());
            while (found.hasNext()) {
                const QString file = found.next().captured(1);
                QVERIFY2(QFile::exists(file), qPrintable(file));
            }
        }
    }

    void switchingRepaintsWhatIsThere() {
        QWidget window;
        window.resize(240, 120);
        QPushButton button(icon("info"), {}, &window);
        button.setGeometry(20, 20, 60, 40);
        button.setIconSize({24, 24});
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QSignalSpy changed(&ThemeNotifier::instance(), &ThemeNotifier::changed);
        const auto corner = [&window] { return window.grab().toImage().pixelColor(200, 100); };
        const auto strongest =
            [&button](bool dark) {  // of the icon: the lightest pixel in the dark, the darkest by day
                const QImage picture = button.grab().toImage();
                int best = dark ? 0 : 255;
                for (int y = 8; y < 32; ++y) {
                    for (int x = 18; x < 42; ++x) {
                        const int grey = qGray(picture.pixel(x, y));
                        best = dark ? std::max(best, grey) : std::min(best, grey);
                    }
                }
                return best;
            };
        QVERIFY(corner().lightness() < 60);
        QVERIFY(strongest(true) > 150);
        setTheme(ThemeChoice::Light);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(themeChoice(), ThemeChoice::Light);
        QVERIFY(!Theme::current().dark);
        QTRY_VERIFY(corner().lightness() > 200);
        QVERIFY(strongest(false) < 110);
        setTheme(ThemeChoice::Dark);
        QTRY_VERIFY(corner().lightness() < 60);
        QVERIFY(strongest(true) > 150);
    }

    void systemIsOneOfBoth() {
        setTheme(ThemeChoice::System);
        QCOMPARE(themeChoice(), ThemeChoice::System);
        const QColor ground = Theme::current().ground;
        QVERIFY(ground == Theme::of(true).ground || ground == Theme::of(false).ground);
    }

    void textGrows() {
        QLabel label("Variation");
        label.ensurePolished();
        const int before = label.sizeHint().width();
        setTextSize(130);
        QCOMPARE(textSize(), 130);
        QTRY_VERIFY(label.sizeHint().width() > before * 1.15);
        setTextSize(1000);
        QCOMPARE(textSize(), 160);  // within what the window can hold
    }
};

DRDM_GUI_TEST_MAIN(ThemeTest)
#include "tst_theme.moc"
