#include "tasks/SampleMemory.h"
#include "ui/GeneratePanel.h"
#include "ui/ParameterForm.h"
#include "ui/sampling/SampleForecast.h"

#include <QLabel>

#include <algorithm>

namespace drdm {

namespace {

/// "45 MB", "0.4 GB", "19 GB", not to be broken in two lines.
QString bytesText(std::uint64_t bytes) {
    const double mb = static_cast<double>(bytes) / 1e6, gb = mb / 1000;
    return mb < 100 ? QObject::tr("%1\u00a0MB").arg(mb, 0, 'f', 0)
                    : QObject::tr("%1\u00a0GB").arg(gb, 0, 'f', gb < 10 ? 1 : 0);
}

}  // namespace

void GeneratePanel::setGrowth(double ofRandom) {
    m_growth = ofRandom;
    describe();
}

void GeneratePanel::memoryChanged() {
    askForecast(true);
}

void GeneratePanel::askForecast(bool anew) {
    if (m_phases > 0) {
        m_forecast->ask({m_form->text("model"), m_form->text("device"), m_form->text("process"),
                         m_form->text("schedule"), m_modality, m_grid.size[2]},
                        anew);
    }
}

QString GeneratePanel::strengthWord(int level) {
    return level <= 16   ? tr("subtle")
           : level <= 32 ? tr("mild")
           : level <= 48 ? tr("moderate")
           : level <= 64 ? tr("strong")
                         : tr("very strong");
}

QString GeneratePanel::memoryText(std::uint64_t needed, std::uint64_t free, const QString& where) {
    return needed <= free
               ? tr("Needs about %1, %2 free%3").arg(bytesText(needed), bytesText(free), where)
               : tr("Needs about %1, but %2 free%3: make fewer at once").arg(bytesText(needed), bytesText(free), where);
}

/// What the settings lead to, beside them: words for the strength, its shift in millimetres, the memory.
void GeneratePanel::describe() {
    const int level = m_form->text("level").toInt();
    const auto& known = m_forecast->answer();
    m_better->setVisible(known && !known->better.isEmpty());
    if (known) {
        m_better->setText(tr("%1 learned %2. For %3 there is <a href=\"%4\">%4</a>.")
                              .arg(QString::fromStdString(known->model.name),
                                   QString::fromStdString(known->model.modality), m_modality, known->better));
    }
    if (!known || m_phases == 0) {
        m_form->setNote("level", strengthWord(level));
        m_form->setNote("device", {});
        m_form->setNote("count", {});
        return;
    }
    const auto length_mm = [this](std::size_t axis) {
        return static_cast<double>(m_grid.size[axis]) * m_grid.spacing_mm[axis];
    };
    const double longest_mm = std::max({length_mm(0), length_mm(1), known->model.dims == 3 ? length_mm(2) : 0.0});
    const double shift_mm = m_growth * SampleForecast::meanPercent(known->levels, level) / 100 * longest_mm;
    m_form->setNote("level",
                    tr("%1, about %2 mm").arg(strengthWord(level)).arg(shift_mm, 0, 'f', shift_mm < 3 ? 1 : 0));
    try {
        ParameterValues chosen = values();
        chosen.set("schedule", std::string());  // a file, and nothing here depends on it
        const SampleMemory needed =
            sampleMemory(known->model, m_grid, m_phases, sampleSettings(chosen),
                         static_cast<int>(chosen.integer("count")), allSlices(), true, known->onCard);
        QStringList texts;
        QString problem;
        const auto add = [&](std::uint64_t bytes, const std::optional<DeviceMemory>& memory, const QString& where) {
            if (memory) {
                texts << memoryText(bytes, memory->free, where);
                problem = bytes > memory->free ? texts.back() : problem;
            }
        };
        add(needed.onMachine(), known->machine, known->onCard ? tr(" on this computer") : QString());
        if (known->onCard) {
            add(needed.onDevice(), known->device, tr(" on the card"));
        }
        m_form->setNote("device", texts.join('\n'), !problem.isEmpty());
        m_form->setNote("count", problem, true);
    } catch (const std::exception&) {  // a schedule that is not there any more, say: Generate says so
        m_form->setNote("device", {});
        m_form->setNote("count", {});
    }
}

}  // namespace drdm
