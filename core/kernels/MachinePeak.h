#pragma once

namespace drdm::kernels {

/// Floating-point operations per second of the row kernel on rows that stay in the first-level cache, all threads at
/// once: what a convolution could reach if memory took no time.
double peakFlopPerSecond();

/// Bytes read and written per second when copying more than the caches hold, all threads at once.
double peakBytesPerSecond();

}  // namespace drdm::kernels
