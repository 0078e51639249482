#include "io/PhantomAnatomy.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace drdm::phantom {

namespace {

constexpr double pi = std::numbers::pi;

struct Point {
    double x, y;
};

Point rotated(double x, double y, double angle) {
    return {x * std::cos(angle) + y * std::sin(angle), -x * std::sin(angle) + y * std::cos(angle)};
}

/// Signed distance to an ellipse (negative inside), first order: exact on the outline.
double ellipse(Point p, double rx, double ry) {
    const double scaled = std::hypot(p.x / rx, p.y / ry);
    const double slope = std::hypot(p.x / (rx * rx), p.y / (ry * ry));
    return slope > 1e-12 ? scaled * (scaled - 1) / slope : -std::min(rx, ry);
}

/// Share of a pixel that is covered; edges are about `width` mm wide.
double coverage(double distance, double width) {
    const double t = std::clamp(0.5 - distance / width, 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

double mix(double below, double above, double share) {
    return below + (above - below) * share;
}

/// Shapes are irregular: positions are shifted by a smooth noise before shapes are looked up.
Point wobbled(const Anatomy& a, double x, double y, double depth, double amount) {
    const Texture wobble(a.seed ^ 0x77);
    return {x + amount * wobble.at(x, y, depth, 55), y + amount * wobble.at(x + 500, y, depth, 55)};
}

std::size_t indexOf(int column, int row, int size) {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(size) + static_cast<std::size_t>(column);
}

Point pixelPosition(const Anatomy& a, int size, int column, int row) {
    const double pixel = a.fieldOfView / size;
    return {(column - 0.5 * (size - 1)) * pixel, (row - 0.5 * (size - 1)) * pixel * a.aspect};
}

}  // namespace

std::uint64_t Random::bits() {
    m_state += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

double Random::uniform(double low, double high) {
    return low + (high - low) * (static_cast<double>(bits() >> 11U) * 0x1.0p-53);
}

double Random::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform(0, 1)));
    return radius * std::cos(uniform(0, 2 * pi));
}

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    return Random(a * 0xD1342543DE82EF95ULL + b).bits();
}

double Texture::lattice(std::int64_t x, std::int64_t y, std::int64_t z) const {
    std::uint64_t h = m_seed + static_cast<std::uint64_t>(x) * 0x9E3779B97F4A7C15ULL +
                      static_cast<std::uint64_t>(y) * 0xC2B2AE3D27D4EB4FULL +
                      static_cast<std::uint64_t>(z) * 0x165667B19E3779F9ULL;
    h = (h ^ (h >> 29U)) * 0xBF58476D1CE4E5B9ULL;
    h = (h ^ (h >> 32U)) * 0x94D049BB133111EBULL;
    return static_cast<double>((h ^ (h >> 31U)) >> 11U) * 0x1.0p-52 - 1;
}

double Texture::at(double x, double y, double z, double wavelength_mm) const {
    // The lattice is turned against the image, so that its cells do not show as squares.
    const double p[3] = {(0.80 * x + 0.50 * y - 0.33 * z) / wavelength_mm,
                         (-0.60 * x + 0.67 * y - 0.44 * z) / wavelength_mm, (0.55 * y + 0.83 * z) / wavelength_mm};
    std::int64_t cell[3];
    double weight[3];
    for (int k = 0; k < 3; ++k) {
        const double whole = std::floor(p[k]);
        cell[k] = static_cast<std::int64_t>(whole);
        const double t = p[k] - whole;
        weight[k] = t * t * t * (t * (t * 6 - 15) + 10);  // quintic: smooth second derivative
    }
    double sum = 0;
    for (int corner = 0; corner < 8; ++corner) {
        double w = 1;
        for (int k = 0; k < 3; ++k) {
            w *= ((corner >> k) & 1) != 0 ? weight[k] : 1 - weight[k];
        }
        sum += w * lattice(cell[0] + (corner & 1), cell[1] + ((corner >> 1) & 1), cell[2] + ((corner >> 2) & 1));
    }
    return sum;
}

