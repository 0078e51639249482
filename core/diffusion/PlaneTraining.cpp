#include "diffusion/PlaneTraining.h"

#include "errors/Error.h"
#include "kernels/PlaneOperations.h"

#include <algorithm>
#include <numeric>

namespace drdm {

namespace {

using kernels::Extent;
using kernels::Moments;
using kernels::Planes;
using kernels::Tap;
using kernels::TapConvolution;
using plane::epsilon;
using plane::leak;
using plane::Weights;

using Gradients = PlaneTraining::Gradients;

std::vector<float>& gradientOf(Gradients& gradients, const std::string& name, std::size_t size) {
    auto& gradient = gradients[name];
    gradient.resize(size, 0.0F);
    return gradient;
}

/// conv_out has one output per axis.
int dimsOf(const Weights& w) {
    return static_cast<int>(w("conv_out.bias").size());
}

/// A 3 × 3 (× 3) convolution with its way back.
class Square {
public:
    Square(const Weights& w, std::string name, int dilation)
        : m_name(std::move(name)),
          m_outputs(static_cast<int>(w(m_name + ".bias").size())),
          m_size(dimsOf(w) == 3 ? 27 : 9),
          m_inputs(static_cast<int>(w(m_name + ".weight").size()) / (m_size * m_outputs)),
          m_taps(kernels::squareTaps(m_inputs, dilation, dimsOf(w))),
          m_there(TapConvolution::square(m_outputs, m_inputs, dilation, w(m_name + ".weight"), w(m_name + ".bias"),
                                         kernels::rowKernel(), dimsOf(w))),
          m_back(backward(w(m_name + ".weight"), dilation)) {}

    [[nodiscard]] int inputs() const { return m_inputs; }
    [[nodiscard]] int outputs() const { return m_outputs; }
    [[nodiscard]] const TapConvolution& there() const { return m_there; }

    /// `gradient` of the output → gradients of weight and bias, and of the input where `result` is given.
    void back(const Planes& gradient, const Planes& input, Gradients& gradients,
              const TapConvolution::Result& result) const {
        auto& weight = gradientOf(gradients, m_name + ".weight", m_taps.size() * static_cast<std::size_t>(m_outputs));
        kernels::addWeightGradient(m_taps, gradient, m_outputs, input, weight);
        kernels::addSums(gradient, gradientOf(gradients, m_name + ".bias", static_cast<std::size_t>(m_outputs)));
        m_back.run(gradient, result);
    }

private:
    /// The same taps mirrored, inputs and outputs exchanged.
    [[nodiscard]] TapConvolution backward(std::span<const float> weight, int dilation) const {
        std::vector<float> exchanged;
        exchanged.reserve(weight.size());
        for (int i = 0; i < m_inputs; ++i) {
            for (int o = 0; o < m_outputs; ++o) {
                for (int k = m_size; k-- > 0;) {
                    exchanged.push_back(weight[static_cast<std::size_t>((o * m_inputs + i) * m_size + k)]);
                }
            }
        }
        return TapConvolution::square(m_inputs, m_outputs, dilation, exchanged,
                                      std::vector<float>(static_cast<std::size_t>(m_inputs)), kernels::rowKernel(),
                                      m_size == 27 ? 3 : 2);
    }

    std::string m_name;
    int m_outputs;
    int m_size;  ///< of the kernel
    int m_inputs;
    std::vector<Tap> m_taps;
    TapConvolution m_there;
    TapConvolution m_back;
};

/// What the way back of a block needs.
struct BlockRecord {
    BlockRecord(int channels, const Extent& extent)
        : first(channels, extent), activated(channels, extent), middle(channels, extent), out(channels, extent) {}
    Planes first;      ///< after conv0, where a normalisation follows
    Planes activated;  ///< normalised, after leaky ReLU
    Planes middle;     ///< after convs.0 and leaky ReLU
    Planes out;
    std::vector<Moments> moments;
};

/// Room at one resolution, shared by its blocks.
struct Scratch {
    Scratch(int channels, const Extent& extent)
        : out(channels, extent), middle(channels, extent), normal(channels, extent) {}
    Planes out;  ///< of what a block gave, before its last leaky ReLU
    Planes middle;
    Planes normal;  ///< on the way there what is added at the end of a block; on the way back its gradient
};

/// conv0 → [normalisation] → conv → dilated conv → + residual; leaky ReLU between.
class Block {
public:
    Block(const Weights& w, const std::string& name, bool norm)
        : m_name(name),
          m_first(w, name + ".conv0", 1),
          m_second(w, name + ".convs.0", 1),
          m_third(w, name + ".convs.1", 3) {
        if (norm) {
            const auto gain = w(name + ".ln.weight");
            const auto shift = w(name + ".ln.bias");
            m_gain.assign(gain.begin(), gain.end());
            m_shift.assign(shift.begin(), shift.end());
        }
    }

