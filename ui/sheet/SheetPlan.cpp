#include "ui/sheet/SheetPlan.h"

#include "errors/Error.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace drdm {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("SheetPlan", text);
}

constexpr int longestAxis = 24;

}  // namespace

SampleOrder SheetPlan::order(int column, int row) const {
    SampleOrder result = base;
    result.values["count"] = "1";
    result.values[QString::fromStdString(y.parameter)] = y.values[row];
    result.values[QString::fromStdString(x.parameter)] = x.values[column];
    result.allSlices = false;
    return result;
}

std::vector<const Parameter*> sheetParameters() {
    std::vector<const Parameter*> result;
    for (const char* name : {"level", "seed", "stride", "stop", "start", "model", "interpolation"}) {
        if (samplingParameters().contains(name)) {
            result.push_back(&samplingParameters().at(name));
        }
    }
    return result;
}

QStringList parseSheetValues(const Parameter& parameter, const QString& text) {
    static const QRegularExpression range(R"(^\s*(\d+)\s*[-–]\s*(\d+)\s*(?::\s*(\d+)\s*)?$)");
    QStringList values;
    for (const QString& piece : text.split(',', Qt::SkipEmptyParts)) {
        const QRegularExpressionMatch match = range.match(piece);
        if (parameter.choices.empty() && match.hasMatch()) {
            const qulonglong first = match.captured(1).toULongLong(), last = match.captured(2).toULongLong();
            const qulonglong step = match.captured(3).isEmpty() ? 1 : match.captured(3).toULongLong();
            if (last < first || step == 0 || (last - first) / step >= longestAxis) {
                throw Error(tr("“%1” is not a range of at most %2 values; write it like 10-40:10")
                                .arg(piece.trimmed())
                                .arg(longestAxis)
                                .toStdString());
            }
            for (qulonglong value = first; value <= last; value += step) {
                values << QString::number(value);
            }
        } else if (!piece.trimmed().isEmpty()) {
            values << piece.trimmed();
        }
    }
    if (values.isEmpty() || values.size() > longestAxis) {
        throw Error(tr("%1: write one to %2 values, separated by commas")
                        .arg(QString::fromStdString(parameter.label))
                        .arg(longestAxis)
                        .toStdString());
    }
    for (const QString& value : values) {
        ParameterValues(samplingParameters()).setFromText(parameter.name, value.toStdString());
    }
    return values;
}

void checkSheet(const SheetPlan& plan) {
    if (plan.x.parameter == plan.y.parameter) {
        throw Error(tr("Columns and rows change the same setting; choose two different ones").toStdString());
    }
    if (plan.columns() * plan.rows() > largestSheet) {
        throw Error(tr("%1 pictures are too many; at most %2 fit on a sheet")
                        .arg(plan.columns() * plan.rows())
                        .arg(largestSheet)
                        .toStdString());
    }
}

}  // namespace drdm
