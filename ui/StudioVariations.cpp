#include "ui/ExportDialog.h"
#include "ui/GeneratePanel.h"
#include "ui/StepWorker.h"
#include "ui/StudioWindow.h"
#include "ui/TimelineBar.h"
#include "ui/ViewPair.h"
#include "ui/jobs/JobQueue.h"
#include "ui/sampling/SampleOrder.h"
#include "ui/sheet/SheetWindow.h"
#include "ui/variations/GalleryPage.h"
#include "ui/variations/VariationCommands.h"
#include "ui/variations/VariationFilter.h"
#include "ui/variations/VariationStore.h"

#include <QInputDialog>
#include <QItemSelectionModel>
#include <QStatusBar>
#include <QUndoStack>

#include <algorithm>
#include <cmath>

namespace drdm {

std::vector<int> StudioWindow::chosenVariations() const {
    std::vector<int> numbers;
    for (const QModelIndex& index : m_selection->selectedIndexes()) {
        numbers.push_back(m_filter->numberAt(index));
    }
    std::ranges::sort(numbers);
    return numbers;
}

void StudioWindow::choose(int number) {
    const QModelIndex index = m_filter->indexOf(number);
    if (m_filter->numberAt(m_selection->currentIndex()) == number && m_selection->isSelected(index)) {
        return;
    }
    const QSignalBlocker quiet(m_selection);  // it follows the screen; the screen does not follow it here
    if (index.isValid()) {
        m_selection->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect);
    } else {
        m_selection->clear();
    }
}

void StudioWindow::starVariations(const std::vector<int>& numbers, bool starred) {
    if (!numbers.empty()) {
        m_undo->push(commands::star(m_store, numbers, starred));
    }
}

void StudioWindow::starChosen() {
    const std::vector<int> numbers = chosenVariations();
    const bool all = std::ranges::all_of(numbers, [this](int n) { return m_store->find(n)->starred; });
    starVariations(numbers, !all);
}

void StudioWindow::removeChosen() {
    std::vector<int> numbers = chosenVariations();
    const auto made = std::erase_if(numbers, [this](int n) { return m_store->find(n)->running; });
    if (made > 0) {
        statusBar()->showMessage(tr("A variation that is still being made stays; cancel its job first."), 6000);
    }
    if (!numbers.empty()) {
        m_undo->push(commands::remove(m_store, numbers));
        statusBar()->showMessage(numbers.size() == 1 ? tr("Removed; Ctrl+Z brings it back.")
                                                     : tr("%1 removed; Ctrl+Z brings them back.").arg(numbers.size()),
                                 6000);
    }
}

void StudioWindow::renameChosen() {
    const std::vector<int> numbers = chosenVariations();
    if (numbers.size() != 1) {
        return;
    }
    const int number = numbers.front();
    auto* dialog = new QInputDialog(this);
    dialog->setObjectName("nameDialog");
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Name this variation"));
    dialog->setLabelText(tr("Name or remark (empty: seed and strength)"));
    dialog->setTextValue(m_store->find(number)->note);
    connect(dialog, &QInputDialog::textValueSelected, this, [this, number](const QString& text) {
        const Variation* variation = m_store->find(number);
        if (variation && variation->note != text.trimmed()) {
            m_undo->push(commands::rename(m_store, number, text.trimmed()));
        }
    });
    dialog->open();
}

void StudioWindow::compareChosen() {
    const std::vector<int> numbers = chosenVariations();
    if (m_reference != 0 && numbers.size() < 2) {
        compareWith(0);
        return;
    }
    if (numbers.size() == 2) {
        showWorkspace(Workspace::Images);
        showVariation(numbers[1]);
        compareWith(numbers[0]);
    } else if (numbers.size() == 1) {
        compareWith(numbers[0]);
        statusBar()->showMessage(tr("It stands on the left now; choose another variation to compare it with."), 8000);
    }
}

void StudioWindow::compareWith(int number) {
    const Variation* variation = m_store->find(number);
    m_reference = variation && variation->finished() ? number : 0;
    showOriginal();
    updateActions();
}

