#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace drdm {

/// The shape of a RecResACNet (METHOD.md, "Network"). The authors' has width 10 and patch 1; ours may be wider and work
/// on patches: the image's blocks of patch^D voxels become channels, and what comes out are coefficients of a uniform
/// cubic B-spline with one node per block. The label has no detail finer than that, the network needs not invent any.
struct Architecture {
    int dims = 2;
    int steps = 80;  ///< T: rows of the time table
    int width = 10;  ///< channels at full resolution; deeper levels have 2 and 4 times as many
    int patch = 1;   ///< side of the blocks; 1: every voxel

    static constexpr std::int64_t embeddingSize = 100;

    struct Shape {
        std::string name;
        std::vector<std::int64_t> size;
    };
    /// Every tensor with its shape: the one list that building, reading and checking share.
    [[nodiscard]] std::vector<Shape> shapes() const;
    [[nodiscard]] std::int64_t inputs() const;  ///< patch^dims
    /// Sides that the network takes are multiples of this.
    [[nodiscard]] std::int64_t sideUnit() const { return 8 * static_cast<std::int64_t>(patch); }

    /// Read from the shapes of `time_embed.weight`, `conv_out.weight` and `b1.0.conv0.weight`. \throws Error if those
    /// are missing or impossible.
    static Architecture of(const std::map<std::string, at::Tensor>& tensors);
};

}  // namespace drdm