Anatomy drawAnatomy(std::uint64_t seed, int index) {
    Anatomy a;
    a.seed = mixed(seed, static_cast<std::uint64_t>(index));
    Random r(a.seed);
    a.fieldOfView = r.uniform(300, 350);
    a.aspect = index % 3 == 2 ? r.uniform(1.08, 1.2) : 1;  // every third subject has pixels that are not square
    // A typical short axis, turned a little about all three axes.
    Mat3 turn = identity3;
    for (std::size_t k = 0; k < 3; ++k) {
        const double angle = r.uniform(-0.25, 0.25);
        Mat3 next = identity3;
        const std::size_t i = (k + 1) % 3;
        const std::size_t j = (k + 2) % 3;
        next[i][i] = next[j][j] = std::cos(angle);
        next[i][j] = -std::sin(angle);
        next[j][i] = std::sin(angle);
        Mat3 product{};
        for (std::size_t m = 0; m < 3; ++m) {
            product[m] = multiply(next, {turn[0][m], turn[1][m], turn[2][m]});
        }
        for (std::size_t m = 0; m < 3; ++m) {
            for (std::size_t n = 0; n < 3; ++n) {
                turn[n][m] = product[m][n];
            }
        }
    }
    a.row = multiply(turn, {0.71, 0.7, 0.0766});
    a.column = multiply(turn, {-0.30, 0.20, -0.93});
    // Gram–Schmidt: the cosines above are rounded.
    const auto normalise = [](Vec3& v) {
        const double length = std::hypot(v[0], v[1], v[2]);
        v = {v[0] / length, v[1] / length, v[2] / length};
    };
    normalise(a.row);
    const double along = a.row[0] * a.column[0] + a.row[1] * a.column[1] + a.row[2] * a.column[2];
    for (std::size_t k = 0; k < 3; ++k) {
        a.column[k] -= along * a.row[k];
    }
    normalise(a.column);
    a.heart_mm = {r.uniform(20, 45), r.uniform(-60, -20), r.uniform(-60, 60)};
    a.cycle_ms = r.uniform(750, 1050);

    const double scale = r.uniform(0.86, 1.16);  // small and large hearts
    a.x = r.uniform(-6, 14);
    a.y = r.uniform(-28, -8);
    a.driftX = r.uniform(0.05, 0.18);
    a.driftY = r.uniform(-0.06, 0.1);
    a.length = scale * r.uniform(78, 94);
    a.epicardium = scale * r.uniform(32, 37);
    a.wall = r.uniform(9, 13);
    a.contraction = r.uniform(0.22, 0.36);
    a.shortening = r.uniform(0.09, 0.15);
    a.oval = r.uniform(0, 0.08);
    a.ovalAngle = r.uniform(0, pi);
    a.bump = r.uniform(0, 0.035);
    a.bumpAngle = r.uniform(0, 2 * pi);
    a.rvAngle = r.uniform(2.6, 3.5);
    a.rvWidth = r.uniform(0.72, 0.98);
    a.rvHeight = r.uniform(1.05, 1.3);
    a.fatAngle = r.uniform(0, 2 * pi);
    a.fatThickness = r.uniform(2, 6);
    a.papillaryAngle = {r.uniform(0.3, 1.0), r.uniform(1.7, 2.4)};
    a.papillarySize = {r.uniform(3.5, 5.5), r.uniform(3.5, 5.5)};

    a.bodyX = r.uniform(158, 186);
    a.bodyY = r.uniform(116, 140);
    a.bodyAngle = r.uniform(-0.45, -0.15);
    a.fat = r.uniform(8, 24);
    a.muscle = r.uniform(8, 14);
    a.diaphragm = r.uniform(22, 38);
    a.organs = {{-82 + r.uniform(-8, 8), 84 + r.uniform(-8, 8), r.uniform(66, 86), r.uniform(36, 46),
                 r.uniform(-0.2, 0.4), 150},
                {20 + r.uniform(-12, 12), 66 + r.uniform(-5, 5), r.uniform(38, 50), r.uniform(15, 22),
                 r.uniform(-0.3, 0.2), 235},
                {96 + r.uniform(-8, 8), 66 + r.uniform(-8, 8), r.uniform(18, 25), r.uniform(34, 44),
                 r.uniform(-0.5, -0.1), 135},
                {62 + r.uniform(-8, 8), 98 + r.uniform(-5, 5), r.uniform(20, 26), r.uniform(22, 28), 0, 190},
                {-12 + r.uniform(-6, 6), 104 + r.uniform(-4, 4), r.uniform(19, 23), r.uniform(16, 20), 0, 165},
                {16 + r.uniform(-4, 4), 92 + r.uniform(-4, 4), r.uniform(9, 12), r.uniform(9, 12), 0, 330}};

    a.blood = r.uniform(290, 360);
    a.myocardium = r.uniform(80, 118);
    a.fatValue = r.uniform(290, 380);
    a.muscleValue = r.uniform(95, 140);
    a.lung = r.uniform(18, 38);
    a.noise = r.uniform(5, 10);
    a.coils = {Vec3{r.uniform(-90, -50), r.uniform(-70, -30), r.uniform(0.6, 1.1)},
               Vec3{r.uniform(70, 120), r.uniform(20, 80), r.uniform(0.4, 0.9)}};
    return a;
}

