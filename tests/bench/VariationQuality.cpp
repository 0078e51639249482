// What are a model's variations worth? (Not a test: figures for tests/bench/results.)
//
// On the middle slice (end-diastole) of every subject of one part of a labelled set: displacement, folds, spread
// between seeds, the share of motion that the guard took, and two measures of plausibility against real slices of OTHER
// subjects (the other part): the unbiased kernel distance in gradient features (GradientFeatures.h: no network, so no
// model has an advantage), and the shape of the labelled cavity (area, roundness), as the distance between
// distributions (Kolmogorov–Smirnov). For comparison: the real slices of this part themselves, and the diffused images
// before recovery.

#include "analysis/FieldStatistics.h"
#include "analysis/FoldGuard.h"
#include "bench/GradientFeatures.h"
#include "diffusion/Recovery.h"
#include "imaging/ModelGrid.h"
#include "imaging/Warp.h"
#include "io/NiftiFile.h"
#include "io/Series.h"
#include "tasks/GreyPicture.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <numeric>
#include <sstream>
#include <string>

using namespace drdm;
using bench::Features;

namespace {

struct Subject {
    std::string name;
    std::string part;
};

std::vector<Subject> subjectsOf(const std::string& folder) {
    std::ifstream file(folder + "/subjects.csv");
    std::string line;
    std::getline(file, line);
    std::vector<Subject> subjects;
    while (std::getline(file, line)) {
        std::istringstream cells(line);
        std::string name;
        std::string part;
        std::string phase;
        std::getline(cells, name, ',');
        std::getline(cells, part, ',');
        std::getline(cells, phase, ',');
        if (phase == "ED") {
            subjects.push_back({name, part});
        }
    }
    return subjects;
}

struct Shape {
    double area = 0;       ///< voxels
    double roundness = 0;  ///< 4π·area / perimeter²: 1 for a disc (perimeter by the Cauchy–Crofton formula)
};

Shape shapeOf(const LabelMap& map) {
    const auto& size = map.geometry().size;
    const auto labels = map.labels();
    const auto inside = [&](std::int64_t x, std::int64_t y) {
        return x >= 0 && y >= 0 && x < size[0] && y < size[1] && labels[static_cast<std::size_t>(y * size[0] + x)] != 0;
    };
    Shape shape;
    double crossings[2] = {0, 0};  // along the axes, along the diagonals
    for (std::int64_t y = -1; y < size[1]; ++y) {
        for (std::int64_t x = -1; x < size[0]; ++x) {
            const bool here = inside(x, y);
            shape.area += here ? 1 : 0;
            crossings[0] += (here != inside(x + 1, y) ? 1 : 0) + (here != inside(x, y + 1) ? 1 : 0);
            crossings[1] += (here != inside(x + 1, y + 1) ? 1 : 0) + (inside(x + 1, y) != inside(x, y + 1) ? 1 : 0);
        }
    }
    const double perimeter = std::numbers::pi / 8 * (crossings[0] + crossings[1] / std::numbers::sqrt2);
    shape.roundness = perimeter > 0 ? 4 * std::numbers::pi * shape.area / (perimeter * perimeter) : 0;
    return shape;
}

/// Largest distance between two empirical distribution functions.
double kolmogorovSmirnov(std::vector<double> a, std::vector<double> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    double largest = 0;
    for (const auto* set : {&a, &b}) {
        for (const double x : *set) {
            const auto share = [x](const std::vector<double>& values) {
                return static_cast<double>(std::upper_bound(values.begin(), values.end(), x) - values.begin()) /
                       static_cast<double>(values.size());
            };
            largest = std::max(largest, std::abs(share(a) - share(b)));
        }
    }
    return largest;
}

/// A set of slices as the measures see them.
struct Described {
    std::vector<Features> features;
    std::vector<double> area;
    std::vector<double> roundness;

