#pragma once

#include "parameters/Json.h"

namespace drdm {

class Trajectory;

/// How a variation was made, as pictures, sheets and films keep it: with what it was made from, or without, as the
/// preferences say. Safe from any thread.
Json pictureNote(const Trajectory& trajectory);

}  // namespace drdm