    [[nodiscard]] int inputs() const { return m_first.inputs(); }
    [[nodiscard]] int outputs() const { return m_first.outputs(); }

    void forward(const Planes& in, BlockRecord& r, Planes& normal) const {
        if (m_gain.empty()) {
            m_first.there().run(in, {.raw = &normal, .activated = &r.activated, .leak = leak});
        } else {
            m_first.there().run(in, {.raw = &r.first});
            r.moments = kernels::normalise(r.first, m_gain, m_shift, epsilon, leak, normal, r.activated);
        }
        m_second.there().run(r.activated, {.activated = &r.middle, .leak = leak});
        m_third.there().run(r.middle, {.activated = &r.out, .residual = &normal, .leak = leak});
    }

    /// scratch.out: gradient of the sum before the last leaky ReLU → `inGradient`, which may be scratch.out; times the
    /// slope of the leaky ReLU that made `in` where `gated`.
    void backward(const Planes& in, const BlockRecord& r, Scratch& scratch, Gradients& gradients, Planes& inGradient,
                  bool gated) const {
        m_third.back(scratch.out, r.middle, gradients, {.raw = &scratch.middle, .gate = &r.middle, .leak = leak});
        m_second.back(scratch.middle, r.activated, gradients,
                      {.raw = &scratch.normal, .gate = &r.activated, .residual = &scratch.out, .leak = leak});
        if (!m_gain.empty()) {
            kernels::normaliseBackward(r.first, r.moments, m_gain, scratch.normal,
                                       gradientOf(gradients, m_name + ".ln.weight", m_gain.size()),
                                       gradientOf(gradients, m_name + ".ln.bias", m_gain.size()));
        }
        m_first.back(scratch.normal, in, gradients, {.raw = &inGradient, .gate = gated ? &in : nullptr, .leak = leak});
    }

private:
    std::string m_name;
    Square m_first;
    Square m_second;
    Square m_third;
    std::vector<float> m_gain;
    std::vector<float> m_shift;
};

struct StageRecord {
    StageRecord(std::array<int, 3> channels, const Extent& extent) {
        for (const int c : channels) {
            blocks.emplace_back(c, extent);
        }
    }
    [[nodiscard]] const Planes& out() const { return blocks.back().out; }
    std::vector<BlockRecord> blocks;
};

class Stage {
public:
    Stage(const Weights& w, const std::string& name, bool norm) {
        for (int i = 0; i < 3; ++i) {
            m_blocks.emplace_back(w, name + "." + std::to_string(i), norm);
        }
    }

    [[nodiscard]] int inputs() const { return m_blocks.front().inputs(); }
    [[nodiscard]] int outputs() const { return m_blocks.back().outputs(); }

    void forward(const Planes& in, StageRecord& record, Scratch& scratch) const {
        const Planes* input = &in;
        for (std::size_t i = 0; i < m_blocks.size(); ++i) {
            m_blocks[i].forward(*input, record.blocks[i], scratch.normal);
            input = &record.blocks[i].out;
        }
    }

    /// scratch.out: gradient before the last leaky ReLU of the stage → inGradient, of what the stage was given.
    void backward(const Planes& in, const StageRecord& record, Scratch& scratch, Gradients& gradients,
                  Planes& inGradient) const {
        for (std::size_t i = m_blocks.size(); i-- > 0;) {
            const Planes& input = i > 0 ? record.blocks[i - 1].out : in;
            m_blocks[i].backward(input, record.blocks[i], scratch, gradients, i > 0 ? scratch.out : inGradient, i > 0);
        }
    }

private:
    std::vector<Block> m_blocks;
};

/// 4 × 4 (× 4), stride 2, there and back.
class Halving {
public:
    Halving(const Weights& w, std::string name)
        : m_name(std::move(name)),
          m_channels(static_cast<int>(w(m_name + ".bias").size())),
          m_dims(dimsOf(w)),
          m_there(plane::halving(w(m_name + ".weight"), w(m_name + ".bias"), m_dims)),
          m_back(plane::doubling(w(m_name + ".weight"), std::vector<float>(w(m_name + ".bias").size()), m_dims)) {}

