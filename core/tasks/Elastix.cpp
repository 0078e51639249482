#include "tasks/Elastix.h"

#include "errors/Error.h"
#include "io/AtomicFile.h"
#include "io/MetaImage.h"
#include "tasks/OutsideProgram.h"
#include "tasks/Report.h"

#include <sstream>

namespace drdm {

namespace fs = std::filesystem;

namespace {

const char* const parameters = R"((FixedInternalImagePixelType "float")
(MovingInternalImagePixelType "float")
(FixedImageDimension 2)
(MovingImageDimension 2)
(UseDirectionCosines "true")
(Registration "MultiResolutionRegistration")
(Interpolator "LinearInterpolator")
(ResampleInterpolator "FinalBSplineInterpolator")
(FinalBSplineInterpolationOrder 1)
(Resampler "DefaultResampler")
(FixedImagePyramid "FixedSmoothingImagePyramid")
(MovingImagePyramid "MovingSmoothingImagePyramid")
(Optimizer "AdaptiveStochasticGradientDescent")
(Transform "BSplineTransform")
(Metric "AdvancedNormalizedCorrelation")
(FinalGridSpacingInPhysicalUnits 10)
(NumberOfResolutions 4)
(MaximumNumberOfIterations 300)
(ImageSampler "RandomCoordinate")
(NumberOfSpatialSamples 2048)
(NewSamplesEveryIteration "true")
(RandomSeed 1)
(HowToCombineTransforms "Compose")
(WriteResultImage "false")
(DefaultPixelValue 0)
)";

/// A slice as an image of two dimensions along its own axes; what io writes has three, of which elastix wants to bend
/// all.
void writeSlice(const std::vector<float>& values, const Geometry& slice, const fs::path& path) {
    std::ostringstream header;
    header << "ObjectType = Image\nNDims = 2\nBinaryData = True\nBinaryDataByteOrderMSB = False\nElementSpacing = "
           << slice.spacing_mm[0] << ' ' << slice.spacing_mm[1] << "\nDimSize = " << slice.size[0] << ' '
           << slice.size[1] << "\nElementType = MET_FLOAT\nElementDataFile = LOCAL\n";
    const std::string text = header.str();
    AtomicFile file(path);
    file.write(text.data(), text.size());
    file.write(values.data(), values.size() * sizeof(float));
    file.commit();
}

}  // namespace

bool elastixIsThere() {
    return !programPath("elastix").empty() && !programPath("transformix").empty();
}

std::optional<std::vector<float>> elastixField(const std::vector<float>& moving, const std::vector<float>& fixed,
                                               const Geometry& slice, const fs::path& work, const JobContext& context) {
    writeSlice(moving, slice, work / "moving.mha");
    writeSlice(fixed, slice, work / "fixed.mha");
    writeTextFile((work / "parameters.txt").string(), parameters);
    const std::string folder = work.string();
    const std::string log = (work / "said.txt").string();
    const int found = runProgram({programPath("elastix"), "-f", folder + "/fixed.mha", "-m", folder + "/moving.mha",
                                  "-p", folder + "/parameters.txt", "-out", folder, "-threads", "1"},
                                 log, context);
    if (found != 0) {
        return {};
    }
    const int written = runProgram({programPath("transformix"), "-def", "all", "-tp",
                                    folder + "/TransformParameters.0.txt", "-out", folder, "-threads", "1"},
                                   log, context);
    if (written != 0) {
        throw Error("transformix ended with status " + std::to_string(written) + " and says why in " + log +
                    "; check that elastix and transformix are of one version");
    }
    const DisplacementField field = readMetaField(folder + "/deformationField.mhd");
    if (field.geometry().size != slice.size) {
        throw Error(folder + "/deformationField.mhd has another size than the slice that transformix was given; " +
                    "remove that folder and try again");
    }
    const auto values = field.values_vox();
    return std::vector<float>(values.begin(), values.end());
}

}  // namespace drdm
