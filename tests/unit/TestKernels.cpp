#include "kernels/PlaneOperations.h"
#include "kernels/Resampling.h"
#include "kernels/RowKernels.h"
#include "kernels/TapConvolution.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace drdm::kernels;

namespace {

/// Numbers without pattern in −1…1, the same everywhere.
std::vector<float> numbers(std::size_t count, unsigned seed) {
    std::vector<float> values(count);
    for (float& value : values) {
        seed = seed * 1664525U + 1013904223U;
        value = static_cast<float>(seed >> 8U) / static_cast<float>(1U << 23U) - 1.0F;
    }
    return values;
}

Planes filled(int channels, int height, int width, unsigned seed) {
    Planes planes(channels, height, width);
    const auto values = numbers(static_cast<std::size_t>(channels * height * width), seed);
    auto next = values.begin();
    for (int c = 0; c < channels; ++c) {
        for (int y = 0; y < height; ++y) {
            std::copy_n(next, width, planes.row(c, y));
            next += width;
        }
    }
    return planes;
}

double pixel(const Planes& planes, int channel, int y, int x) {
    const bool inside = y >= 0 && y < planes.height() && x >= 0 && x < planes.width();
    return inside ? static_cast<double>(planes.row(channel, y)[x]) : 0.0;
}

/// Whether nothing was written outside the pixels of an image.
bool marginIsZero(const Planes& planes) {
    for (int c = 0; c < planes.channels(); ++c) {
        const float* first = planes.row(c, 0);  // rows of the margin have no number of their own
        for (int y = -Planes::margin; y < planes.height() + Planes::margin; ++y) {
            const bool outside = y < 0 || y >= planes.height();
            for (int x = -Planes::margin; x < planes.width() + Planes::margin; ++x) {
                if ((outside || x < 0 || x >= planes.width()) && first[y * planes.rowStride() + x] != 0.0F) {
                    return false;
                }
            }
        }
    }
    return true;
}

}  // namespace