    [[nodiscard]] int channels() const { return m_channels; }
    [[nodiscard]] const TapConvolution& there() const { return m_there; }

    /// `split`: the phases of the input. `phases`: room for the gradients of the phases of it.
    void back(const Planes& gradient, const Planes& split, Gradients& gradients, std::vector<Planes>& phases,
              Planes& inGradient) const {
        const auto taps = plane::halvingTaps(m_channels, m_dims);
        auto& weight = gradientOf(gradients, m_name + ".weight", taps.size() * static_cast<std::size_t>(m_channels));
        kernels::addWeightGradient(taps, gradient, m_channels, split, weight);
        kernels::addSums(gradient, gradientOf(gradients, m_name + ".bias", static_cast<std::size_t>(m_channels)));
        for (std::size_t phase = 0; phase < phases.size(); ++phase) {
            m_back[phase].run(gradient, {.raw = &phases[phase]});
        }
        kernels::joinPhases(phases, m_channels, inGradient, 0);
    }

private:
    std::string m_name;
    int m_channels;
    int m_dims;
    TapConvolution m_there;
    std::vector<TapConvolution> m_back;
};

/// Transposed 4 × 4 (× 4), stride 2, there and back.
class Doubling {
public:
    Doubling(const Weights& w, std::string name)
        : m_name(std::move(name)),
          m_channels(static_cast<int>(w(m_name + ".bias").size())),
          m_dims(dimsOf(w)),
          m_there(plane::doubling(w(m_name + ".weight"), w(m_name + ".bias"), m_dims)),
          m_back(plane::halving(w(m_name + ".weight"), std::vector<float>(w(m_name + ".bias").size()), m_dims)) {}

    [[nodiscard]] int channels() const { return m_channels; }
    [[nodiscard]] const std::vector<TapConvolution>& there() const { return m_there; }

    /// gradient: of the output, from channel `first` on. `split`: room for its phases. `result` takes the gradient of
    /// `in`.
    void back(const Planes& gradient, int first, const Planes& in, Planes& split, Gradients& gradients,
              const TapConvolution::Result& result) const {
        kernels::splitPhases(gradient, m_channels, split, first);
        // Exchanged roles: what a strided convolution would take is the gradient, and its gradient is the input.
        const auto taps = plane::halvingTaps(m_channels, m_dims);
        auto& weight = gradientOf(gradients, m_name + ".weight", taps.size() * static_cast<std::size_t>(m_channels));
        kernels::addWeightGradient(taps, in, m_channels, split, weight);
        kernels::addSums(gradient, gradientOf(gradients, m_name + ".bias", static_cast<std::size_t>(m_channels)),
                         first);
        m_back.run(split, result);
    }

private:
    std::string m_name;
    int m_channels;
    int m_dims;
    std::vector<TapConvolution> m_there;
    TapConvolution m_back;
};

/// Channels in units of the network's width.
constexpr std::array<int, 4> widest{1, 2, 4, 4};
constexpr std::array<std::array<int, 3>, 4> descendingChannels{{{1, 1, 1}, {2, 2, 2}, {4, 4, 4}, {2, 2, 4}}};
constexpr std::array<std::array<int, 3>, 3> ascendingChannels{{{1, 1, 1}, {2, 1, 1}, {4, 2, 2}}};

std::array<int, 3> widened(const std::array<int, 3>& channels, int width) {
    return {channels[0] * width, channels[1] * width, channels[2] * width};
}

}  // namespace

struct PlaneTraining::Pass {
    Pass(int inputs, int wide, const Extent& sides)
        : input(inputs, sides), out(sides.depth > 0 ? 3 : 2, sides), outGradient(sides.depth > 0 ? 3 : 2, sides) {
        const int phaseCount = sides.depth > 0 ? 8 : 4;
        const auto at = [sides](int channels, int level) { return Planes(channels, sides.halved(level)); };
        for (int level = 0; level < 4; ++level) {
            descending.emplace_back(widened(descendingChannels[static_cast<std::size_t>(level)], wide),
                                    sides.halved(level));
        }
        for (int level = 0; level < 3; ++level) {
            ascending.emplace_back(widened(ascendingChannels[static_cast<std::size_t>(level)], wide),
                                   sides.halved(level));
        }
        for (int level = 0; level < 4; ++level) {
            const int channels = wide * widest[static_cast<std::size_t>(level)];
            scratch.emplace_back(channels, sides.halved(level));
            below.push_back(at(channels, level));
            belowGradient.push_back(at(level > 0 ? channels : inputs, level));
            if (level < 3) {
                split.push_back(at(phaseCount * channels, level + 1));
                auto& all = phases.emplace_back();
                for (int phase = 0; phase < phaseCount; ++phase) {
                    all.push_back(at(channels, level + 1));
                }
                joined.push_back(at(2 * channels, level));
                joinedGradient.push_back(at(2 * channels, level));
            }
        }
        beforeTime.push_back(at(wide * widest[3], 3));
    }

