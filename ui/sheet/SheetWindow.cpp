#include "ui/sheet/SheetWindow.h"

#include "errors/Error.h"
#include "tasks/FileNotes.h"
#include "tasks/Report.h"
#include "ui/BackgroundTask.h"
#include "ui/GreyImage.h"
#include "ui/PictureNote.h"
#include "ui/StepFrame.h"
#include "ui/Theme.h"
#include "ui/sheet/SheetView.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace drdm {

namespace {

constexpr int cellSide = 256;

}  // namespace

SheetWindow::SheetWindow(SampleOrder base, Image image, DisplayWindow window, QWidget* parent)
    : QDialog(parent),
      m_base(std::move(base)),
      m_image(std::move(image)),
      m_window(window),
      m_x(makeAxis("X", "level", "16, 32, 48, 64")),
      m_y(makeAxis("Y", "seed", "1-3")),
      m_sheet(new SheetView),
      m_message(new QLabel),
      m_bar(new QProgressBar),
      m_start(new QPushButton(tr("Make the sheet"))),
      m_cancel(new QPushButton(tr("Cancel"))),
      m_save(new QPushButton(tr("Save as picture …"))) {
    setObjectName("sheetWindow");
    setWindowTitle(tr("X/Y sheet"));
    resize(860, 720);
    m_start->setObjectName("sheetStart");
    m_start->setProperty("role", "primary");
    m_start->setToolTip(tr("Make one variation for every pair of values"));
    m_cancel->setObjectName("sheetCancel");
    m_save->setObjectName("sheetSave");
    m_save->setToolTip(tr("Save the whole sheet as one PNG"));
    m_message->setObjectName("sheetMessage");
    m_message->setWordWrap(true);
    m_message->setProperty("role", "muted");
    m_bar->setTextVisible(false);

    auto* form = new QGridLayout;
    form->setHorizontalSpacing(10);
    form->addWidget(new QLabel(tr("Columns")), 0, 0);
    form->addWidget(m_x.parameter, 0, 1);
    form->addWidget(m_x.values, 0, 2);
    form->addWidget(new QLabel(tr("Rows")), 1, 0);
    form->addWidget(m_y.parameter, 1, 1);
    form->addWidget(m_y.values, 1, 2);
    form->setColumnStretch(2, 1);
    form->addWidget(m_start, 0, 3);
    form->addWidget(m_cancel, 1, 3);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_message, 1);
    bottom->addWidget(m_save);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 14, 14, 14);
    layout->addLayout(form);
    layout->addWidget(m_bar);
    layout->addWidget(m_sheet, 1);
    layout->addLayout(bottom);

    connect(m_start, &QPushButton::clicked, this, &SheetWindow::start);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_task) {
            m_task->cancel();
        }
    });
    connect(m_save, &QPushButton::clicked, this, [this] { Q_EMIT pictureWanted(noted()); });
    connect(m_sheet, &SheetView::cellChosen, this,
            [this](int column, int row) { Q_EMIT orderWanted(m_plan.order(column, row)); });
    m_message->setText(
        tr("All other settings are those of the Generate panel. Values: 16, 32, 48 or 1-4 or 10-40:10."));
    m_save->setEnabled(false);
    setRunning(false);
}

SheetWindow::AxisEditor SheetWindow::makeAxis(const QString& name, const std::string& parameter,
                                              const QString& values) {
    AxisEditor editor{new QComboBox, new QLineEdit(values)};
    editor.parameter->setObjectName("sheetParameter" + name);
    editor.parameter->setToolTip(tr("The setting that changes along this side"));
    editor.values->setObjectName("sheetValues" + name);
    editor.values->setToolTip(tr("Values separated by commas, or a range such as 1-4 or 10-40:10"));
    for (const Parameter* each : sheetParameters()) {
        editor.parameter->addItem(QString::fromStdString(each->label), QString::fromStdString(each->name));
        if (each->name == parameter) {
            editor.parameter->setCurrentIndex(editor.parameter->count() - 1);
        }
    }
    connect(editor.parameter, &QComboBox::activated, this, [editor](int) {
        const Parameter& chosen = samplingParameters().at(editor.parameter->currentData().toString().toStdString());
        QStringList choices;
        for (const std::string& choice : chosen.choices) {
            choices << QString::fromStdString(choice);
        }
        editor.values->setText(chosen.name == "level"  ? "16, 32, 48, 64"
                               : chosen.name == "seed" ? "1-3"
                               : choices.isEmpty()     ? "1, 2, 4"
                                                       : choices.join(", "));
    });
    return editor;
}

