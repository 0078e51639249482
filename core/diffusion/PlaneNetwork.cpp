#include "diffusion/PlaneNetwork.h"

#include "diffusion/PlaneLayers.h"
#include "kernels/PlaneOperations.h"
#include "kernels/Resampling.h"
#include "kernels/TapConvolution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace drdm {

namespace {

using kernels::Planes;
using kernels::TapConvolution;
using plane::Weights;

using plane::epsilon;
using plane::leak;

std::vector<float> copyOf(std::span<const float> values) {
    return {values.begin(), values.end()};
}

TapConvolution squareOf(const Weights& w, const std::string& name, int dilation) {
    const auto weights = w(name + ".weight");
    const auto bias = w(name + ".bias");
    const int outputs = static_cast<int>(bias.size());
    return TapConvolution::square(outputs, static_cast<int>(weights.size()) / (9 * outputs), dilation, weights, bias);
}

TapConvolution halvingOf(const Weights& w, const std::string& name) {
    return plane::halving(w(name + ".weight"), w(name + ".bias"));
}

std::vector<TapConvolution> doublingOf(const Weights& w, const std::string& name) {
    return plane::doubling(w(name + ".weight"), w(name + ".bias"));
}

/// A time embedding for every t of the table.
std::vector<std::vector<float>> timesOf(const Weights& w, const std::string& name) {
    const auto table = w("time_embed.weight");
    std::vector<std::vector<float>> times;
    for (std::size_t at = 0; at < table.size(); at += plane::embeddingSize) {
        times.push_back(plane::timeLayers(w, name, table.subspan(at, plane::embeddingSize)));
    }
    return times;
}

/// conv0 → [normalisation] → conv → dilated conv → + residual; leaky ReLU between.
struct Block {
    Block(const Weights& w, const std::string& name, bool norm)
        : first(squareOf(w, name + ".conv0", 1)),
          second(squareOf(w, name + ".convs.0", 1)),
          third(squareOf(w, name + ".convs.1", 3)) {
        if (norm) {
            gain = copyOf(w(name + ".ln.weight"));
            shift = copyOf(w(name + ".ln.bias"));
        }
    }
    TapConvolution first;
    TapConvolution second;
    TapConvolution third;
    std::vector<float> gain;
    std::vector<float> shift;
};

/// The buffers of one resolution. `main` holds what a stage takes and gives.
struct Level {
    Level(int channels, int together, int height, int width)
        : main(channels, height, width),
          activated(channels, height, width),
          middle(channels, height, width),
          residual(channels, height, width),
          skip(channels, height, width),
          joined(together, height, width) {}
    Planes main;
    Planes activated;
    Planes middle;
    Planes residual;
    Planes skip;
    Planes joined;
};

struct Stage {
    Stage(const Weights& w, const std::string& name, bool norm) {
        for (int i = 0; i < 3; ++i) {
            blocks.emplace_back(w, name + "." + std::to_string(i), norm);
        }
    }

    [[nodiscard]] int outputs() const { return blocks.back().third.outputs(); }

    /// `in` (main or joined of the level) → `out` (main or skip of the level).
    void run(const Planes& in, Level& level, Planes& out) const {
        const Planes* input = &in;
        for (const Block& block : blocks) {
            if (block.gain.empty()) {
                block.first.run(*input, {.raw = &level.residual, .activated = &level.activated, .leak = leak});
            } else {
                block.first.run(*input, {.raw = &level.residual});
                kernels::normalise(level.residual, block.gain, block.shift, epsilon, leak, level.residual,
                                   level.activated);
            }
            block.second.run(level.activated, {.activated = &level.middle, .leak = leak});
            Planes& result = &block == &blocks.back() ? out : level.main;
            block.third.run(level.middle, {.activated = &result, .residual = &level.residual, .leak = leak});
            input = &level.main;
        }
    }

