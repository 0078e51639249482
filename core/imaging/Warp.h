#pragma once

#include "imaging/DisplacementField.h"
#include "imaging/Image.h"

#include <optional>
#include <string>

namespace drdm {

enum class Interpolation { Nearest, Linear, Cubic };

/// "nearest", "linear", "cubic". \throws Error naming the accepted words.
Interpolation interpolationFromName(const std::string& name);
std::string name(Interpolation interpolation);

/// What a warped image takes from outside its source (METHOD.md, "Delivered image"): the source's padding value, else
/// -1000 for CT, else nothing (the border value is used).
std::optional<float> outsideValue(const Image& image);

/// I_out(x) = I(x + u(x)) on the image's own grid; every phase by the same field. Cubic is Catmull-Rom and is clipped
/// to the image's stored range (where it has one, else to the range of its values). A 2-D field warps a one-slice
/// image. \throws Error if the grids differ (the message states both sizes and spacings).
Image warp(const Image& image, const DisplacementField& field, Interpolation interpolation = Interpolation::Linear);

/// The colours of a coloured image moved likewise (linear), three a voxel; null for a grey one.
std::shared_ptr<const std::vector<std::uint8_t>> warpColours(const Image& image, const DisplacementField& field);

/// The same for a field on another grid, as programs for registration make them: the result lies on the field's grid
/// and shows, at each of its voxels, what the image has where the field points to in patient coordinates. Outside the
/// image is its outside value, else its lowest. \throws Error if next to nothing of the image lies under the field.
Image warpOnto(const Image& image, const DisplacementField& field, Interpolation interpolation = Interpolation::Linear);
LabelMap warpOnto(const LabelMap& labels, const DisplacementField& field,
                  Interpolation interpolation = Interpolation::Linear);

/// Labels: one-hot linear + argmax (ties: the smaller label), or nearest; asked for cubic, linear is used, for a label
/// has nothing to overshoot with. Outside is background. \throws Error if the grids differ.
LabelMap warp(const LabelMap& labels, const DisplacementField& field,
              Interpolation interpolation = Interpolation::Linear);

/// φ_old ∘ φ_d: u_new(x) = d(x) + u_old(x + d(x)), u_old linear with border padding. \throws Error if the grids differ.
DisplacementField compose(const DisplacementField& d, const DisplacementField& old);

/// Labels brought to another grid (nearest, through patient coordinates); outside is background.
LabelMap resample(const LabelMap& labels, const Geometry& grid);

}  // namespace drdm
