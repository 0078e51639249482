#include "ui/OverlayPanel.h"
#include "ui/StateUndo.h"
#include "ui/StudioWindow.h"
#include "ui/ViewPair.h"
#include "ui/project/ProjectKeeper.h"

#include <QAction>
#include <QActionGroup>
#include <QJsonArray>
#include <QJsonDocument>
#include <QStackedWidget>

namespace drdm {

namespace {

QJsonObject measurementsOf(const std::map<std::string, std::vector<Measurement>>& drawn) {
    QJsonObject state;
    for (const auto& [series, measurements] : drawn) {
        QJsonArray list;
        for (const Measurement& each : measurements) {
            list.append(toJson(each));
        }
        if (!list.isEmpty()) {
            state[QString::fromStdString(series)] = list;
        }
    }
    return state;
}

}  // namespace

void StudioWindow::buildState() {
    m_overlayUndo = new StateUndo(
        tr("overlays"), [this] { return m_overlays->state(); },
        [this](const QJsonObject& state) { m_overlays->setState(state); }, m_undo, this);
    connect(m_overlays, &OverlayPanel::contentsChanged, m_overlayUndo, &StateUndo::note);
    connect(m_overlays, &OverlayPanel::opacityChanged, m_overlayUndo, &StateUndo::note);
    m_measureUndo = new StateUndo(
        tr("measurement"), [this] { return measurementsOf(m_drawn); },
        [this](const QJsonObject& state) {
            m_drawn.clear();
            for (auto series = state.begin(); series != state.end(); ++series) {
                for (const QJsonValue& each : series->toArray()) {
                    m_drawn[series.key().toStdString()].push_back(measurementFromJson(each.toObject()));
                }
            }
            showDrawn();
            m_keeper->markChanged();
        },
        m_undo, this);
    connect(m_views, &ViewPair::measurementsChanged, this, [this] {
        if (m_open && m_drawn[m_open->series.uid] != m_views->measurements()) {
            m_drawn[m_open->series.uid] = m_views->measurements();
            m_measureUndo->note();
            m_keeper->markChanged();
        }
    });
}

void StudioWindow::showDrawn() {
    if (m_open) {
        m_views->setMeasurements(m_drawn[m_open->series.uid]);
    }
}

QJsonObject StudioWindow::displayState() const {
    QJsonObject state{{"overlays", m_overlays->state()},
                      {"measurements", measurementsOf(m_drawn)},
                      {"curtain-mm", m_views->curtain_mm()},
                      {"labels", m_labelsPath},
                      {"structures", QJsonArray::fromStringList(m_chosenStructures)}};
    if (const QAction* layout = m_layouts->checkedAction()) {
        state["layout"] = layout->objectName();
    }
    if (const auto camera = m_views->camera()) {
        state["camera"] = QJsonArray{camera->centreX_mm, camera->centreY_mm, camera->halfHeight_mm};
    }
    return state;
}

void StudioWindow::setDisplayState(const QJsonObject& state) {
    m_measureUndo->restore(state.value("measurements").toObject());
    m_overlayUndo->restore(state.value("overlays").toObject());
    if (QAction* layout = m_actions.contains(state.value("layout").toString())
                              ? m_actions.at(state.value("layout").toString())
                              : nullptr;
        layout && m_layouts->actions().contains(layout)) {
        layout->trigger();
    }
    const QJsonArray camera = state.value("camera").toArray();
    if (camera.size() == 3 && camera[2].toDouble() > 0) {
        m_views->setCamera(PlaneCamera{camera[0].toDouble(), camera[1].toDouble(), camera[2].toDouble()});
    } else {
        m_views->setCamera({});
    }
    if (const QJsonValue curtain = state.value("curtain-mm"); curtain.isDouble()) {
        m_views->setCurtain(curtain.toDouble());
    }
    const QStringList structures = state.value("structures").toVariant().toStringList();
    if (const QString labels = state.value("labels").toString();
        !labels.isEmpty() && (labels != m_labelsPath || structures != m_chosenStructures)) {
        readLabels(labels, structures, state.value("overlays").toObject().value("show-labels").toBool());
    }
}

}  // namespace drdm