    std::vector<Block> blocks;
};

/// The buffers of one image size: sides, and halves of it thrice.
struct Workspace {
    /// h, w: sides of the image; `c`: the network's width; `patch`: of its blocks.
    Workspace(int h, int w, int c, int block) : Workspace(h, w, h / block, w / block, c, block) {}
    Workspace(int imageHeight, int imageWidth, int h, int w, int c, int block)
        : height(imageHeight),
          width(imageWidth),
          patch(block),
          input(block * block, h, w),
          levels{Level(c, 2 * c, h, w), Level(2 * c, 4 * c, h / 2, w / 2), Level(4 * c, 8 * c, h / 4, w / 4),
                 Level(4 * c, 1, h / 8, w / 8)},
          split{Planes(4 * c, h / 2, w / 2), Planes(8 * c, h / 4, w / 4), Planes(16 * c, h / 8, w / 8)},
          out(2, h, w),
          coefficients(static_cast<std::size_t>(h) * static_cast<std::size_t>(w)),
          padded(plane()),
          warped(plane()),
          u(2 * plane()),
          next(2 * plane()),
          composed(2 * plane()) {
        for (const int scale : {2, 4, 8}) {
            auto& four = phases.emplace_back();
            for (int i = 0; i < 4; ++i) {
                four.emplace_back(scale == 2 ? c : scale == 4 ? 2 * c : 4 * c, h / scale, w / scale);
            }
        }
    }
    [[nodiscard]] std::size_t plane() const {
        return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }

    int height;
    int width;
    int patch;
    Planes input;
    std::array<Level, 4> levels;
    std::array<Planes, 3> split;
    std::vector<std::vector<Planes>> phases;
    Planes out;
    std::vector<float> coefficients;  ///< one axis of `out` without margins
    std::vector<float> padded;
    std::vector<float> warped;
    std::vector<float> u;
    std::vector<float> next;
    std::vector<float> composed;
};

}  // namespace

struct PlaneNetwork::Private {
    explicit Private(const Weights& w)
        : patch(static_cast<int>(std::lround(
              std::sqrt(static_cast<double>(w("b1.0.conv0.weight").size() / w("b1.0.conv0.bias").size() / 9))))),
          down{halvingOf(w, "down1"), halvingOf(w, "down2"), halvingOf(w, "down3")},
          up{doublingOf(w, "up1"), doublingOf(w, "up2"), doublingOf(w, "up3")},
          descending{Stage(w, "b1", true), Stage(w, "b2", true), Stage(w, "b3", true)},
          middle(w, "b_mid", true),
          ascending{Stage(w, "b4", false), Stage(w, "b5", false), Stage(w, "b_out", false)},
          last(squareOf(w, "conv_out", 1)),
          timeDown{timesOf(w, "te1"), timesOf(w, "te2"), timesOf(w, "te3")},
          timeMiddle(timesOf(w, "te_mid")),
          timeUp{timesOf(w, "te4"), timesOf(w, "te5"), timesOf(w, "te_out")} {}

    using Times = std::vector<std::vector<float>>;  ///< by t

    int patch;
    std::array<TapConvolution, 3> down;
    std::array<std::vector<TapConvolution>, 3> up;
    std::array<Stage, 3> descending;
    Stage middle;
    std::array<Stage, 3> ascending;
    TapConvolution last;
    std::array<Times, 3> timeDown;
    Times timeMiddle;
    std::array<Times, 3> timeUp;
    std::unique_ptr<Workspace> space;

    void forward(const std::vector<float>& image, int t, float scale, std::vector<float>& u);
    void readImage(const std::vector<float>& image, float start);  ///< plus `start`, in blocks
    void writeResult(float scale, std::vector<float>& u);
};

void PlaneNetwork::Private::forward(const std::vector<float>& image, int t, float scale, std::vector<float>& u) {
    const auto time = static_cast<std::size_t>(t);
    auto& levels = space->levels;
    readImage(image, timeDown[0].at(time).front());
    for (std::size_t i = 0; i < 3; ++i) {
        descending[i].run(i == 0 ? space->input : levels[i].main, levels[i], levels[i].skip);
        kernels::splitPhases(levels[i].skip, down[i].outputs(), space->split[i]);
        const auto add = i < 2 ? timeDown[i + 1][time] : std::vector<float>();
        down[i].run(space->split[i], {.raw = &levels[i + 1].main, .moreBias = add});
    }
    kernels::multiply(levels[3].main, timeMiddle[time]);
    middle.run(levels[3].main, levels[3], levels[3].main);
    for (std::size_t i = 0; i < 3; ++i) {
        auto& from = levels[3 - i];
        auto& to = levels[2 - i];
        const int channels = up[i].front().outputs();
        auto& phases = space->phases[2 - i];
        const auto& add = timeUp[i][time];
        const auto half = std::span<const float>(add).subspan(static_cast<std::size_t>(channels));
        for (std::size_t phase = 0; phase < 4; ++phase) {
            up[i][phase].run(from.main, {.raw = &phases[phase], .moreBias = half});
        }
        kernels::copyPlus(to.skip, std::span<const float>(add).first(static_cast<std::size_t>(channels)), to.joined);
        kernels::joinPhases(phases, channels, to.joined, channels);
        ascending[i].run(to.joined, to, to.main);
    }
    last.run(levels[0].main, {.raw = &space->out});
    writeResult(scale, u);
}

