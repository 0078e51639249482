#pragma once

#include "imaging/Geometry.h"

#include <array>
#include <cstdint>
#include <vector>

/// The drawn subject behind the phantom: everything is a function of position in millimetres and of time.
namespace drdm::phantom {

/// Numbers from a 64-bit state (SplitMix64): the same on every system, unlike the standard distributions.
class Random {
public:
    explicit Random(std::uint64_t state) : m_state(state) {}
    std::uint64_t bits();
    double uniform(double low, double high);
    double normal();  ///< mean 0, standard deviation 1 (Box–Muller)

private:
    std::uint64_t m_state;
};

std::uint64_t mixed(std::uint64_t a, std::uint64_t b);  ///< a hash of two numbers

/// Smooth noise in space, −1…1, with features of about `wavelength_mm`.
class Texture {
public:
    explicit Texture(std::uint64_t seed) : m_seed(seed) {}
    [[nodiscard]] double at(double x, double y, double z, double wavelength_mm) const;

private:
    [[nodiscard]] double lattice(std::int64_t x, std::int64_t y, std::int64_t z) const;
    std::uint64_t m_seed;
};

struct Blob {  ///< an elliptic organ: centre, half axes, rotation, brightness
    double x, y, rx, ry, angle, value;
};

/// One subject. Lengths in mm in the image plane (x right, y down, from the image's centre); depth in mm from the base.
struct Anatomy {
    double fieldOfView = 340, aspect = 1;  ///< of the image; height of a pixel ÷ its width
    Vec3 row{1, 0, 0}, column{0, 1, 0};    ///< orientation of the plane (LPS)
    Vec3 heart_mm{0, 0, 0};                ///< the heart's centre in the patient
    double cycle_ms = 900;
    // heart
    double x = 0, y = 0, driftX = 0, driftY = 0;  ///< centre at the base, and how it moves per mm of depth
    double length = 85, epicardium = 34, wall = 10, contraction = 0.3, shortening = 0.12;
    double oval = 0, ovalAngle = 0, bump = 0, bumpAngle = 0;
    double rvAngle = 3, rvWidth = 1, rvHeight = 1, fatAngle = 0, fatThickness = 3;
    std::array<double, 2> papillaryAngle{0.6, 2.2};
    std::array<double, 2> papillarySize{5, 5};
    // body
    double bodyX = 160, bodyY = 120, bodyAngle = 0, fat = 15, muscle = 10, diaphragm = 40;
    std::vector<Blob> organs;
    // contrast
    double blood = 320, myocardium = 110, fatValue = 330, muscleValue = 120, lung = 28, noise = 7;
    std::array<Vec3, 2> coils{};  ///< x, y, strength
    std::uint64_t seed = 0;
};

Anatomy drawAnatomy(std::uint64_t seed, int index);

/// 0 at end-diastole … 1 at end-systole; `time` in cycles.
double contractionAt(double time);

/// The tissue around the heart, without noise, for one slice (row-major, size²).
std::vector<float> drawSurroundings(const Anatomy& a, double depth, int size);

/// Draws the heart over the surroundings. Labels: 1 myocardium, 2 LV cavity, 3 RV cavity.
void drawHeart(const Anatomy& a, double depth, double contraction, int size, std::vector<float>& image,
               std::vector<std::uint16_t>& labels);

/// What the scanner does to it: coil sensitivity, blur, Rician noise, whole numbers.
void acquire(const Anatomy& a, std::uint64_t noiseSeed, int size, std::vector<float>& image);

}  // namespace drdm::phantom
