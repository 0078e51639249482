#include "diffusion/Schedule.h"

#include "errors/Error.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace drdm {

namespace {

namespace limits = schedulelimits;

constexpr const char* formatName = "drdm-schedule-1";

std::string shown(double number) {
    std::ostringstream text;
    text << number;
    return text.str();
}

void need(bool fine, const std::string& field, double value, const std::string& accepted) {
    if (!fine) {
        throw Error("\"" + field + "\" is " + shown(value) + "; it must be " + accepted);
    }
}

void needWithin(const std::string& field, double value, double least, double most) {
    need(std::isfinite(value) && value >= least && value <= most, field, value,
         "a number from " + shown(least) + " to " + shown(most));
}

void checkPoints(const std::vector<TimeCurve::Point>& points, const std::string& field) {
    need(points.size() >= 2 && points.size() <= limits::mostPoints, "number of " + field,
         static_cast<double>(points.size()), "from 2 to " + std::to_string(limits::mostPoints));
    for (std::size_t i = 0; i < points.size(); ++i) {
        const std::string here = field + "[" + std::to_string(i) + "]";
        needWithin(here + ", level", points[i].t, 0, limits::steps);
        needWithin(here + ", time", points[i].time, 0, limits::largestTime);
        if (i > 0) {
            need(points[i].t > points[i - 1].t, here + ", level", points[i].t,
                 "above the level of the point before it (" + shown(points[i - 1].t) + ")");
            need(points[i].time >= points[i - 1].time, here + ", time", points[i].time,
                 "no less than the time of the point before it (" + shown(points[i - 1].time) +
                     "): a later level never deforms less");
        }
    }
    need(points.front().t <= 1, field + "[0], level", points.front().t, "0 to 1, so that every level is covered");
    need(points.back().t == limits::steps, "last of " + field + ", level", points.back().t,
         std::to_string(limits::steps) + ", so that every level is covered");
}

void checkCurve(const TimeCurve& curve, const std::string& field) {
    if (curve.points.empty()) {
        needWithin(field + ".factor", curve.factor, 1e-6, limits::largestFactor);
        needWithin(field + ".power", curve.power, limits::smallestPower, limits::largestPower);
    } else {
        checkPoints(curve.points, field + ".points");
    }
    const double first = curve.at(1), last = curve.at(limits::steps);
    need(first > 0, field + " at level 1", first, "above 0: at level 0 nothing moves, at level 1 something does");
    need(std::isfinite(last) && last <= limits::largestTime, field + " at level 80", last,
         "at most " + shown(limits::largestTime));
}

/// Slopes at the points that keep a cubic between them monotone.
std::vector<double> slopes(const std::vector<TimeCurve::Point>& p) {
    const std::size_t n = p.size();
    std::vector<double> rise(n - 1), m(n);
    for (std::size_t i = 0; i + 1 < n; ++i) {
        rise[i] = (p[i + 1].time - p[i].time) / (p[i + 1].t - p[i].t);
    }
    m.front() = rise.front();
    m.back() = rise.back();
    for (std::size_t i = 1; i + 1 < n; ++i) {
        m[i] = rise[i - 1] * rise[i] <= 0 ? 0 : (rise[i - 1] + rise[i]) / 2;
    }
    for (std::size_t i = 0; i + 1 < n; ++i) {
        if (rise[i] == 0) {
            m[i] = m[i + 1] = 0;
            continue;
        }
        const double a = m[i] / rise[i], b = m[i + 1] / rise[i];
        if (const double length = std::hypot(a, b); length > 3) {
            m[i] = 3 * a / length * rise[i];
            m[i + 1] = 3 * b / length * rise[i];
        }
    }
    return m;
}

Json curveJson(const TimeCurve& curve) {
    Json json = Json::object();
    if (curve.points.empty()) {
        return json.set("factor", curve.factor).set("power", curve.power);
    }
    Json points = Json::array();
    for (const auto& point : curve.points) {
        points.push(Json(Json::Array{Json(point.t), Json(point.time)}));
    }
    return json.set("points", std::move(points));
}

/// \throws Error if the object has an entry that is not among the names.
void onlyKnown(const Json& json, const std::vector<std::string>& names, const std::string& where) {
    for (const auto& [key, value] : json.members()) {
        if (std::find(names.begin(), names.end(), key) == names.end()) {
            throw Error("\"" + (where.empty() ? key : where + "." + key) + "\" is not known; check its spelling");
        }
    }
}

TimeCurve curveFrom(const Json& json, const std::string& field) {
    return withContext("\"" + field + "\"", [&] {
        TimeCurve curve;
        if (const Json* points = json.find("points")) {
            onlyKnown(json, {"points"}, field);
            for (const Json& point : points->items()) {
                if (point.items().size() != 2) {
                    throw Error("point " + std::to_string(curve.points.size()) +
                                " must be two numbers, level and time");
                }
                curve.points.push_back({point.items()[0].number(), point.items()[1].number()});
            }
            if (curve.points.empty()) {
                throw Error("there is no point; give from 2 to " + std::to_string(limits::mostPoints));
            }
        } else {
            onlyKnown(json, {"factor", "power"}, field);
            curve.factor = json.at("factor").number();
            curve.power = json.at("power").number();
        }
        return curve;
    });
}

}  // namespace