/// The fast loops against the definition, written out.
class TestKernels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void convolution_data() {
        QTest::addColumn<int>("kernel");
        QTest::addColumn<int>("outputs");
        QTest::addColumn<int>("inputs");
        QTest::addColumn<int>("height");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("dilation");
        for (int kernel = 0; kernel < static_cast<int>(availableKernels().size()); ++kernel) {
            const char* name = availableKernels()[static_cast<std::size_t>(kernel)]->name;
            QTest::addRow("%s, whole vectors", name) << kernel << 10 << 10 << 12 << 64 << 1;
            QTest::addRow("%s, dilated", name) << kernel << 20 << 5 << 9 << 48 << 3;
            QTest::addRow("%s, remainders", name) << kernel << 13 << 3 << 7 << 45 << 1;
            QTest::addRow("%s, some rows of four left", name) << kernel << 13 << 12 << 27 << 45 << 3;
            QTest::addRow("%s, one row", name) << kernel << 10 << 10 << 1 << 37 << 1;
            QTest::addRow("%s, low", name) << kernel << 12 << 12 << 8 << 24 << 1;
            QTest::addRow("%s, narrow", name) << kernel << 2 << 4 << 5 << 3 << 3;
            QTest::addRow("%s, one pixel", name) << kernel << 1 << 1 << 1 << 1 << 1;
        }
    }
    void convolution() {
        QFETCH(int, kernel);
        QFETCH(int, outputs);
        QFETCH(int, inputs);
        QFETCH(int, height);
        QFETCH(int, width);
        QFETCH(int, dilation);
        const float leak = 0.1F;
        const auto weights = numbers(static_cast<std::size_t>(outputs * inputs * 9), 1);
        const auto bias = numbers(static_cast<std::size_t>(outputs), 2);
        const auto more = numbers(static_cast<std::size_t>(outputs), 3);
        const auto convolution = TapConvolution::square(outputs, inputs, dilation, weights, bias,
                                                        *availableKernels()[static_cast<std::size_t>(kernel)]);
        const Planes in = filled(inputs, height, width, 4);
        const Planes residual = filled(outputs, height, width, 5);
        Planes raw(outputs + 1, height, width);
        Planes activated(outputs + 1, height, width);
        convolution.run(in, {.raw = &raw,
                             .activated = &activated,
                             .residual = &residual,
                             .leak = leak,
                             .moreBias = more,
                             .firstChannel = 1});
        double worst = 0;
        for (int o = 0; o < outputs; ++o) {
            for (int y = 0; y < height; ++y) {
                for (int x = 0; x < width; ++x) {
                    double sum = static_cast<double>(bias[static_cast<std::size_t>(o)]) +
                                 static_cast<double>(more[static_cast<std::size_t>(o)]) + pixel(residual, o, y, x);
                    for (int i = 0; i < inputs; ++i) {
                        for (int k = 0; k < 9; ++k) {
                            sum += static_cast<double>(weights[static_cast<std::size_t>((o * inputs + i) * 9 + k)]) *
                                   pixel(in, i, y + (k / 3 - 1) * dilation, x + (k % 3 - 1) * dilation);
                        }
                    }
                    worst = std::max(worst, std::abs(pixel(raw, o + 1, y, x) - sum));
                    const double after = sum > 0 ? sum : sum * static_cast<double>(leak);
                    worst = std::max(worst, std::abs(pixel(activated, o + 1, y, x) - after));
                }
            }
        }
        QVERIFY2(worst < 3e-5, qPrintable(QString::number(worst)));
        QVERIFY(marginIsZero(raw) && marginIsZero(activated));
        QCOMPARE(raw.row(0, 0)[0], 0.0F);  // the channel before the first is not touched
    }

    void normalisation() {
        Planes x = filled(3, 7, 21, 6);
        const Planes before = filled(3, 7, 21, 6);
        Planes activated(3, 7, 21);
        const std::vector<float> gain{1.5F, 1.0F, -0.5F};
        const std::vector<float> shift{0.0F, 2.0F, 0.25F};
        normalise(x, gain, shift, 1e-5, 0.1F, x, activated);
        for (int c = 0; c < 3; ++c) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < 7 * 21; ++i) {
                const double value = pixel(before, c, i / 21, i % 21);
                sum += value / (7 * 21);
                squares += value * value / (7 * 21);
            }
            const double factor =
                static_cast<double>(gain[static_cast<std::size_t>(c)]) / std::sqrt(squares - sum * sum + 1e-5);
            for (int i = 0; i < 7 * 21; ++i) {
                const double expected = (pixel(before, c, i / 21, i % 21) - sum) * factor +
                                        static_cast<double>(shift[static_cast<std::size_t>(c)]);
                QVERIFY(std::abs(pixel(x, c, i / 21, i % 21) - expected) < 1e-5);
                QVERIFY(std::abs(pixel(activated, c, i / 21, i % 21) - (expected > 0 ? expected : 0.1 * expected)) <
                        1e-5);
            }
        }
        QVERIFY(marginIsZero(x) && marginIsZero(activated));
    }

    void phasesSplitAndJoin() {
        const Planes whole = filled(3, 8, 20, 7);
        Planes split(12, 4, 10);
        splitPhases(whole, 3, split);
        std::vector<Planes> phases;
        for (int p = 0; p < 4; ++p) {
            auto& phase = phases.emplace_back(3, 4, 10);
            for (int c = 0; c < 3; ++c) {
                for (int y = 0; y < 4; ++y) {
                    std::copy_n(split.row(4 * c + p, y), 10, phase.row(c, y));
                }
            }
        }
        Planes joined(4, 8, 20);
        joinPhases(phases, 3, joined, 1);
        for (int i = 0; i < 3 * 8 * 20; ++i) {
            QCOMPARE(pixel(joined, 1 + i / 160, i / 20 % 8, i % 20), pixel(whole, i / 160, i / 20 % 8, i % 20));
        }
        QVERIFY(marginIsZero(split) && marginIsZero(joined));
    }

    void warpTakesZerosFromOutside() {
        const std::vector<float> image{1, 2, 3, 4, 5, 6};  // 2 × 3
        // One row down and half a column to the right, in fractions of 2 and of 3.
        std::vector<float> u(12, 0.5F);
        std::fill(u.begin() + 6, u.end(), 0.5F / 3.0F);
        std::vector<float> out(6);
        warpZeros(image.data(), u.data(), 2, 3, out.data());
        const std::vector<float> expected{4.5F, 5.5F, 3.0F, 0, 0, 0};
        for (std::size_t i = 0; i < out.size(); ++i) {
            QVERIFY2(std::abs(out[i] - expected[i]) < 1e-5F, qPrintable(QString::number(i)));
        }
    }

    void compositionClampsToTheGrid() {
        const std::vector<float> old{0, 0.1F, 0.2F, 0.3F, 0.4F, 0.5F, 0, 0, 0, 0, 0, 0.6F};  // 2 × (2 × 3)
        std::vector<float> d(12, 0.5F);  // one row down, one and a half columns to the right
        std::vector<float> out(12);
        composeBorder(d.data(), old.data(), 2, 3, out.data());
        const std::vector<float> alongY{0.95F, 1, 1, 0.95F, 1, 1};
        const std::vector<float> alongX{0.8F, 1.1F, 1.1F, 0.8F, 1.1F, 1.1F};
        for (std::size_t i = 0; i < 6; ++i) {
            QVERIFY2(std::abs(out[i] - alongY[i]) < 1e-5F, qPrintable(QString::number(i)));
            QVERIFY2(std::abs(out[i + 6] - alongX[i]) < 1e-5F, qPrintable(QString::number(i)));
        }
        // What is not a number must not become an address.
        d.assign(12, std::nanf(""));
        composeBorder(d.data(), old.data(), 2, 3, out.data());
        QVERIFY(std::isnan(out[0]));
    }
};

QTEST_APPLESS_MAIN(TestKernels)
#include "TestKernels.moc"
