#include "render/ColourTable.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace drdm {

namespace {

struct Shade {
    QRgb colour = 0;
    std::uint32_t pixels = 0;
};

int channel(QRgb colour, int which) {
    return static_cast<int>(colour >> (8 * which)) & 255;
}

/// Some of the colours; next to be cut is the box with the largest sum of pixels × extent.
struct Box {
    std::size_t first = 0, last = 0;  ///< [first, last) in the list of shades
    int widest = 0;                   ///< channel
    double weight = 0;
};

Box boxOf(const std::vector<Shade>& shades, std::size_t first, std::size_t last) {
    Box box{first, last, 0, 0};
    double pixels = 0;
    std::array<int, 3> least{255, 255, 255}, most{0, 0, 0};
    for (std::size_t i = first; i < last; ++i) {
        pixels += shades[i].pixels;
        for (int c = 0; c < 3; ++c) {
            const auto at = static_cast<std::size_t>(c);
            least[at] = std::min(least[at], channel(shades[i].colour, c));
            most[at] = std::max(most[at], channel(shades[i].colour, c));
        }
    }
    double extent = -1;
    for (int c = 0; c < 3; ++c) {
        const auto at = static_cast<std::size_t>(c);
        if (most[at] - least[at] > extent) {
            extent = most[at] - least[at];
            box.widest = c;
        }
    }
    box.weight = last - first < 2 ? 0 : extent * extent * pixels;
    return box;
}

}  // namespace

QImage withColourTable(const QImage& picture) {
    const QImage source = picture.convertToFormat(QImage::Format_RGB32);
    std::unordered_map<QRgb, std::uint32_t> counts;
    for (int y = 0; y < source.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(source.constScanLine(y));
        for (int x = 0; x < source.width(); ++x) {
            ++counts[line[x] & RGB_MASK];
        }
    }
    std::vector<Shade> shades;
    shades.reserve(counts.size());
    for (const auto& [colour, pixels] : counts) {
        shades.push_back({colour, pixels});
    }
    std::ranges::sort(shades, {}, &Shade::colour);  // the same table for the same picture, everywhere
    std::vector<Box> boxes{boxOf(shades, 0, shades.size())};
    while (boxes.size() < 256) {
        const auto largest = std::ranges::max_element(boxes, {}, &Box::weight);
        if (largest->weight <= 0) {
            break;
        }
        const Box box = *largest;
        const auto begin = shades.begin() + static_cast<std::ptrdiff_t>(box.first),
                   end = shades.begin() + static_cast<std::ptrdiff_t>(box.last);
        std::sort(begin, end, [c = box.widest](const Shade& a, const Shade& b) {
            const int u = channel(a.colour, c), v = channel(b.colour, c);
            return u != v ? u < v : a.colour < b.colour;
        });
        double all = 0, so = 0;
        for (auto shade = begin; shade != end; ++shade) {
            all += shade->pixels;
        }
        std::size_t cut = box.first;
        while (cut < box.last - 1 && (cut == box.first || so < all / 2)) {
            so += shades[cut++].pixels;
        }
        *largest = boxOf(shades, box.first, cut);
        boxes.push_back(boxOf(shades, cut, box.last));
    }

    QList<QRgb> table;
    std::unordered_map<QRgb, uchar> places;
    for (const Box& box : boxes) {
        std::array<double, 3> sum{};
        double pixels = 0;
        for (std::size_t i = box.first; i < box.last; ++i) {
            places[shades[i].colour] = static_cast<uchar>(table.size());
            pixels += shades[i].pixels;
            for (int c = 0; c < 3; ++c) {
                sum[static_cast<std::size_t>(c)] +=
                    static_cast<double>(channel(shades[i].colour, c)) * shades[i].pixels;
            }
        }
        const auto mean = [&](std::size_t c) { return static_cast<int>(sum[c] / std::max(1.0, pixels) + 0.5); };
        table << qRgb(mean(2), mean(1), mean(0));
    }
    QImage result(source.size(), QImage::Format_Indexed8);
    result.setColorTable(table);
    for (int y = 0; y < source.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(source.constScanLine(y));
        uchar* target = result.scanLine(y);
        for (int x = 0; x < source.width(); ++x) {
            target[x] = places[line[x] & RGB_MASK];
        }
    }
    return result;
}

}  // namespace drdm
