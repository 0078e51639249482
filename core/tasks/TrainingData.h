#pragma once

#include "jobs/JobContext.h"
#include "tasks/Train.h"

#include <array>
#include <memory>
#include <string>
#include <vector>

namespace drdm {

struct SeriesInfo;

/// One series that training may use, described but not yet read: of a pack or, in the full build, of DICOM or NIfTI
/// files.
struct TrainingSeries {
    std::string id;           ///< the same in every listing: Series Instance UID, file, or pack and name
    std::string name;         ///< as in the notes; no patient data
    std::string description;  ///< for the screen
    std::string subject;      ///< series of one subject are never split between training and validation
    std::string modality;     ///< "" or "OT": not known
    std::string format;       ///< "dicom", "nifti", "pack"
    std::string place;        ///< its file, or the folder of its first file
    std::array<std::int64_t, 4> size{0, 0, 0, 0};  ///< x, y, z, t; of single slices in a pack: z is their number
    std::array<double, 3> spacing_mm{1, 1, 1};
    bool looseSlices = false;  ///< a pack's images that are no volumes
    std::string problem;       ///< why no model can be trained on it ("" = none can tell): unreadable, labels
    std::vector<std::string> warnings;
    std::shared_ptr<const SeriesInfo> source;  ///< how to read it; none for a pack's
};

/// How many training images a series holds for a model of 2 (slices) or 3 dimensions (volumes).
std::int64_t imageCount(const TrainingSeries& series, int dims);

/// Why a series is left out for such a model, in words that follow "left out, "; "" = it is used. `modality`: "MR"
/// refuses CT, "CT" refuses all else that is known; "" takes everything.
std::string whyLeftOut(const TrainingSeries& series, int dims, const std::string& modality);

struct TrainingListing {
    std::vector<TrainingSeries> series;
    std::vector<std::string> notes;  ///< files that hold no image, and why
};

/// What training would look at below these paths, packs first. Reads headers alone. \throws Error if a path does not
/// exist or is neither, Cancelled
TrainingListing listTrainingSeries(const std::vector<std::string>& paths, const JobContext& context = {});

/// One picture of every training image of a series, for the eye, at most `count` of them spread evenly; 3-D: slices of
/// the first volume. \throws Error, Cancelled
std::vector<Image> trainingPreview(const TrainingSeries& series, int count, const JobContext& context = {});

struct TrainingData {
    std::vector<TrainingImage> images;
    std::vector<std::string> notes;  ///< what was left out and why, for the user
    std::string description;         ///< one line for the training record: counts and hashes, no paths
};

/// Reads these series, in this order; images without contrast are left out and noted. \throws Error naming the series
/// that cannot be read, Cancelled
TrainingData readTrainingSeries(const std::vector<TrainingSeries>& series, int dims, const JobContext& context = {});

/// A training set from packs (.safetensors) and, in the full build, from folders and files of DICOM and NIfTI: every
/// slice (dims 2) or volume (dims 3) of every phase of every readable series. Label maps (by modality SEG; NIfTI also
/// by a name that begins with label, has _label in it, or ends with _seg, mask or _gt), images without contrast, series
/// too small or too thin and those that `modality` refuses (whyLeftOut) are left out and noted. \throws Error naming
/// the path if nothing is left, Cancelled
/// With a cache folder, what was read from other files than packs is kept there as a pack, under a name that depends on
/// the paths, sizes and times of all files, and read from it the next time.
TrainingData readTrainingData(const std::vector<std::string>& paths, int dims, const JobContext& context = {},
                              const std::string& cacheFolder = {}, const std::string& modality = {});

/// The first of such notes, each on a line of its own, for the end of an error's text.
std::string someOf(const std::vector<std::string>& notes);

/// Only the packs; \throws Error naming a path that is none.
TrainingData readPacks(const std::vector<std::string>& paths, int dims, const std::string& modality = {});

/// What a pack holds, one entry a series (images whose names differ in phase and slice alone), and some of them read;
/// in the pack's order. \throws Error
std::vector<TrainingSeries> listPack(const std::string& path);
std::vector<TrainingImage> readPackSeries(const std::string& path, const std::vector<std::string>& names);

}  // namespace drdm
