#include "diffusion/PlaneNetwork.h"

#include "kernels/PlaneOperations.h"
#include "kernels/Resampling.h"
#include "kernels/TapConvolution.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace drdm {

namespace {

using kernels::Planes;
using kernels::Tap;
using kernels::TapConvolution;
using Weights = PlaneNetwork::Weights;

constexpr float leak = 1e-6F;
constexpr double epsilon = 1e-5;

std::vector<float> copyOf(std::span<const float> values) {
    return {values.begin(), values.end()};
}

int side(std::span<const float> bias) {
    return static_cast<int>(bias.size());
}

/// Two linear layers with a ReLU between them, on a row of the time table.
class TimeLayers {
public:
    TimeLayers(const Weights& w, const std::string& name)
        : m_first(copyOf(w(name + ".0.weight"))),
          m_firstBias(copyOf(w(name + ".0.bias"))),
          m_second(copyOf(w(name + ".2.weight"))),
          m_secondBias(copyOf(w(name + ".2.bias"))) {}

    [[nodiscard]] std::vector<float> operator()(std::span<const float> embedding) const {
        auto hidden = linear(m_first, m_firstBias, embedding);
        for (float& value : hidden) {
            value = std::max(value, 0.0F);
        }
        return linear(m_second, m_secondBias, hidden);
    }

private:
    static std::vector<float> linear(const std::vector<float>& weight, const std::vector<float>& bias,
                                     std::span<const float> x) {
        std::vector<float> y = bias;
        for (std::size_t o = 0; o < y.size(); ++o) {
            for (std::size_t i = 0; i < x.size(); ++i) {
                y[o] += weight[o * x.size() + i] * x[i];
            }
        }
        return y;
    }

