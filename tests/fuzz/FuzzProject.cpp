#include "Fuzz.h"
#include "gui/SmallTrajectory.h"
#include "tasks/Project.h"

using namespace drdm;

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    if (const std::string folder = drdmfuzz::seedFolder(); !folder.empty()) {
        Project project;
        project.sources.push_back({"1.2.3", "nifti", "ramp", "/images/ramp.nii", "", "00"});
        project.variations.push_back({1, "1.2.3", 7, true, "kept", drdmtest::shiftingTrajectory(1, 1, 4)});
        writeProject(project, folder + "/project.drdm");
        writeVariation(project.variations.front(), folder + "/variation.part");
    }
    return 0;
}

/// A project, its variations put back on their image, and a variation as a file of its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t count) {
    static const Image image = drdmtest::ramp(4);
    const drdmfuzz::InputFile file(bytes, count, ".drdm");
    drdmfuzz::answers([&] {
        const StoredProject project = readProject(file.path());
        for (const StoredProject::Variation& variation : project.variations) {
            drdmfuzz::answers([&] { storedProvenance(project, variation); });
            drdmfuzz::answers([&] { restore(variation, image); });
        }
        for (const ProjectSource& source : project.sources) {
            drdmfuzz::answers([&] { findSource(source, file.path()); });
        }
    });
    drdmfuzz::answers([&] { readProjectOutline(file.path()); });
    drdmfuzz::answers([&] { restore(readVariation(file.path()), image); });
    return 0;
}