    Planes input;
    Planes out;
    Planes outGradient;
    std::vector<StageRecord> descending;  ///< b1, b2, b3, b_mid
    std::vector<StageRecord> ascending;   ///< b_out, b5, b4: by level
    std::vector<Planes> below;            ///< by level: what the stage there is given; level 0 is not used
    std::vector<Planes> belowGradient;
    std::vector<Planes> beforeTime;  ///< down3 before it is multiplied
    std::vector<Planes> split;       ///< by level: the phases of the stage's output
    std::vector<std::vector<Planes>> phases;
    std::vector<Planes> joined;
    std::vector<Planes> joinedGradient;
    std::vector<Scratch> scratch;
};

struct PlaneTraining::Private {
    explicit Private(const Weights& w)
        : descending{Stage(w, "b1", true), Stage(w, "b2", true), Stage(w, "b3", true), Stage(w, "b_mid", true)},
          ascending{Stage(w, "b_out", false), Stage(w, "b5", false), Stage(w, "b4", false)},
          down{Halving(w, "down1"), Halving(w, "down2"), Halving(w, "down3")},
          up{Doubling(w, "up3"), Doubling(w, "up2"), Doubling(w, "up1")},
          last(w, "conv_out", 1) {}
    std::array<Stage, 4> descending;
    std::array<Stage, 3> ascending;  ///< by level
    std::array<Halving, 3> down;     ///< from level to level + 1
    std::array<Doubling, 3> up;      ///< from level + 1 to level
    Square last;
};

PlaneTraining::PlaneTraining(const Weights& weights) : d(std::make_unique<Private>(weights)) {}
PlaneTraining::~PlaneTraining() = default;
PlaneTraining::PlaneTraining(PlaneTraining&&) noexcept = default;
PlaneTraining& PlaneTraining::operator=(PlaneTraining&&) noexcept = default;

std::shared_ptr<PlaneTraining::Pass> PlaneTraining::makePass(const Extent& sides) const {
    const bool volume = d->last.outputs() == 3;
    for (const int side : {sides.height, sides.width, volume ? sides.depth : 8}) {
        if (side < 8 || side % 8 != 0) {
            throw Error("the sides of a training image must be multiples of 8, not " + std::to_string(side));
        }
    }
    return std::make_shared<Pass>(d->descending[0].inputs(), d->descending[0].outputs(),
                                  volume ? sides : Extent{sides.height, sides.width});
}

void PlaneTraining::forward(Pass& p, std::span<const float> image, const Times& times, std::span<float> out) const {
    const int rows = p.input.rows();
    const int width = p.input.width();
    const auto rowOf = [width](auto values, int y) { return values.data() + static_cast<std::ptrdiff_t>(y) * width; };
    const float start = times[0].front();
    for (int c = 0; c < p.input.channels(); ++c) {
        for (int y = 0; y < rows; ++y) {
            const float* const in = rowOf(image, c * rows + y);
            std::transform(in, in + width, p.input.row(c, y), [start](float v) { return v + start; });
        }
    }
    d->descending[0].forward(p.input, p.descending[0], p.scratch[0]);
    for (std::size_t level = 0; level < 3; ++level) {
        kernels::splitPhases(p.descending[level].out(), d->down[level].channels(), p.split[level]);
        Planes& next = p.below[level + 1];
        if (level < 2) {
            d->down[level].there().run(p.split[level], {.raw = &next, .moreBias = times[level + 1]});
        } else {
            d->down[level].there().run(p.split[level], {.raw = &p.beforeTime.front()});
            kernels::copyPlus(p.beforeTime.front(), std::vector<float>(times[3].size()), next);
            kernels::multiply(next, times[3]);
        }
        d->descending[level + 1].forward(next, p.descending[level + 1], p.scratch[level + 1]);
    }
    for (std::size_t level = 3; level-- > 0;) {
        const auto& from = level == 2 ? p.descending[3] : p.ascending[level + 1];
        const auto channels = static_cast<std::size_t>(d->up[level].channels());
        const auto time = times[6 - level];
        for (std::size_t phase = 0; phase < p.phases[level].size(); ++phase) {
            d->up[level].there()[phase].run(from.out(),
                                            {.raw = &p.phases[level][phase], .moreBias = time.subspan(channels)});
        }
        kernels::copyPlus(p.descending[level].out(), time.first(channels), p.joined[level]);
        kernels::joinPhases(p.phases[level], static_cast<int>(channels), p.joined[level], static_cast<int>(channels));
        d->ascending[level].forward(p.joined[level], p.ascending[level], p.scratch[level]);
    }
    d->last.there().run(p.ascending[0].out(), {.raw = &p.out});
    for (int axis = 0; axis < p.out.channels(); ++axis) {
        for (int y = 0; y < rows; ++y) {
            std::copy_n(p.out.row(axis, y), width, rowOf(out, axis * rows + y));
        }
    }
}

void PlaneTraining::backward(Pass& p, std::span<const float> gradient, const Times& times, Gradients& weights,
                             const TimeGradients& timeGradients, std::span<float> imageGradient) const {
    const int rows = p.input.rows();
    const int width = p.input.width();
    const auto rowOf = [width](auto values, int y) { return values.data() + static_cast<std::ptrdiff_t>(y) * width; };
    weights.clear();
    for (const auto& time : timeGradients) {
        std::fill(time.begin(), time.end(), 0.0F);
    }
    for (int axis = 0; axis < p.out.channels(); ++axis) {
        for (int y = 0; y < rows; ++y) {
            std::copy_n(rowOf(gradient, axis * rows + y), width, p.outGradient.row(axis, y));
        }
    }
    d->last.back(p.outGradient, p.ascending[0].out(), weights,
                 {.raw = &p.scratch[0].out, .gate = &p.ascending[0].out(), .leak = leak});
    for (std::size_t level = 0; level < 3; ++level) {
        auto& joined = p.joinedGradient[level];
        d->ascending[level].backward(p.joined[level], p.ascending[level], p.scratch[level], weights, joined);
        kernels::addSums(joined, timeGradients[6 - level]);
        const Planes& from = level == 2 ? p.descending[3].out() : p.ascending[level + 1].out();
        // split is needed again for the way down; the phases' memory has the same size only by channel, so a copy
        // serves.
        Planes phases(static_cast<int>(p.phases[level].size()) * d->up[level].channels(), from.extent());
        d->up[level].back(joined, d->up[level].channels(), from, phases, weights,
                          {.raw = &p.scratch[level + 1].out, .gate = &from, .leak = leak});
    }
    for (std::size_t level = 3; level > 0; --level) {
        Planes& stageInput = p.belowGradient[level];
        d->descending[level].backward(p.below[level], p.descending[level], p.scratch[level], weights, stageInput);
        if (level == 3) {
            std::vector<float> product(times[3].size());
            for (std::size_t c = 0; c < product.size(); ++c) {
                double sum = 0;
                for (int y = 0; y < stageInput.rows(); ++y) {
                    const float* const a = stageInput.row(static_cast<int>(c), y);
                    const float* const b = p.beforeTime.front().row(static_cast<int>(c), y);
                    for (int x = 0; x < stageInput.width(); ++x) {
                        sum += static_cast<double>(a[x]) * static_cast<double>(b[x]);
                    }
                }
                timeGradients[3][c] = static_cast<float>(sum);
            }
            kernels::multiply(stageInput, times[3]);
        } else {
            kernels::addSums(stageInput, timeGradients[level]);
        }
        const int channels = d->down[level - 1].channels();
        d->down[level - 1].back(stageInput, p.split[level - 1], weights, p.phases[level - 1], p.scratch[level - 1].out);
        kernels::addThenGate(p.scratch[level - 1].out, channels, &p.joinedGradient[level - 1], 0,
                             p.descending[level - 1].out(), leak);
    }
    Planes& first = p.belowGradient[0];
    d->descending[0].backward(p.input, p.descending[0], p.scratch[0], weights, first);
    std::vector<float> sums(static_cast<std::size_t>(first.channels()));
    kernels::addSums(first, sums);
    timeGradients[0].front() = std::accumulate(sums.begin(), sums.end(), 0.0F);
    for (int c = 0; c < first.channels(); ++c) {
        for (int y = 0; y < rows; ++y) {
            std::copy_n(first.row(c, y), width, rowOf(imageGradient, c * rows + y));
        }
    }
}

}  // namespace drdm
