#pragma once

#include "jobs/JobContext.h"
#include "parameters/Json.h"
#include "tasks/Trajectory.h"

#include <string>
#include <vector>

namespace drdm {

/// An image that a project's variations were made of: where it lies, and how to know it again.
struct ProjectSource {
    std::string uid;     ///< as SeriesInfo::uid
    std::string format;  ///< "dicom", "nifti"
    std::string description;
    std::string path;      ///< folder of a DICOM series, or the NIfTI file
    std::string relative;  ///< the same, seen from the project file; set when written
    std::string sha256;    ///< of the voxels (imageHash)
};

struct ProjectVariation {
    int number = 0;
    std::string series;  ///< uid of its source
    std::uint64_t seed = 0;
    bool starred = false;
    std::string note;
    Trajectory trajectory;
};

/// What is kept of a session: the variations with every step, and how the window looked at them. Images are not kept:
/// they are read again from their sources.
struct Project {
    std::vector<ProjectSource> sources;
    std::vector<ProjectVariation> variations;
    Json window = Json::object();  ///< what the window wants to find again; opaque here
};

/// SHA-256 over size, phases and voxels.
std::string imageHash(const Image& image);

/// One file: a safetensors container whose metadata hold the document and whose tensors hold the fields of every step
/// (steps × D × (z ×) y × x, float32 voxels of the model's grid). Appears complete or not at all. \throws Error: full
/// disk, unwritable folder; Cancelled
void writeProject(const Project& project, const std::string& path, const JobContext& context = {});

/// A project file as read, before its images are there.
struct StoredProject {
    std::string version;  ///< of the program that wrote it; "" = not known
    std::vector<ProjectSource> sources;
    Json window = Json::object();
    struct Variation {
        Json document;
        std::vector<float> fields;
        std::vector<std::int64_t> shape;
    };
    std::vector<Variation> variations;
};

/// \throws Error: not a project, a newer version, damaged
StoredProject readProject(const std::string& path, const JobContext& context = {});

/// The same without the fields, and so without reading much. \throws Error
StoredProject readProjectOutline(const std::string& path);

/// How a stored variation was made, as provenance() (tasks/Report.h) says it; of the image: its UID and path, and the
/// hash of the whole series. \throws Error: damaged
Json storedProvenance(const StoredProject& project, const StoredProject::Variation& variation);

/// Where a source lies now: as it was written, or at the same place beside the project file; "" if at neither.
std::string findSource(const ProjectSource& source, const std::string& projectPath);

/// A stored variation on its image (the whole series). Its fields, pictures and numbers are those that were stored, bit
/// for bit. \throws Error if the image is not the one it was made of
ProjectVariation restore(const StoredProject::Variation& stored, const Image& series);

/// One variation as a file of its own, for saving while work goes on. \throws Error
void writeVariation(const ProjectVariation& variation, const std::string& path);
StoredProject::Variation readVariation(const std::string& path);

}  // namespace drdm