double contractionAt(double time) {
    const double t = time - std::floor(time);
    if (t < 0.35) {
        return 0.5 - 0.5 * std::cos(pi * t / 0.35);
    }
    // Early filling gives back four fifths, the atrial kick at the end the rest.
    const double early = std::clamp((t - 0.35) / 0.25, 0.0, 1.0);
    const double late = std::clamp((t - 0.8) / 0.2, 0.0, 1.0);
    return 1 - 0.8 * (0.5 - 0.5 * std::cos(pi * early)) - 0.2 * (0.5 - 0.5 * std::cos(pi * late));
}

std::vector<float> drawSurroundings(const Anatomy& a, double depth, int size) {
    std::vector<float> image(static_cast<std::size_t>(size) * static_cast<std::size_t>(size));
    const Texture texture(a.seed);
    const double edge = 1.6 * a.fieldOfView / size;
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            const Point at = pixelPosition(a, size, column, row);
            const Point p = wobbled(a, at.x, at.y, 0.6 * depth, 7);
            const Point body = rotated(p.x + 8, p.y - 36, a.bodyAngle);
            const double skin = ellipse(body, a.bodyX, a.bodyY);
            const double fine = texture.at(p.x, p.y, depth, 4);
            const double coarse = texture.at(p.x, p.y, depth, 14);
            double value = 0;
            if (skin < 4 * edge) {
                const double fatThickness = a.fat * (1 + 0.9 * texture.at(p.x, p.y, 0.5 * depth + 90, 75));
                value = mix(value, a.fatValue * (1 + 0.08 * fine + 0.08 * coarse), coverage(skin, edge));
                const double wallOuter = skin + fatThickness;
                value = mix(value, a.muscleValue * (1 + 0.15 * fine + 0.2 * coarse), coverage(wallOuter, edge));
                // Ribs: marrow inside a dark rim, at regular angles of the chest wall.
                const double around = std::atan2(body.y / a.bodyY, body.x / a.bodyX) * 9 + 0.03 * depth;
                const double along = (around - std::round(around / (2 * pi) * 2.5) * (2 * pi) / 2.5) * a.bodyY / 9;
                const double rib = std::hypot(along / 8, (wallOuter + 0.5 * a.muscle) / 3.2) - 1;
                value = mix(value, 45, coverage(4 * rib, 2 * edge));
                value = mix(value, 210, coverage(4 * rib + 1.6, 2 * edge));
                // Lungs fill the chest; vessels run through them.
                const double chest = wallOuter + a.muscle;
                const double vessel = texture.at(p.x + 900, p.y, 0.6 * depth, 9);
                const double lung = a.lung * (1 + 0.5 * fine) + (vessel > 0.55 ? 190 * (vessel - 0.55) : 0);
                value = mix(value, lung, coverage(chest, 2 * edge));
                // Fat of the mediastinum around and in front of the heart.
                const Point mediastinum = rotated(p.x - a.x + 34, p.y - a.y + 4, 0.5);
                value = mix(value, 0.55 * a.fatValue * (1 + 0.7 * coarse + 0.3 * fine),
                            coverage(std::max(ellipse(mediastinum, 50, 21) + 9 * coarse, chest), 3 * edge));
                // Below the diaphragm: abdominal fat and organs.
                const double dome = a.diaphragm + 0.0016 * (p.x - 25) * (p.x - 25) - 0.1 * depth + 14;
                const double abdomen = std::max(dome - p.y, chest);
                value = mix(value, 0.55 * a.fatValue * (1 + 0.5 * coarse + 0.2 * fine), coverage(abdomen, 2 * edge));
                for (std::size_t k = 0; k < a.organs.size(); ++k) {
                    const Blob& organ = a.organs[k];
                    const double shift = (k < 4 ? 0.12 * depth : 0) - 14;
                    const Point local = rotated(p.x - organ.x, p.y - organ.y + shift, organ.angle);
                    const double inside = std::max(ellipse(local, organ.rx, organ.ry), chest + 1);
                    double tissue = organ.value * (1 + 0.06 * fine + 0.1 * coarse);
                    if (k == 0 && vessel > 0.5) {
                        tissue += 180 * (vessel - 0.5);  // vessels of the liver
                    }
                    if (k == 1) {  // stomach: gas above a level, folds below
                        const double gas = coverage(local.y + 4 + 3 * coarse, 4 * edge);
                        tissue = mix(tissue * (1 + 0.4 * coarse), 25, gas);
                    }
                    value = mix(value, 60, coverage(inside - 1.5, 2 * edge));
                    value = mix(value, tissue, coverage(inside, 1.5 * edge));
                }
            }
            image[indexOf(column, row, size)] = static_cast<float>(value);
        }
    }
    return image;
}