void StudioWindow::makeAgain() {
    const Variation* variation = currentVariation();
    if (!variation || variation->running) {
        return;
    }
    // The panel takes over how it was made, so that the user sees what will be done and can change it.
    const SampleSettings& made = variation->trajectory.settings();
    m_undo->beginMacro(tr("settings of a variation"));
    m_generate->setText("level", QString::number(made.level));
    m_generate->setText("seed", QString::number(variation->seed));
    m_generate->setText("start", QString::fromStdString(made.start));
    m_generate->setText("stride", QString::number(made.stride));
    m_generate->setText("stop", QString::number(made.stop));
    m_generate->setText("count", "1");
    m_generate->stepSeed(1);
    m_undo->endMacro();
    showWorkspace(Workspace::Images);
    generate();
}

void StudioWindow::variationsRemoved() {
    if (m_reference != 0 && !m_store->find(m_reference)) {
        compareWith(0);
    }
    if (!currentVariation()) {
        const int rows = m_filter->rowCount();
        showVariation(rows > 0 ? m_filter->numberAt(m_filter->index(rows - 1, 0)) : 0);
    }
    updateActions();
}

std::vector<Trajectory> StudioWindow::meantWith(const Variation& chosen) const {
    // Several chosen ones are "all"; else all of this series are.
    const std::vector<int> selected = chosenVariations();
    std::vector<Trajectory> finished;
    for (const Variation& variation : m_store->all()) {
        const bool meant = selected.size() > 1 ? std::ranges::find(selected, variation.number) != selected.end()
                                               : variation.series == chosen.series;
        if (variation.finished() && meant) {
            finished.push_back(variation.trajectory);
        }
    }
    return finished;
}

LabelMap StudioWindow::labelsOf(const Variation& variation) const {
    if (!m_open || m_open->series.uid != variation.series || m_labels.empty()) {
        return {};
    }
    const auto phase = static_cast<std::size_t>(variation.trajectory.settings().phase);
    return phase < m_labels.size() ? m_labels[phase] : m_labels.front();
}

void StudioWindow::exportVariations() {
    const Variation* chosen = currentVariation();
    if (!chosen || !chosen->finished()) {
        return;
    }
    auto* dialog = new ExportDialog(chosen->trajectory, meantWith(*chosen), this);
    dialog->setLabels(labelsOf(*chosen));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::begun, this, &StudioWindow::exportBegun);
    connect(dialog, &ExportDialog::exported, this,
            [this](const QString& folder) { statusBar()->showMessage(tr("Exported to %1").arg(folder), 8000); });
    dialog->setModal(false);
    dialog->show();
}

void StudioWindow::saveGallery() {
    askForPicture(tr("Save the gallery as a picture"), "drdm-gallery.png", [this] {
        Picture picture{m_gallery->contactSheet(), {}};
        for (int row = 0; row < m_filter->rowCount(); ++row) {
            const Variation* variation = m_store->find(m_filter->numberAt(m_filter->index(row, 0)));
            if (variation && variation->trajectory.stepCount() > 0) {
                picture.shown.push_back(variation->trajectory);
            }
        }
        return picture;
    });
}

void StudioWindow::makeSheet() {
    if (!m_open) {
        return;
    }
    try {
        auto* sheet = new SheetWindow(orderOf(m_generate->values()), m_open->image, m_views->displayWindow(), this);
        sheet->setAttribute(Qt::WA_DeleteOnClose);
        connect(sheet, &SheetWindow::begun, this,
                [this](const QString& title, BackgroundTask* task) { m_queue->adopt("sheet", title, {}, task); });
        connect(sheet, &SheetWindow::orderWanted, this, &StudioWindow::submit);
        connect(sheet, &SheetWindow::pictureWanted, this, [this](const QImage& picture) {
            askForPicture(tr("Save the sheet as a picture"), "drdm-sheet.png", [picture] {
                return Picture{picture, {}};
            });
        });
        sheet->show();
    } catch (const std::exception& error) {
        showError(tr("The settings do not fit"), QString::fromUtf8(error.what()));
    }
}

double StudioWindow::rangeOf(const Trajectory& trajectory) {
    double largest = 1;
    for (std::size_t i = 0; i < trajectory.stepCount(); ++i) {
        largest = std::max(largest, trajectory.step(i).statistics.max_mm);
    }
    return 5 * std::ceil(largest / 5);  // one range for every step, in whole fives
}

}  // namespace drdm