void PlaneNetwork::Private::readImage(const std::vector<float>& image, float start) {
    const int block = space->patch;
    for (int y = 0; y < space->height; ++y) {
        for (int column = 0; column < block; ++column) {
            const float* const in = image.data() + static_cast<std::ptrdiff_t>(y) * space->width + column;
            float* const out = space->input.row(y % block * block + column, y / block);
            for (int x = 0; x < space->input.width(); ++x) {
                out[x] = in[x * block] + start;
            }
        }
    }
}

void PlaneNetwork::Private::writeResult(float scale, std::vector<float>& u) {
    const int h = space->out.height();
    const int w = space->out.width();
    for (int axis = 0; axis < 2; ++axis) {
        float* const to = u.data() + static_cast<std::ptrdiff_t>(axis) * space->height * space->width;
        float* const coefficients = space->patch == 1 ? to : space->coefficients.data();
        for (int y = 0; y < h; ++y) {
            std::copy_n(space->out.row(axis, y), w, coefficients + static_cast<std::ptrdiff_t>(y) * w);
        }
        if (space->patch > 1) {
            kernels::evaluateSpline(coefficients, h, w, space->patch, to);
        }
        const float limit = 1.0F - 1.0F / static_cast<float>(axis == 0 ? space->height : space->width);
        std::transform(to, to + space->plane(), to,
                       [scale, limit](float v) { return std::clamp(v * scale, -limit, limit); });
    }
}

PlaneNetwork::PlaneNetwork(const Weights& weights) : d(std::make_unique<Private>(weights)) {}
PlaneNetwork::~PlaneNetwork() = default;
PlaneNetwork::PlaneNetwork(PlaneNetwork&&) noexcept = default;
PlaneNetwork& PlaneNetwork::operator=(PlaneNetwork&&) noexcept = default;

void PlaneNetwork::step(std::span<const float> image, int height, int width, int t, int recursion, float scale,
                        std::span<float> increment) {
    const int unit = 8 * d->patch;
    const int h = (height + unit - 1) / unit * unit;
    const int w = (width + unit - 1) / unit * unit;
    if (!d->space || d->space->height != h || d->space->width != w) {
        d->space.reset();
        d->space = std::make_unique<Workspace>(h, w, d->descending[0].outputs(), d->patch);
    }
    Workspace& s = *d->space;
    for (int y = 0; y < height; ++y) {
        std::copy_n(image.data() + static_cast<std::ptrdiff_t>(y) * width, width,
                    s.padded.data() + static_cast<std::ptrdiff_t>(y) * w);
    }
    for (int k = 0; k < recursion; ++k) {
        if (k == 0) {
            d->forward(s.padded, t, scale, s.u);
            continue;
        }
        kernels::warpZeros(s.padded.data(), s.u.data(), h, w, s.warped.data());
        d->forward(s.warped, t, scale, s.next);
        kernels::composeBorder(s.next.data(), s.u.data(), h, w, s.composed.data());
        std::swap(s.u, s.composed);
    }
    // Fractions of the padded sides become fractions of the image's own.
    for (int axis = 0; axis < 2; ++axis) {
        const float factor = axis == 0 ? static_cast<float>(h) / static_cast<float>(height)
                                       : static_cast<float>(w) / static_cast<float>(width);
        for (int y = 0; y < height; ++y) {
            const float* const from = s.u.data() + static_cast<std::ptrdiff_t>(axis * h + y) * w;
            float* const to = increment.data() + static_cast<std::ptrdiff_t>(axis * height + y) * width;
            std::transform(from, from + width, to, [factor](float v) { return v * factor; });
        }
    }
}

}  // namespace drdm
