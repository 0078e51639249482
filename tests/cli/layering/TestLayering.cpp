#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

namespace {

const QString root = QStringLiteral(DRDM_SOURCE_DIR);

/// The house (CONTRIBUTING): what each room may include and link besides itself.
QMap<QString, QSet<QString>> allowed() {
    QMap<QString, QSet<QString>> rooms;
    rooms["errors"] = {};
    rooms["kernels"] = {"errors"};
    rooms["jobs"] = {"errors"};
    rooms["parameters"] = {"errors"};
    rooms["imaging"] = {"errors"};
    rooms["analysis"] = {"imaging", "parameters", "jobs", "errors"};
    rooms["diffusion"] = {"kernels", "analysis", "imaging", "parameters", "jobs", "errors"};
    rooms["augmentation"] = rooms["diffusion"] - QSet<QString>{"kernels"} + QSet<QString>{"diffusion"};
    rooms["experiments"] = rooms["augmentation"] - QSet<QString>{"augmentation"};
    rooms["io"] = {"imaging", "parameters", "jobs", "errors"};
    rooms["network"] = {"io", "imaging", "parameters", "jobs", "errors"};
    rooms["tasks"] = {"io",      "experiments", "augmentation", "diffusion", "analysis",
                      "imaging", "parameters",  "jobs",         "errors"};
    rooms["render"] = rooms["tasks"] + QSet<QString>{"tasks"};
    rooms["ui"] = rooms["render"] + QSet<QString>{"render", "network"};
    rooms["app/studio"] = rooms["ui"] + QSet<QString>{"ui"};
    rooms["app/drdm"] = rooms["render"] + QSet<QString>{"network"};
    return rooms;
}

QString folderOf(const QString& room) {
    static const QSet<QString> outsideCore{"render", "ui", "app/studio", "app/drdm"};
    return root + (outsideCore.contains(room) ? "/" : "/core/") + room;
}

/// A library that only some rooms may know, by how its headers and its CMake targets begin.
struct Library {
    QString name;
    QRegularExpression header;
    QRegularExpression target;
    QSet<QString> rooms;
    QRegularExpression exceptFile;  ///< files of any room that may know it all the same
};

QList<Library> libraries() {
    const auto expression = [](const char* text) { return QRegularExpression(QString::fromLatin1(text)); };
    return {
        {"LibTorch",
         expression("^(torch|ATen|c10|caffe2)/"),
         expression("torch|TORCH"),
         {"diffusion", "experiments"},
         expression("^$")},
        {"VTK", expression("^vtk"), expression("VTK"), {"render"}, expression("^$")},
        {"DCMTK", expression("^dcmtk/"), expression("DCMTK"), {"io", "network"}, expression("^$")},
        {"OpenCV", expression("^opencv2/"), expression("OPENCV|opencv"), {"render"}, expression("^$")},
        {"giflib", expression("^gif_lib"), expression("GIF"), {"render"}, expression("^$")},
        {"nifticlib", expression("^(nifti|znz)"), expression("nifti"), {"io"}, expression("^$")},
        {"Qt", expression("^Q[A-Z]|^Qt"), expression("Qt6::"), {"render", "ui", "app/studio"}, expression("^$")},
        // Events and values of Qt may be known beside the one widget in render, widgets may not.
        {"Qt Widgets",
         expression("^Q(Widget|OpenGL|Application|Frame|.*(Button|Dialog|Layout|Box|Edit|Bar|View|Menu|Label|Slider|"
                    "Window)$)"),
         expression("Qt6::Widgets"),
         {"ui", "app/studio"},
         expression("^render/VtkWidget")},
    };
}

QString textOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QStringList sourcesOf(const QString& room) {
    QStringList paths;
    QDirIterator files(folderOf(room), {"*.h", "*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        paths << files.next();
    }
    return paths;
}

}  // namespace

class TestLayering : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyRoomHasFiles() {
        const auto rooms = allowed();
        for (auto room = rooms.keyBegin(); room != rooms.keyEnd(); ++room) {
            QVERIFY2(!sourcesOf(*room).isEmpty(), qPrintable(*room));
        }
        // A new room must be named above before it can be used.
        for (const QString& folder : QDir(root + "/core").entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            QVERIFY2(rooms.contains(folder), qPrintable("core/" + folder + " is not in the graph of this test"));
        }
    }

    void includesPointDownwards() {
        static const QRegularExpression include("^\\s*#\\s*include\\s*[<\\x22]([^\\x22>]+)[\\x22>]",
                                                QRegularExpression::MultilineOption);
        const auto rooms = allowed();
        QStringList wrong;
        int seen = 0;
        for (auto room = rooms.begin(); room != rooms.end(); ++room) {
            for (const QString& path : sourcesOf(room.key())) {
                const QString file = path.mid(root.size() + 1);
                auto found = include.globalMatch(textOf(path));
                while (found.hasNext()) {
                    const QString header = found.next().captured(1);
                    const QString target = header.section('/', 0, 0);
                    ++seen;
                    if (rooms.contains(target) && target != room.key() && !room.value().contains(target)) {
                        wrong << file + " includes " + header;
                    }
                    for (const Library& library : libraries()) {
                        if (library.header.match(header).hasMatch() && !library.rooms.contains(room.key()) &&
                            !library.exceptFile.match(file).hasMatch()) {
                            wrong << file + " includes " + header + " of " + library.name;
                        }
                    }
                }
            }
        }
        QVERIFY(seen > 200);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }

    void linksPointDownwards() {
        static const QRegularExpression link("drdm::(\\w+)");
        static const QRegularExpression comment("#[^\\n]*");
        const auto rooms = allowed();
        QStringList wrong;
        int seen = 0;
        for (auto room = rooms.begin(); room != rooms.end(); ++room) {
            QString text = textOf(folderOf(room.key()) + "/CMakeLists.txt");
            QVERIFY2(!text.isEmpty(), qPrintable(room.key()));
            text.remove(comment);
            auto found = link.globalMatch(text);
            while (found.hasNext()) {
                const QString target = found.next().captured(1);
                ++seen;
                if (target != room.key() && !room.value().contains(target)) {
                    wrong << room.key() + " links drdm::" + target;
                }
            }
            for (const Library& library : libraries()) {
                if (!library.rooms.contains(room.key()) && library.target.match(text).hasMatch()) {
                    wrong << room.key() + " links " + library.name;
                }
            }
        }
        QVERIFY(seen > 10);
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join('\n')));
    }
};

QTEST_GUILESS_MAIN(TestLayering)
#include "TestLayering.moc"
