#include "ui/ActionTips.h"
#include "ui/BackgroundTask.h"
#include "ui/PathRow.h"
#include "ui/PreferencesDialog.h"
#include "ui/ShortcutEditor.h"
#include "ui/StatusMeter.h"
#include "ui/network/ServerPage.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QVBoxLayout>

namespace drdm {

namespace {

QString dataSize(std::uint64_t bytes) {
    return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeTraditionalFormat);
}

}  // namespace

void PreferencesDialog::addDisplay(const PreferencesOffer& offer) {
    Form* form = addPage(tr("Display"), "theme", "pageDisplay");
    bindCombo(form,
              addCombo(form, tr("Colours"), "prefTheme", tr("Dark suits a reading room, light a bright office"),
                       {{tr("Dark"), static_cast<int>(ThemeChoice::Dark)},
                        {tr("Light"), static_cast<int>(ThemeChoice::Light)},
                        {tr("As the system"), static_cast<int>(ThemeChoice::System)}}),
              &Preferences::theme);
    bindCombo(form,
              addCombo(form, tr("Size of text"), "prefTextSize", tr("Size of all texts of the window"),
                       {{tr("Small (90 %)"), 90},
                        {tr("Normal"), 100},
                        {tr("Large (115 %)"), 115},
                        {tr("Very large (130 %)"), 130}}),
              &Preferences::textSize);
    std::vector<std::pair<QString, QVariant>> layouts;
    for (const QAction* action : offer.layouts) {
        layouts.emplace_back(plainText(action), action->objectName());
    }
    if (!layouts.empty()) {
        bindCombo(
            form,
            addCombo(form, tr("Layout"), "prefLayout", tr("What the window shows when it opens, and now"), layouts),
            &Preferences::layout);
    }
    auto* smooth = new QCheckBox(tr("Smooth between voxels"));
    addRow(form, {}, smooth, "prefSmooth", tr("Off, every voxel is a square of its own grey"));
    bindFlag(form, smooth, &Preferences::smooth);
    addNote(form, tr("Images have a black ground in all colours of the window."));
}

void PreferencesDialog::addComputing(const PreferencesOffer& offer) {
    Form* form = addPage(tr("Computing"), "chip", "pageComputing");
    std::vector<std::pair<QString, QVariant>> devices{{tr("Automatic"), "auto"}};
    for (const ComputeDevice& device : offer.devices) {
        devices.emplace_back(QString::fromStdString(device.text), QString::fromStdString(device.name));
    }
    bindCombo(form,
              addCombo(form, tr("Compute on"), "prefDevice",
                       tr("What variations are computed on unless the Generate panel says otherwise; automatic takes "
                          "a graphics card where there is one"),
                       devices),
              &Preferences::device);
    auto* threads = new QSpinBox;
    threads->setRange(0, coreCount());
    threads->setSpecialValueText(tr("all %1").arg(coreCount()));
    addRow(form, tr("Threads"), threads, "prefThreads",
           tr("How many processor cores a computation takes, from its next start on. Results do not depend on it."));
    bindNumber(form, threads, &Preferences::threads);
    const std::uint64_t memory = physicalMemory();
    addNote(form,
            tr("This computer has %1 of memory. An image that needs more than %2 of it is refused before it is read; a "
               "variation takes %3 for each of its steps (two-dimensional models at 128²).")
                .arg(dataSize(memory), dataSize(memory / 5 * 4), dataSize(128 * 128 * 2 * sizeof(float))),
            "prefMemory");
}