    void add(const Image& image, const LabelMap& label) {
        features.push_back(bench::gradientFeatures(image));
        const auto shape = shapeOf(label);
        if (shape.area > 0) {
            area.push_back(shape.area);
            roundness.push_back(shape.roundness);
        }
    }
};

struct Slice {
    Image image;
    LabelMap label;
};

/// A real slice, moved by a fraction of a voxel: what is delivered has been interpolated once, and so must be what it
/// is compared with.
Slice interpolated(const Slice& slice, int number) {
    const auto& grid = slice.image.geometry();
    std::vector<float> shift(static_cast<std::size_t>(2 * grid.voxelCount()));
    const auto half = shift.begin() + static_cast<std::ptrdiff_t>(grid.voxelCount());
    std::fill(shift.begin(), half, static_cast<float>(number * 7 % 10) / 10);
    std::fill(half, shift.end(), static_cast<float>(number * 3 % 10) / 10);
    const DisplacementField field(grid, 2, std::move(shift));
    return {warp(slice.image, field), warp(slice.label, field)};
}

Slice sliceOf(const std::string& folder, const std::string& name, const std::string& phase, int fromMiddle) {
    const std::string stem = folder + "/" + name + "_" + phase;
    const auto volume = readImage({stem + ".nii.gz"});
    const auto labels = readNiftiLabels(stem + "_label.nii.gz");
    const auto z = volume.geometry().size[2] / 2 + fromMiddle;
    return {volume.slice(z, 0), labels.slice(z)};
}

/// Mean length of the difference of two fields, % of the side.
double difference(const DisplacementField& a, const DisplacementField& b) {
    std::vector<float> values(a.values_vox().begin(), a.values_vox().end());
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] -= b.values_vox()[i];
    }
    return statistics(DisplacementField(a.geometry(), a.dims(), std::move(values))).mean_percent;
}

struct Sums {
    double mean = 0, largest = 0, central = 0, strict = 0, proposed = 0, removed = 0, spread = 0, sensitivity = 0;
    int count = 0, pairs = 0;
};

/// Rows of small grey pictures, all of one size.
class Sheet {
public:
    Sheet(std::size_t rows, std::size_t columns) : m_rows(rows), m_columns(columns) {}

    /// Between the 0.5 and 99.5 percentiles of `like`.
    void place(std::size_t row, std::size_t column, const Image& image, const Image& like) {
        m_width = image.geometry().size[0];
        m_height = image.geometry().size[1];
        m_pixels.resize(m_rows * m_columns * static_cast<std::size_t>(m_width * m_height));
        std::vector<float> sorted(like.voxels().begin(), like.voxels().end());
        std::sort(sorted.begin(), sorted.end());
        const float low = sorted[sorted.size() / 200];
        const float high = std::max(sorted[sorted.size() - 1 - sorted.size() / 200], low + 1e-6F);
        for (std::int64_t y = 0; y < m_height; ++y) {
            const auto line = static_cast<std::int64_t>(row) * m_height + y;
            const auto start =
                line * m_width * static_cast<std::int64_t>(m_columns) + static_cast<std::int64_t>(column) * m_width;
            for (std::int64_t x = 0; x < m_width; ++x) {
                m_pixels[static_cast<std::size_t>(start + x)] =
                    (image.voxels()[static_cast<std::size_t>(y * m_width + x)] - low) / (high - low);
            }
        }
    }
    void write(const std::string& stem) const {
        std::printf("pictures: %s\n", writeGreyPicture(m_pixels, m_width * static_cast<std::int64_t>(m_columns),
                                                       m_height * static_cast<std::int64_t>(m_rows), stem)
                                          .c_str());
    }

private:
    std::size_t m_rows, m_columns;
    std::int64_t m_width = 0, m_height = 0;
    std::vector<float> m_pixels;
};

struct Options {
    std::string model, folder, part;
    std::string pictures;   ///< path without ending of a sheet: the original, then per level diffused and recovered
    std::string reference;  ///< the end of the reference part's name; every other part if empty
    std::vector<int> levels;
    int seeds = 8;
    int stride = 1;
    int stop = 1;
    bool allowFolds = false;
};