SheetAxis SheetWindow::axis(const AxisEditor& editor) const {
    const std::string name = editor.parameter->currentData().toString().toStdString();
    return {name, parseSheetValues(samplingParameters().at(name), editor.values->text())};
}

void SheetWindow::start() {
    SheetPlan plan;
    try {
        plan = {m_base, axis(m_x), axis(m_y)};
        checkSheet(plan);
    } catch (const std::exception& error) {
        m_message->setText(QString::fromUtf8(error.what()));
        setRole(m_message, "bad");
        return;
    }
    m_plan = plan;
    m_done = 0;
    m_made.clear();
    m_sheet->setHeadings(m_x.parameter->currentText(), plan.x.values, m_y.parameter->currentText(), plan.y.values);
    setRole(m_message, "muted");
    m_message->setText(tr("Double click on a picture makes that variation with all its steps."));
    setRunning(true);
    const QPointer<SheetWindow> self(this);
    m_task = BackgroundTask::start(
        this, tr("Sheet"),
        [self, plan, image = m_image, window = m_window](const JobContext& context) {
            const int count = plan.columns() * plan.rows();
            for (int i = 0; i < count && !context.finishEarly(); ++i) {
                const int column = i % plan.columns(), row = i / plan.columns();
                context.throwIfCancelled();
                context.progress(static_cast<double>(i) / count,
                                 tr("Picture %1 of %2").arg(i + 1).arg(count).toStdString());
                QImage picture;
                QString text;
                std::optional<Json> record;
                try {
                    JobContext inner = context;
                    inner.report = {};
                    SampleRequest request = plan.order(column, row).request(image);
                    request.keepSteps = false;
                    const Trajectory made = sample(request, inner).at(0);
                    const std::size_t last = made.stepCount() - 1;
                    picture = greyImage(planeOf(made.warpedImage(last), 0, request.settings.phase), window, cellSide);
                    record = pictureNote(made);
                    text = tr("mean shift %1 %").arg(made.step(last).statistics.mean_percent, 0, 'f', 1);
                } catch (const Cancelled&) {
                    throw;
                } catch (const std::exception& error) {
                    text = QString::fromUtf8(error.what());  // one pair that does not work leaves the others
                }
                QMetaObject::invokeMethod(
                    self,
                    [self, column, row, picture, text, record] {
                        if (self) {
                            self->takeCell(column, row, picture, text, record);
                        }
                    },
                    Qt::QueuedConnection);
            }
            return true;
        },
        [](bool) {});
    connect(m_task, &BackgroundTask::progressed, this,
            [this](double fraction, const QString&) { m_bar->setValue(static_cast<int>(1000 * fraction)); });
    connect(m_task, &BackgroundTask::failed, m_message, &QLabel::setText);
    connect(m_task, &BackgroundTask::ended, this, [this] {
        m_task = nullptr;
        setRunning(false);
    });
    Q_EMIT begun(tr("Sheet of %1 × %2 variations").arg(plan.columns()).arg(plan.rows()), m_task);
}

void SheetWindow::takeCell(int column, int row, const QImage& picture, const QString& text,
                           const std::optional<Json>& made) {
    if (column < m_plan.columns() && row < m_plan.rows()) {
        if (made) {
            m_made.insert_or_assign({row, column}, *made);
        }
        m_sheet->setCell(column, row, picture, text);
        ++m_done;
        m_save->setEnabled(true);
    }
}

QImage SheetWindow::noted() const {
    QImage picture = m_sheet->picture(cellSide);
    Json::Array records;
    for (const auto& [place, made] : m_made) {
        records.push_back(made);
    }
    picture.setText(noteKeyword, QString::fromStdString(severalRecords(std::move(records)).dump()));
    return picture;
}

void SheetWindow::setRunning(bool running) {
    m_start->setEnabled(!running);
    m_cancel->setEnabled(running);
    m_bar->setRange(0, 1000);
    m_bar->setVisible(running);
}

}  // namespace drdm
