#include "ui/PictureNote.h"

#include "tasks/Report.h"
#include "ui/Preferences.h"

namespace drdm {

Json pictureNote(const Trajectory& trajectory) {
    const Json whole = provenance(trajectory);
    return Preferences::load().picturesWithoutSource ? withoutIdentity(whole) : whole;
}

}  // namespace drdm