/// One variation, on the slice's own grid as it would be delivered.
struct Variation {
    DisplacementField start, end;
    double proposed = 0, removed = 0;  ///< by recovery, and of it by the guard; voxels
};

Variation variation(const DeformationModel& model, const Image& image, RecoverySettings settings,
                    const Options& options) {
    const auto& info = model.info();
    const ModelGrid grid(image.geometry(), info.dims, info.gridSide, info.fit);
    settings.stride = options.stride;
    settings.stop = options.stop;
    settings.allowFolds = options.allowFolds;
    settings.diffusionSteps = -1;
    if (settings.initialField) {
        settings.initialField = grid.toModel(*settings.initialField);
    }
    auto start = DisplacementField::zero(grid.model, info.dims);
    auto end = start;
    Variation result{DisplacementField::zero(image.geometry(), 2), DisplacementField::zero(image.geometry(), 2)};
    runTrajectory(model, grid.prepare(image, 0, info.normalisation), grid.model, settings, {},
                  [&](const FieldStep& step) {
                      (step.kind == StepKind::Diffusion ? start : end) = step.field;
                      result.proposed += step.kind == StepKind::Recovery ? step.guard.proposed_vox : 0;
                      result.removed += step.kind == StepKind::Recovery ? step.guard.removed_vox : 0;
                  });
    const auto delivered = [&](const DisplacementField& field) {
        return options.allowFolds ? grid.toImage(field) : makeStrict(grid.toImage(field));
    };
    result.start = delivered(start);
    result.end = delivered(end);
    return result;
}

/// How far the result moves if every number of the start moves by 1e-6 of the side: mean length, % of the side.
double sensitivityOf(const DeformationModel& model, const Image& image, RecoverySettings settings,
                     const DisplacementField& start, const Options& options) {
    settings.initialField = start;
    const auto plain = variation(model, image, settings, options);
    std::vector<float> moved(start.values_vox().begin(), start.values_vox().end());
    for (std::size_t i = 0; i < moved.size(); ++i) {
        moved[i] += (i % 2 == 0 ? 1e-6F : -1e-6F) * static_cast<float>(start.geometry().size[0]);
    }
    settings.initialField = DisplacementField(start.geometry(), start.dims(), std::move(moved));
    return difference(plain.end, variation(model, image, settings, options).end);
}

void printPlausibility(const char* what, const Described& set, const Described& reals) {
    const auto mean = [](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    };
    std::printf("  %-10s kernel distance %8.5f | cavity area KS %.3f, mean %.0f | roundness KS %.3f, mean %.3f\n", what,
                bench::kernelDistance(set.features, reals.features), kolmogorovSmirnov(set.area, reals.area),
                mean(set.area), kolmogorovSmirnov(set.roundness, reals.roundness), mean(set.roundness));
}

