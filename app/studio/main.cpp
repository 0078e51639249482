#include "errors/Error.h"
#include "render/VtkWidget.h"
#include "tasks/Experiment.h"
#include "ui/FlowMeter.h"
#include "ui/Log.h"
#include "ui/ScriptedRun.h"
#include "ui/StudioWindow.h"
#include "ui/Theme.h"
#include "ui/experiments/ExperimentPlot.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSurfaceFormat>

#include <cstdio>

namespace {

/// VTK draws through GLX. Where the desktop speaks Wayland, or Qt would choose EGL, X11 with GLX is asked for, unless
/// the user has said something else.
void choosePlatform() {
#ifdef Q_OS_LINUX
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM") && qEnvironmentVariableIsSet("WAYLAND_DISPLAY")) {
        qputenv("QT_QPA_PLATFORM", "xcb");
    }
    if (!qEnvironmentVariableIsSet("QT_XCB_GL_INTEGRATION")) {
        qputenv("QT_XCB_GL_INTEGRATION", "xcb_glx");
    }
#endif
}

void describeOptions(QCommandLineParser& parser) {
    parser.setApplicationDescription(
        "DRDM Studio: plausible anatomical variations of one image.\nFor research; not for diagnostic use.");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument("PATH",
                                 "What to open: folders, DICOM and NIfTI files, or a project (.drdm). Any other file "
                                 "that DRDM Studio wrote (report.json, picture, film, field, model) gives its settings "
                                 "back.",
                                 "[PATH…]");
    parser.addOptions(
        {{"sample", "Open the sample study (phantom)."},
         {"slice", "Show this slice (counted from 0).", "K"},
         {"phase", "Show this phase (counted from 0).", "P"},
         {"generate", "Generate at once."},
         {"set", "Set a parameter of the Generate panel, such as level=16; may be repeated.", "NAME=VALUE"},
         {"step", "Show this step of the timeline when done (counted from 0).", "N"},
         {"overlay", "Switch overlays on: jacobian, displacement, grid, arrows, labels.", "LIST"},
         {"compare", "Compare by blend, checkerboard, curtain, flicker or difference, or show three planes.", "WAY"},
         {"window-size", "Size of the window, such as 1280x800.", "WxH"},
         {"theme", "Colours for this start: dark, light or system.", "NAME"},
         {"screenshot", "Write a picture of the window when done, and quit.", "FILE"},
         {"plots", "Write the plots of an experiment beside its table as PNG, and quit.", "FOLDER"},
         {"measure-stalls", "Measure how long the window was busy at a stretch while generating, print it, and quit."},
         {"measure-flows",
          "Open, generate, scrub, switch overlays, look at the gallery; print how long each took, and quit."}});
}

std::optional<int> number(const QCommandLineParser& parser, const QString& option) {
    return parser.isSet(option) ? std::optional(parser.value(option).toInt()) : std::nullopt;
}

int writePlots(const QString& folder) {
    try {
        const drdm::Json table = drdm::readExperimentTable(folder.toStdString());
        for (const QString& file : drdm::writeExperimentPlots(table, folder)) {
            std::printf("%s\n", qPrintable(file));
        }
        return 0;
    } catch (const drdm::Error& error) {
        std::fprintf(stderr, "drdm-studio: %s\n", error.what());
        return 1;
    }
}

}  // namespace

int main(int argc, char** argv) {
    choosePlatform();
    // --help and --version need no display.
    for (int i = 1; i < argc; ++i) {
        const QByteArray argument(argv[i]);
        if (argument == "--version" || argument == "-v") {
            std::printf("drdm-studio %s\n", DRDM_VERSION);
            return 0;
        }
        if (argument == "--help" || argument == "-h") {
            const QCoreApplication application(argc, argv);
            QCommandLineParser parser;
            describeOptions(parser);
            parser.showHelp(0);
        }
    }
    QSurfaceFormat::setDefaultFormat(drdm::VtkWidget::surfaceFormat());
    QApplication application(argc, argv);
    QApplication::setOrganizationName("DRDM");
    QApplication::setApplicationName("drdm-studio");
    QApplication::setApplicationDisplayName("DRDM Studio");
    QApplication::setApplicationVersion(DRDM_VERSION);
    QApplication::setDesktopFileName("drdm-studio");

    QCommandLineParser parser;
    describeOptions(parser);
    parser.process(application);
    drdm::applyTheme(application);

    if (parser.isSet("plots")) {
        return writePlots(parser.value("plots"));
    }
    if (!parser.isSet("screenshot")) {
        drdm::Log::start();
    }
    drdm::Log::write(drdm::Log::Level::Info, "DRDM Studio " DRDM_VERSION " starts");
    drdm::StudioWindow window;
    if (const QString theme = parser.value("theme"); !theme.isEmpty()) {
        drdm::setTheme(theme == "light"    ? drdm::ThemeChoice::Light
                       : theme == "system" ? drdm::ThemeChoice::System
                                           : drdm::ThemeChoice::Dark);
    }
    if (const QStringList size = parser.value("window-size").split('x'); size.size() == 2) {
        window.resize(size[0].toInt(), size[1].toInt());
    }
    window.show();

    if (parser.isSet("measure-flows")) {
        drdm::FlowMeter meter(&window, parser.positionalArguments());
        QObject::connect(&meter, &drdm::FlowMeter::done, &application, [](int code) { QApplication::exit(code); });
        QMetaObject::invokeMethod(&meter, &drdm::FlowMeter::start, Qt::QueuedConnection);
        return QApplication::exec();
    }
    if (!parser.isSet("screenshot") && !parser.isSet("measure-stalls")) {
        window.beginSession();
    }
    drdm::Script script;
    script.paths = parser.positionalArguments();
    script.sample = parser.isSet("sample");
    script.generate = parser.isSet("generate");
    script.parameters = parser.values("set");
    script.slice = number(parser, "slice");
    script.phase = number(parser, "phase");
    script.step = number(parser, "step");
    script.compare = parser.value("compare");
    script.overlays = parser.value("overlay").split(',', Qt::SkipEmptyParts);
    script.screenshot = parser.value("screenshot");
    script.measureStalls = parser.isSet("measure-stalls");
    drdm::ScriptedRun run(&window, script);
    QObject::connect(&run, &drdm::ScriptedRun::done, &application, [](int code) { QApplication::exit(code); });
    QMetaObject::invokeMethod(&run, &drdm::ScriptedRun::start, Qt::QueuedConnection);
    return QApplication::exec();
}
