#pragma once

#include <string>

/// The readers of weights, behind plain functions: LibTorch's headers compile under clang-16 as C++17 alone, and those
/// of most rooms as C++20.
namespace drdmfuzz {

/// What `torch.save` writes. \throws drdm::Error
void readTorchFile(const std::string& path);

/// What our own models lie in, with the weights unpacked. \throws drdm::Error
void readWeights(const std::string& path);

/// A file as `torch.save` writes it, around this pickle; it has the storages "0" (64 bytes) and "1" (12 bytes).
void writeTorchFile(const std::string& path, const std::string& pickle);

}  // namespace drdmfuzz