int run(const Options& options) {
    const auto model = DeformationModel::load(options.model, "cpu");
    Described reals;
    Described own;
    std::vector<Slice> slices;
    for (const auto& subject : subjectsOf(options.folder)) {
        if (subject.part.ends_with(options.part)) {
            slices.push_back(sliceOf(options.folder, subject.name, "ED", 0));
            const auto same = interpolated(slices.back(), static_cast<int>(slices.size()));
            own.add(same.image, same.label);
        }
        if (options.reference.empty() ? subject.part.ends_with(options.part)
                                      : !subject.part.ends_with(options.reference)) {
            continue;
        }
        for (const char* phase : {"ED", "ES"}) {
            for (int z = -1; z <= 1; ++z) {
                const auto slice = interpolated(sliceOf(options.folder, subject.name, phase, z),
                                                static_cast<int>(reals.features.size()));
                reals.add(slice.image, slice.label);
            }
        }
    }
    std::printf("%s, %zu slices, %d seeds, folds %s, stride %d; against %zu real slices of other subjects\n",
                options.model.c_str(), slices.size(), options.seeds, options.allowFolds ? "allowed" : "repaired",
                options.stride, reals.features.size());
    printPlausibility("real", own, reals);
    constexpr std::size_t shown = 5;
    Sheet sheet(std::min(shown, slices.size()), 1 + 2 * options.levels.size());
    for (std::size_t at = 0; at < options.levels.size(); ++at) {
        const int level = options.levels[at];
        Sums s;
        Described recovered;
        Described diffused;
        for (std::size_t number = 0; number < slices.size(); ++number) {
            const auto& slice = slices[number];
            std::vector<DisplacementField> fields;
            for (int seed = 1; seed <= options.seeds; ++seed) {
                RecoverySettings settings;
                settings.level = level;
                settings.seed = static_cast<std::uint64_t>(seed);
                const auto result = variation(model, slice.image, settings, options);
                const auto numbers = statistics(result.end);
                s.mean += numbers.mean_percent;
                s.largest += numbers.max_percent;
                s.central += 100 * numbers.folded_fraction_central;
                s.strict += 100 * numbers.folded_fraction_strict;
                s.proposed += result.proposed;
                s.removed += result.removed;
                ++s.count;
                recovered.add(warp(slice.image, result.end), warp(slice.label, result.end));
                diffused.add(warp(slice.image, result.start), warp(slice.label, result.start));
                if (seed == 1 && number < shown) {
                    sheet.place(number, 0, slice.image, slice.image);
                    sheet.place(number, 1 + 2 * at, warp(slice.image, result.start), slice.image);
                    sheet.place(number, 2 + 2 * at, warp(slice.image, result.end), slice.image);
                }
                if (seed == 1 && number < shown) {
                    s.sensitivity += sensitivityOf(model, slice.image, settings, result.start, options);
                }
                fields.push_back(result.end);
                for (std::size_t other = 0; other + 1 < fields.size(); ++other) {
                    s.spread += difference(fields.back(), fields[other]);
                    ++s.pairs;
                }
            }
        }
        const double n = s.count;
        std::printf(
            "level %d: mean %.2f %% max %.2f %% | folded central %.3f %% strict %.3f %% | spread %.2f %% | guard "
            "took %.3f %% | sensitivity %.2e %%\n",
            level, s.mean / n, s.largest / n, s.central / n, s.strict / n, s.spread / std::max(s.pairs, 1),
            100 * s.removed / std::max(s.proposed, 1e-12),
            s.sensitivity / static_cast<double>(std::min(shown, slices.size())));
        printPlausibility("recovered", recovered, reals);
        printPlausibility("diffused", diffused, reals);
        std::fflush(stdout);
    }
    if (!options.pictures.empty()) {
        sheet.write(options.pictures);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 6) {
        std::fprintf(stderr,
                     "usage: variation_quality MODEL FOLDER PART SEEDS LEVELS [allow-folds] [stride=N] [stop=N] "
                     "[reference=PART] [pictures=STEM]\n"
                     "FOLDER: as sunnybrook-parts12 with its subjects.csv; PART: the end of the part's name, such as "
                     "Part2; LEVELS with commas between\n");
        return 2;
    }
    try {
        Options options;
        options.model = argv[1];
        options.folder = argv[2];
        options.part = argv[3];
        options.seeds = std::max(1, std::atoi(argv[4]));
        std::istringstream levels(argv[5]);
        for (std::string level; std::getline(levels, level, ',');) {
            options.levels.push_back(std::atoi(level.c_str()));
        }
        for (int i = 6; i < argc; ++i) {
            const std::string option = argv[i];
            options.allowFolds = options.allowFolds || option == "allow-folds";
            if (option.starts_with("pictures=")) {
                options.pictures = option.substr(9);
            }
            if (option.starts_with("reference=")) {
                options.reference = option.substr(10);
            }
            if (option.starts_with("stride=")) {
                options.stride = std::atoi(option.c_str() + 7);
            }
            if (option.starts_with("stop=")) {
                options.stop = std::atoi(option.c_str() + 5);
            }
        }
        return run(options);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "variation_quality: %s\n", error.what());
        return 1;
    }
}