double TimeCurve::at(double t) const {
    if (points.empty()) {
        return factor * std::pow(t, power);
    }
    if (t <= points.front().t) {
        return points.front().time;
    }
    if (t >= points.back().t) {
        return points.back().time;
    }
    const auto next = std::upper_bound(points.begin(), points.end(), t,
                                       [](double value, const Point& point) { return value < point.t; });
    const auto i = static_cast<std::size_t>(next - points.begin()) - 1;
    const auto m = slopes(points);
    const double width = points[i + 1].t - points[i].t, s = (t - points[i].t) / width;
    return (1 + 2 * s) * (1 - s) * (1 - s) * points[i].time + s * (1 - s) * (1 - s) * width * m[i] +
           s * s * (3 - 2 * s) * points[i + 1].time + s * s * (s - 1) * width * m[i + 1];
}

bool sameNumbers(const Schedule& a, const Schedule& b) {
    // A curve through points has no use for its factor and power.
    const auto same = [](const TimeCurve& one, const TimeCurve& other) {
        return one.points == other.points && (!one.points.empty() || one == other);
    };
    return same(a.deformation, b.deformation) && same(a.label, b.label) && a.scales == b.scales;
}

bool isStandard(const Schedule& schedule) {
    return sameNumbers(schedule, Schedule{});
}

void check(const Schedule& schedule) {
    checkCurve(schedule.deformation, "deformation");
    checkCurve(schedule.label, "label");
    const auto& scales = schedule.scales;
    need(!scales.empty() && scales.size() <= limits::mostScales, "number of scales", static_cast<double>(scales.size()),
         "from 1 to " + std::to_string(limits::mostScales));
    double sum = 0;
    for (std::size_t i = 0; i < scales.size(); ++i) {
        const std::string here = "scales[" + std::to_string(i) + "]";
        needWithin(here + ".nodes", static_cast<double>(scales[i].nodes), 1, static_cast<double>(limits::mostNodes));
        need(i == 0 || scales[i].nodes > scales[i - 1].nodes, here + ".nodes", static_cast<double>(scales[i].nodes),
             "above that of the scale before it");
        needWithin(here + ".sigma", scales[i].sigma, 0, limits::largestSigma);
        sum += scales[i].sigma;
    }
    need(sum > 0, "sum of all scales' sigma", sum, "above 0, or nothing would move");
}

Json toJson(const Schedule& schedule) {
    Json scales = Json::array();
    for (const auto& scale : schedule.scales) {
        Json entry = Json::object();
        entry.set("nodes", static_cast<long long>(scale.nodes)).set("sigma", scale.sigma);
        scales.push(std::move(entry));
    }
    Json json = Json::object();
    json.set("format", formatName)
        .set("name", schedule.name)
        .set("deformation", curveJson(schedule.deformation))
        .set("label", curveJson(schedule.label))
        .set("scales", std::move(scales));
    return json;
}

Schedule scheduleFromJson(const Json& json) {
    const Json* format = json.find("format");
    if (!format || !format->isString() || format->string() != formatName) {
        throw Error("it is not a noise schedule (no \"format\": \"" + std::string(formatName) + "\")");
    }
    onlyKnown(json, {"format", "name", "deformation", "label", "scales"}, "");
    Schedule schedule;
    schedule.name = withContext("\"name\"", [&] { return json.at("name").string(); });
    schedule.deformation = curveFrom(json.at("deformation"), "deformation");
    schedule.label = curveFrom(json.at("label"), "label");
    schedule.scales.clear();
    withContext("\"scales\"", [&] {
        for (const Json& entry : json.at("scales").items()) {
            onlyKnown(entry, {"nodes", "sigma"}, "scales[" + std::to_string(schedule.scales.size()) + "]");
            schedule.scales.push_back({entry.at("nodes").integer(), entry.at("sigma").number()});
        }
    });
    check(schedule);
    return schedule;
}

}  // namespace drdm