    std::vector<float> m_first;
    std::vector<float> m_firstBias;
    std::vector<float> m_second;
    std::vector<float> m_secondBias;
};

TapConvolution squareOf(const Weights& w, const std::string& name, int dilation) {
    const auto weights = w(name + ".weight");
    const auto bias = w(name + ".bias");
    return TapConvolution::square(side(bias), static_cast<int>(weights.size()) / (9 * side(bias)), dilation, weights,
                                  bias);
}

/// 4 × 4, stride 2, padding 1, as a 2 × 2 convolution over the four phases of the input (kernels::splitPhases).
TapConvolution halving(const Weights& w, const std::string& name) {
    const auto weights = w(name + ".weight");
    const auto bias = w(name + ".bias");
    const int inputs = static_cast<int>(weights.size()) / (16 * side(bias));
    std::vector<Tap> taps;
    for (int i = 0; i < inputs; ++i) {
        for (int ky = 0; ky < 4; ++ky) {
            for (int kx = 0; kx < 4; ++kx) {
                // Row 2y + ky − 1 of the input is row y + (ky − 1 − phase) / 2 of its phase (ky + 1) mod 2.
                const int py = (ky + 1) % 2;
                const int px = (kx + 1) % 2;
                taps.push_back({4 * i + 2 * py + px, (ky - 1 - py) / 2, (kx - 1 - px) / 2});
            }
        }
    }
    return {std::move(taps), side(bias), weights, bias};
}

/// Transposed 4 × 4, stride 2, padding 1: each phase of the output is a 2 × 2 convolution (kernels::joinPhases).
std::vector<TapConvolution> doubling(const Weights& w, const std::string& name) {
    const auto weights = w(name + ".weight");  // inputs × outputs × 4 × 4
    const auto bias = w(name + ".bias");
    const int outputs = side(bias);
    const int inputs = static_cast<int>(weights.size()) / (16 * outputs);
    // Output row 2y + phase takes input row y + d by kernel row phase + 1 − 2d.
    std::vector<TapConvolution> phases;
    for (int py = 0; py < 2; ++py) {
        for (int px = 0; px < 2; ++px) {
            std::vector<Tap> taps;
            std::vector<float> phase;
            for (int o = 0; o < outputs; ++o) {
                for (int i = 0; i < inputs; ++i) {
                    for (int dy = py - 1; dy <= py; ++dy) {
                        for (int dx = px - 1; dx <= px; ++dx) {
                            if (o == 0) {
                                taps.push_back({i, dy, dx});
                            }
                            const int k = 4 * (py + 1 - 2 * dy) + px + 1 - 2 * dx;
                            phase.push_back(weights[static_cast<std::size_t>(16 * (i * outputs + o) + k)]);
                        }
                    }
                }
            }
            phases.emplace_back(std::move(taps), outputs, phase, bias);
        }
    }
    return phases;
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

    /// `in` (main or joined of the level) → `out` (main or skip of the level).
    void run(const Planes& in, Level& level, Planes& out) const {
        const Planes* input = &in;
        for (const Block& block : blocks) {
            if (block.gain.empty()) {
                block.first.run(*input, {.raw = &level.residual, .activated = &level.activated, .leak = leak});
            } else {
                block.first.run(*input, {.raw = &level.residual});
                kernels::normalise(level.residual, block.gain, block.shift, epsilon, leak, level.activated);
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
    Workspace(int h, int w)
        : height(h),
          width(w),
          levels{Level(10, 20, h, w), Level(20, 40, h / 2, w / 2), Level(40, 80, h / 4, w / 4),
                 Level(40, 1, h / 8, w / 8)},
          split{Planes(40, h / 2, w / 2), Planes(80, h / 4, w / 4), Planes(160, h / 8, w / 8)},
          out(2, h, w),
          padded(plane()),
          warped(plane()),
          u(2 * plane()),
          next(2 * plane()),
          composed(2 * plane()) {
        for (const int scale : {2, 4, 8}) {
            auto& four = phases.emplace_back();
            for (int i = 0; i < 4; ++i) {
                four.emplace_back(scale == 2 ? 10 : scale == 4 ? 20 : 40, h / scale, w / scale);
            }
        }
    }
    [[nodiscard]] std::size_t plane() const {
        return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    }

    int height;
    int width;
    std::array<Level, 4> levels;
    std::array<Planes, 3> split;
    std::vector<std::vector<Planes>> phases;
    Planes out;
    std::vector<float> padded;
    std::vector<float> warped;
    std::vector<float> u;
    std::vector<float> next;
    std::vector<float> composed;
};

}  // namespace

struct PlaneNetwork::Private {
    explicit Private(const Weights& w)
        : table(copyOf(w("time_embed.weight"))),
          down{halving(w, "down1"), halving(w, "down2"), halving(w, "down3")},
          up{doubling(w, "up1"), doubling(w, "up2"), doubling(w, "up3")},
          descending{Stage(w, "b1", true), Stage(w, "b2", true), Stage(w, "b3", true)},
          middle(w, "b_mid", true),
          ascending{Stage(w, "b4", false), Stage(w, "b5", false), Stage(w, "b_out", false)},
          last(squareOf(w, "conv_out", 1)),
          timeDown{TimeLayers(w, "te1"), TimeLayers(w, "te2"), TimeLayers(w, "te3")},
          timeMiddle(w, "te_mid"),
          timeUp{TimeLayers(w, "te4"), TimeLayers(w, "te5"), TimeLayers(w, "te_out")} {}

    std::vector<float> table;
    std::array<TapConvolution, 3> down;
    std::array<std::vector<TapConvolution>, 3> up;
    std::array<Stage, 3> descending;
    Stage middle;
    std::array<Stage, 3> ascending;
    TapConvolution last;
    std::array<TimeLayers, 3> timeDown;
    TimeLayers timeMiddle;
    std::array<TimeLayers, 3> timeUp;
    std::optional<Workspace> space;

    void forward(const std::vector<float>& image, int t, float scale, std::vector<float>& u);
    void writeResult(float scale, std::vector<float>& u) const;
};

void PlaneNetwork::Private::forward(const std::vector<float>& image, int t, float scale, std::vector<float>& u) {
    constexpr std::size_t embedding = 100;
    const auto row = std::span<const float>(table).subspan(static_cast<std::size_t>(t) * embedding, embedding);
    auto& levels = space->levels;
    const float start = timeDown[0](row).front();
    for (int y = 0; y < space->height; ++y) {
        const float* const in = image.data() + static_cast<std::ptrdiff_t>(y) * space->width;
        std::transform(in, in + space->width, levels[0].main.row(0, y), [start](float v) { return v + start; });
    }
    for (std::size_t i = 0; i < 3; ++i) {
        descending[i].run(levels[i].main, levels[i], levels[i].skip);
        kernels::splitPhases(levels[i].skip, down[i].outputs(), space->split[i]);
        const auto add = i < 2 ? timeDown[i + 1](row) : std::vector<float>();
        down[i].run(space->split[i], {.raw = &levels[i + 1].main, .moreBias = add});
    }
    kernels::multiply(levels[3].main, timeMiddle(row));
    middle.run(levels[3].main, levels[3], levels[3].main);
    for (std::size_t i = 0; i < 3; ++i) {
        auto& from = levels[3 - i];
        auto& to = levels[2 - i];
        const int channels = up[i].front().outputs();
        auto& phases = space->phases[2 - i];
        const auto add = timeUp[i](row);
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

void PlaneNetwork::Private::writeResult(float scale, std::vector<float>& u) const {
    for (int axis = 0; axis < 2; ++axis) {
        const float limit = 1.0F - 1.0F / static_cast<float>(axis == 0 ? space->height : space->width);
        for (int y = 0; y < space->height; ++y) {
            const float* const in = space->out.row(axis, y);
            float* const to = u.data() + static_cast<std::ptrdiff_t>(axis * space->height + y) * space->width;
            std::transform(in, in + space->width, to,
                           [scale, limit](float v) { return std::clamp(v * scale, -limit, limit); });
        }
    }
}

PlaneNetwork::PlaneNetwork(const Weights& weights) : d(std::make_unique<Private>(weights)) {}
PlaneNetwork::~PlaneNetwork() = default;
PlaneNetwork::PlaneNetwork(PlaneNetwork&&) noexcept = default;
PlaneNetwork& PlaneNetwork::operator=(PlaneNetwork&&) noexcept = default;

void PlaneNetwork::step(std::span<const float> image, int height, int width, int t, int recursion, float scale,
                        std::span<float> increment) {
    const int h = (height + 7) / 8 * 8;
    const int w = (width + 7) / 8 * 8;
    if (!d->space || d->space->height != h || d->space->width != w) {
        d->space.reset();
        d->space.emplace(h, w);
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