void drawHeart(const Anatomy& a, double depth, double contraction, int size, std::vector<float>& image,
               std::vector<std::uint16_t>& labels) {
    labels.assign(image.size(), 0);
    const double s = contraction;
    // The base moves towards the apex: the plane meets tissue that lay nearer to the base at rest.
    const double material = a.length - (a.length - depth) / (1 - a.shortening * s);
    const double part = std::clamp(material / a.length, -0.3, 1.2);
    if (part >= 1) {
        return;
    }
    const double taper = std::sqrt(std::max(0.0, 1 - std::pow(std::max(part, 0.0), 2.3)));
    const double outer0 = a.epicardium * taper;
    const double wall0 = std::min(outer0, a.wall * (0.75 + 0.25 * taper) + 2 * (1 - taper));
    const double inner0 = std::max(0.0, outer0 - wall0);
    const double inner = inner0 * (1 - a.contraction * s);
    // Muscle keeps its volume: the ring's area grows as the heart gets shorter.
    const double outer = std::sqrt(inner * inner + (outer0 * outer0 - inner0 * inner0) / (1 - a.shortening * s));
    const double rvTaper = std::sqrt(std::max(0.0, 1 - std::pow(std::max(part, 0.0) / 0.86, 2)));
    const double rvX = outer0 * a.rvWidth * (1 - 0.22 * s) * rvTaper;
    const double rvY = outer0 * a.rvHeight * (1 - 0.14 * s) * std::sqrt(rvTaper);
    const double twist = (0.14 * part - 0.05) * s;
    const Texture texture(a.seed ^ 0x4845);
    const double edge = 1.3 * a.fieldOfView / size;
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            const Point at = pixelPosition(a, size, column, row);
            const double cx = a.x + a.driftX * depth;
            const double cy = a.y + a.driftY * depth;
            if (std::hypot(at.x - cx, at.y - cy) > 2.6 * a.epicardium + 20) {
                continue;
            }
            const Point w = wobbled(a, at.x, at.y, material, 2.5);
            const Point p = {w.x - cx, w.y - cy};
            const double angle = std::atan2(p.y, p.x);
            const double shape =
                1 + a.oval * std::cos(2 * (angle - a.ovalAngle)) + a.bump * std::cos(3 * (angle - a.bumpAngle));
            const double radius = std::hypot(p.x, p.y) / shape;
            const double epicardial = radius - outer;
            const double endocardial = inner > 0.5 ? radius - inner : 1e3;
            const Point q = rotated(p.x - 0.72 * outer0 * std::cos(a.rvAngle),
                                    p.y - 0.72 * outer0 * std::sin(a.rvAngle), a.rvAngle);
            // The cavity lies beside the septum: a little off the muscle of the left ventricle.
            const double rvCavity = rvX > 3 ? std::max(ellipse(q, rvX, rvY), -(epicardial - 0.3)) : 1e3;
            const double rvWall = rvX > 3 ? ellipse(q, rvX, rvY) - 3.2 : 1e3;
            const double heart = std::min(epicardial, rvWall);
            const double fat = a.fatThickness * (0.55 + 0.75 * std::pow(std::cos(0.5 * (angle - a.fatAngle)), 2));
            const Point m = rotated(p.x, p.y, -twist);  // texture sticks to the tissue
            const double stretch = inner > 0.5 ? inner0 / inner : 1;
            const double fine = texture.at(m.x * stretch, m.y * stretch, material, 3.5);
            const double coarse = texture.at(m.x * stretch, m.y * stretch, material, 11);
            double value = static_cast<double>(image[indexOf(column, row, size)]);
            value = mix(value, 0.75 * a.fatValue * (1 + 0.12 * coarse), coverage(heart - fat, 2 * edge));
            value = mix(value, 0.6 * a.myocardium, coverage(heart - 1.2, 2 * edge));  // pericardium and chemical shift
            value = mix(value, a.myocardium * (1 + 0.10 * fine + 0.10 * coarse), coverage(heart, edge));
            // Trabeculae roughen the right ventricle's wall.
            const double trabeculae = 1.6 * fine * coverage(-rvCavity - 7, 6);
            value =
                mix(value, 0.94 * a.blood * (1 + 0.05 * coarse + 0.04 * fine), coverage(rvCavity + trabeculae, edge));
            value = mix(value, a.blood * (1 + 0.05 * coarse + 0.02 * fine), coverage(endocardial + 0.5 * fine, edge));
            if (part > 0.15 && part < 0.8 && inner > 8) {
                for (std::size_t k = 0; k < 2; ++k) {
                    const double grow = (1 + 0.25 * s) * std::sin(pi * (part - 0.15) / 0.65);
                    const double reach = inner - 0.7 * a.papillarySize[k];
                    const double there = a.papillaryAngle[k] + twist;
                    const double papillary =
                        ellipse(rotated(p.x - reach * std::cos(there), p.y - reach * std::sin(there), there),
                                a.papillarySize[k] * (0.4 + 0.6 * grow), 0.8 * a.papillarySize[k] * (0.4 + 0.6 * grow));
                    value = mix(value, 1.05 * a.myocardium * (1 + 0.1 * fine),
                                coverage(std::max(papillary, endocardial), edge));
                }
            }
            const auto index = indexOf(column, row, size);
            image[index] = static_cast<float>(value);
            labels[index] = endocardial < 0 ? 2 : epicardial < 0 ? 1 : rvCavity < 0 ? 3 : 0;
        }
    }
}