void PreferencesDialog::addExport() {
    Form* form = addPage(tr("DICOM and export"), "export", "pageExport");
    auto* label = new QLineEdit;
    label->setMaxLength(16);
    addRow(form, tr("Series are called"), label, "prefSeriesLabel",
           tr("Stands in the series description of derived series, before level and seed"));
    bindText(form, label, &Preferences::seriesLabel);
    auto* number = new QSpinBox;
    number->setRange(1, 900000);
    addRow(form, tr("Series numbers from"), number, "prefSeriesNumber",
           tr("Added to the source's series number, and the seed's last three digits after it, so that derived series "
              "stand behind the measured ones"));
    bindNumber(form, number, &Preferences::seriesNumber);
    struct Kind {
        QString text, name;
        bool Preferences::*member;
    };
    bool first = true;
    for (const Kind& kind : {Kind{tr("Derived DICOM series"), "prefExportDicom", &Preferences::exportDicom},
                             Kind{tr("NIfTI image"), "prefExportNifti", &Preferences::exportNifti},
                             Kind{tr("PNG picture"), "prefExportPng", &Preferences::exportPng}}) {
        auto* box = new QCheckBox(kind.text);
        addRow(form, first ? tr("Export at first") : QString(), box, kind.name,
               tr("Ticked when the export dialog opens"));
        bindFlag(form, box, kind.member);
        first = false;
    }
    auto* nameless = new QCheckBox(tr("Without their source"));
    addRow(form, tr("Pictures, films"), nameless, "prefNameless",
           tr("Pictures, sheets and films keep how they were made, but neither UIDs nor hashes of the image; settings "
              "can still be restored from them. Text in the pixels stays."));
    bindFlag(form, nameless, &Preferences::picturesWithoutSource);
    addNote(form, tr("Derived series stay in the patient's study and say in every image that they are synthetic."));
}

void PreferencesDialog::addPaths(const PreferencesOffer& offer) {
    Form* form = addPage(tr("Paths"), "folder", "pagePaths");
    auto* models = new QLineEdit;
    models->setObjectName("prefModels");
    models->setPlaceholderText(tr("only the usual places"));
    models->setClearButtonEnabled(true);
    addRow(form, tr("Models"), folderRow(models, tr("Folder with models")), {},
           tr("A folder whose model files (.safetensors, .pth) are offered in the Generate panel, before the usual "
              "places are looked into"));
    bindText(form, models, &Preferences::modelFolder);
    auto* exports = new QLineEdit;
    exports->setObjectName("prefExportFolder");
    exports->setClearButtonEnabled(true);
    const QString documents = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
    exports->setPlaceholderText(QDir(documents.isEmpty() ? QDir::homePath() : documents).filePath("drdm-export"));
    addRow(form, tr("Export into"), folderRow(exports, tr("Folder for exports")), {},
           tr("Folder that the export dialog offers; it remembers the last one here"));
    bindText(form, exports, &Preferences::exportFolder);

    auto* cache = new QWidget;
    m_cacheSize = new QLabel;
    m_cacheSize->setObjectName("prefCacheSize");
    auto* clear = new QPushButton(tr("Clear"));
    clear->setObjectName("prefClearCache");
    clear->setEnabled(!offer.cacheInUse);
    auto* row = new QHBoxLayout(cache);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_cacheSize, 1);
    row->addWidget(clear);
    addRow(form, tr("Cache"), cache, {}, Preferences::cacheFolder());
    clear->setToolTip(offer.cacheInUse ? tr("The sample study is open and lies in the cache; open something else first")
                                       : tr("Delete what can be made again, such as the sample study"));
    connect(clear, &QPushButton::clicked, this, [this, clear] {
        clear->setEnabled(false);
        auto* task = BackgroundTask::start(
            this, tr("Clear the cache"),
            [](const JobContext&) { return QDir(Preferences::cacheFolder()).removeRecursively(); }, [](bool) {});
        connect(task, &BackgroundTask::ended, this, [this, clear] {
            clear->setEnabled(true);
            measureCache();
        });
    });
}

void PreferencesDialog::measureCache() {
    BackgroundTask::start(
        this, tr("Measure the cache"), [](const JobContext&) { return Preferences::cacheSize(); },
        [this](qint64 bytes) {
            m_cacheSize->setText(bytes == 0 ? tr("empty") : dataSize(static_cast<std::uint64_t>(bytes)));
        });
}

void PreferencesDialog::addServers() {
    addPage(tr("DICOM servers"), "server", "pageServers");
    auto* page = new ServerPage;
    connect(page, &ServerPage::changed, this, &PreferencesDialog::serversChanged);
    giveRoom(Servers, page);
}

void PreferencesDialog::addKeys(const PreferencesOffer& offer) {
    addPage(tr("Shortcuts"), "keyboard", "pageShortcuts");
    giveRoom(Keys, new ShortcutEditor(offer.shortcuts));
}

void PreferencesDialog::giveRoom(Page page, QWidget* content) {
    auto* column = qobject_cast<QVBoxLayout*>(m_pages->widget(page)->layout());
    delete column->takeAt(column->count() - 1);  // the stretch
    column->addWidget(content, 1);
}

}  // namespace drdm
