#include "ui/experiments/ExperimentPlot.h"

#include "errors/Error.h"
#include "render/PlotView.h"

#include <QCoreApplication>
#include <QDir>
#include <QRegularExpression>

#include <algorithm>
#include <limits>
#include <map>

namespace drdm {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("ExperimentPlot", text);
}

/// Told apart also without colour vision, on white and on black (Okabe & Ito).
QColor colourOf(std::size_t number, const PlotColours& colours) {
    const QColor plain[] = {{230, 159, 0}, {86, 180, 233}, {0, 158, 115}, {204, 121, 167}, {213, 94, 0}, {0, 114, 178}};
    return number == 0 ? colours.muted : plain[(number - 1) % std::size(plain)];
}

struct Points {
    std::vector<double> subjects, mean, spread;
};

PlotRange rangeOf(const std::vector<PlotCurve>& curves) {
    PlotRange range{1, 0};
    for (const PlotCurve& curve : curves) {
        for (const double y : curve.y) {
            if (std::isfinite(y)) {
                range.from = std::min(range.from, y);
                range.to = std::max(range.to, y);
            }
        }
    }
    if (range.from > range.to) {
        return {0, 1};
    }
    const double air = std::max(0.02, 0.08 * (range.to - range.from));
    return {std::max(0.0, range.from - air), std::min(1.0, range.to + air)};
}

PlotRange subjectRange(const std::vector<PlotCurve>& curves) {
    double least = std::numeric_limits<double>::infinity(), most = 0;
    for (const PlotCurve& curve : curves) {
        if (!curve.dashed) {
            for (const double x : curve.x) {
                least = std::min(least, x);
                most = std::max(most, x);
            }
        }
    }
    if (most == 0) {
        return {0, 1};
    }
    const double air = std::max(0.5, 0.06 * (most - least));
    return {least - air, most + air};
}

}  // namespace

std::vector<PlotCurve> experimentCurves(const Json& table, const QString& label, const PlotColours& colours) {
    std::vector<std::string> methods;
    std::map<std::string, Points> found;
    double most = 1;
    for (const Json& row : table.at("rows").items()) {
        const Json* measures = row.at("labels").find(label.toStdString());
        const Json* dice = measures ? measures->find("dice") : nullptr;
        if (!dice || !dice->at("mean").isNumber()) {
            continue;
        }
        const std::string& method = row.at("method").string();
        if (found.count(method) == 0) {
            methods.push_back(method);
        }
        Points& points = found[method];
        const Json& spread = dice->at("sd_over_seeds");
        points.subjects.push_back(static_cast<double>(row.at("subjects").integer()));
        points.mean.push_back(dice->at("mean").number());
        points.spread.push_back(spread.isNumber() ? spread.number() : 0);
        most = std::max(most, points.subjects.back());
    }
    std::vector<PlotCurve> curves;
    for (std::size_t i = 0; i < methods.size(); ++i) {
        const Points& points = found[methods[i]];
        PlotCurve line;
        line.name = QString::fromStdString(methods[i]);
        line.colour = colourOf(i, colours);
        if (points.subjects.size() == 1 && points.subjects.front() == 0) {
            line.x = {0, 2 * most + 1};
            line.y = {points.mean.front(), points.mean.front()};
            line.dashed = true;
            curves.push_back(std::move(line));
            continue;
        }
        line.x = points.subjects;
        line.y = points.mean;
        line.points = true;
        line.line = points.subjects.size() > 1;
        PlotCurve bars;
        bars.colour = line.colour;
        bars.width = 1.5;
        for (std::size_t k = 0; k < points.subjects.size(); ++k) {
            if (points.spread[k] > 0) {
                for (const double y : {points.mean[k] - points.spread[k], points.mean[k] + points.spread[k],
                                       std::numeric_limits<double>::quiet_NaN()}) {
                    bars.x.push_back(points.subjects[k]);
                    bars.y.push_back(y);
                }
            }
        }
        curves.push_back(std::move(line));
        if (!bars.x.empty()) {
            curves.push_back(std::move(bars));
        }
    }
    return curves;
}

void showExperiment(PlotView& view, const Json& table, const QString& label, const PlotColours& colours) {
    std::vector<PlotCurve> curves =
        table.isObject() ? experimentCurves(table, label, colours) : std::vector<PlotCurve>();
    view.setPlotColours(colours);
    view.setAxisTitles(tr("Training subjects"), tr("Dice of label %1").arg(label));
    view.setRange(subjectRange(curves), rangeOf(curves));
    view.setLegend(true);
    view.setHoverText([](const PlotCurve& curve, double x, double y) {
        return tr("%1, %2 subjects: %3").arg(curve.name).arg(x, 0, 'f', 0).arg(y, 0, 'f', 3);
    });
    view.setCurves(std::move(curves));
}

QStringList experimentLabels(const Json& table) {
    QStringList labels;
    for (const Json& row : table.at("rows").items()) {
        for (const auto& [label, measures] : row.at("labels").members()) {
            const QString name = QString::fromStdString(label);
            if (measures.find("dice") && !labels.contains(name)) {
                labels << name;
            }
        }
    }
    return labels;
}

QStringList writeExperimentPlots(const Json& table, const QString& folder) {
    QStringList written;
    for (const QString& label : experimentLabels(table)) {
        PlotView view;
        view.setAttribute(Qt::WA_DontShowOnScreen);
        view.resize(900, 600);
        view.show();  // without, it does not hear of its size
        showExperiment(view, table, label,
                       {Qt::white, QColor(20, 20, 20), QColor(90, 90, 90), QColor(205, 205, 205), Qt::white});
        const QString name = QString(label).replace(QRegularExpression("[^A-Za-z0-9]"), "-");
        const QString file = QDir(folder).filePath("dice-" + name + ".png");
        const QImage picture = view.grabFramebuffer();
        if (picture.isNull() || !picture.save(file)) {
            throw Error(tr("The plot %1 cannot be written; check the folder's rights and the free space")
                            .arg(file)
                            .toStdString());
        }
        written << file;
    }
    return written;
}

}  // namespace drdm