void acquire(const Anatomy& a, std::uint64_t noiseSeed, int size, std::vector<float>& image) {
    for (int row = 0; row < size; ++row) {
        for (int column = 0; column < size; ++column) {
            const Point p = pixelPosition(a, size, column, row);
            double sensitivity = 0.42;
            for (const Vec3& coil : a.coils) {
                const double distance = std::hypot(p.x - coil[0], p.y - coil[1]);
                sensitivity += coil[2] * std::exp(-distance * distance / (2 * 95.0 * 95.0));
            }
            image[indexOf(column, row, size)] *= static_cast<float>(sensitivity);
        }
    }
    // The scanner's point spread: about 1.4 pixels wide, as with zero-filled k-space.
    const double kernel[3] = {0.58, 0.19, 0.02};
    std::vector<float> pass(image.size());
    const auto blur = [&](const std::vector<float>& from, std::vector<float>& to, int stepX, int stepY) {
        for (int row = 0; row < size; ++row) {
            for (int column = 0; column < size; ++column) {
                double sum = 0;
                for (int k = -2; k <= 2; ++k) {
                    const int x = std::clamp(column + k * stepX, 0, size - 1);
                    const int y = std::clamp(row + k * stepY, 0, size - 1);
                    sum += kernel[std::abs(k)] * static_cast<double>(from[indexOf(x, y, size)]);
                }
                to[indexOf(column, row, size)] = static_cast<float>(sum);
            }
        }
    };
    blur(image, pass, 1, 0);
    blur(pass, image, 0, 1);
    Random random(noiseSeed);
    for (float& value : image) {
        const double real = static_cast<double>(value) + a.noise * random.normal();
        const double imaginary = a.noise * random.normal();
        value = static_cast<float>(std::clamp(std::round(std::hypot(real, imaginary)), 0.0, 4095.0));
    }
}

}  // namespace drdm::phantom
