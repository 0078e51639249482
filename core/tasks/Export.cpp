#include "tasks/Export.h"

#include "analysis/FieldStatistics.h"
#include "errors/Error.h"
#include "io/DerivedObjects.h"
#include "io/MetaImage.h"
#include "io/NiftiFile.h"
#include "io/Uid.h"
#include "tasks/Evaluate.h"
#include "tasks/PngFile.h"
#include "tasks/StagedFolder.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace drdm {

namespace fs = std::filesystem;

namespace {

std::string stepName(std::size_t index, const TrajectoryStep& step) {
    char name[64];
    std::snprintf(name, sizeof name, "step-%03zu-%s-t%02d", index + 1,
                  step.kind == StepKind::Diffusion ? "diffusion" : "recovery", step.t);
    return name;
}

std::string seriesSuffix(const std::string& label, const SampleSettings& made) {
    return (label.empty() ? "" : label + " ") + "level " + std::to_string(made.level) + " seed " +
           std::to_string(made.seed);
}

using Hiding = std::shared_ptr<Deidentification>;  ///< of a whole export; nothing: the patient stays

/// A study for images that come without one: the same for all objects of one image.
std::string studyOf(const Json& made) {
    const std::string hash = made.at("source").at("voxels_sha256").string();
    return uidFromBits(std::stoull(hash.substr(0, 16), nullptr, 16), std::stoull(hash.substr(16, 16), nullptr, 16));
}

Derivation derivation(const ExportRequest& request, const Trajectory& trajectory, const std::string& provenanceJson,
                      const std::string& study, const Hiding& hiding) {
    const SampleSettings& made = trajectory.settings();
    Derivation result;
    result.description = "Synthetic variation by deformation-recovery diffusion (DRDM Studio " DRDM_VERSION
                         "); model " +
                         fs::path(made.model).filename().string() + ", process " + made.process + ", level " +
                         std::to_string(made.level) + ", seed " + std::to_string(made.seed) + ". " + researchNotice;
    result.seriesSuffix = seriesSuffix(request.seriesLabel, made);
    result.provenanceJson = provenanceJson;
    result.seriesNumberOffset = request.seriesNumber + static_cast<int>(made.seed % 1000);
    result.studyInstanceUid = study;
    result.deidentification = hiding;
    return result;
}

/// Writes one sample's files and notes each under its key, relative to the export's folder.
class SampleWriter {
public:
    SampleWriter(const ExportRequest& request, const Trajectory& trajectory, const fs::path& root,
                 const JobContext& context, const Hiding& hiding)
        : m_request(request),
          m_trajectory(trajectory),
          m_name(sampleName(trajectory)),
          m_folder(root / m_name),
          m_context(context) {
        const Json whole = provenance(trajectory);
        m_made = hiding ? withoutIdentity(whole) : whole;
        m_provenance = m_made.dump();
        m_derivation = derivation(request, trajectory, m_provenance, studyOf(whole), hiding);
    }

    Json write() {
        if (m_trajectory.stepCount() == 0) {
            throw Error("the sample has no steps yet; wait for the first step before exporting");
        }
        std::error_code error;
        if (!fs::create_directory(m_folder, error)) {
            throw Error("cannot create " + m_folder.string() + ": " +
                        (error ? error.message() : "two samples have the same seed"));
        }
        const std::size_t last = m_trajectory.stepCount() - 1;
        if (m_derivation.deidentification) {
            warnOfBurnedInText(m_trajectory.image().source, *m_derivation.deidentification);
        }
        writeNiftiField(m_trajectory.field(last), file("field", "field.nii.gz"), m_provenance);
        // From here on only what is in the file counts.
        m_field = readNiftiField((m_folder / "field.nii.gz").string());
        Json json = sampleReport(m_trajectory, statistics(m_field));
        const std::vector<float> jacobian = jacobianDeterminant(m_field);
        writeNiftiScalar(m_field.geometry(), jacobian, file("jacobian", "jacobian.nii.gz"), m_provenance);
        m_context.throwIfCancelled();
        writeImage(m_trajectory.warpedImage(last));
        writeFieldFor(jacobian);
        if (m_request.labels) {
            writeLabels(json);
        }
        if (m_request.wholeTrajectory) {
            writeSteps();
        }
        if (m_derivation.deidentification) {
            json.set("model", fs::path(m_trajectory.settings().model).filename().string());
        }
        json.set("files", m_files).set("provenance", m_made);
        return json;
    }

    [[nodiscard]] const DisplacementField& field() const { return m_field; }

private:
    std::string file(const std::string& key, const std::string& name) {
        m_context.throwIfCancelled();
        m_files.set(key, m_name + "/" + name);
        return (m_folder / name).string();
    }

    void writeImage(const Image& image) {
        if (m_request.nifti) {
            writeNifti(image, file("image", "image.nii.gz"), m_provenance);
        }
        if (m_request.metaImage) {
            writeMetaImage(image, file("image_metaimage", "image.mha"), m_provenance);
        }
        if (m_request.dicom) {
            m_derived = writeDerivedSeries(image, file("dicom", "dicom"), m_derivation);
            if (!m_request.nifti) {
                m_files.set("image", m_name + "/dicom");
            }
        }
        if (m_request.png) {
            writePng(image, image.geometry().size[2] / 2, phase(), file("picture", "image.png"), m_provenance);
        }
    }

    [[nodiscard]] std::int64_t phase() const {
        return std::clamp<std::int64_t>(m_trajectory.settings().phase, 0, m_trajectory.image().phases() - 1);
    }
    [[nodiscard]] DerivedFrom belongings() const { return {m_trajectory.image(), m_derived, phase()}; }

    /// The field and its Jacobian in the other formats.
    void writeFieldFor(const std::vector<float>& jacobian) {
        if (m_request.registration) {
            writeRegistration(m_field, belongings(), file("registration", "field.dcm"), m_derivation);
        }
        if (m_request.parametricMap) {
            writeParametricMap(jacobian, m_field.geometry(), {}, belongings(), file("parametric_map", "jacobian.dcm"),
                               m_derivation);
        }
        if (m_request.metaImage) {
            writeMetaField(m_field, file("field_metaimage", "field.mha"), m_provenance);
            writeMetaScalar(m_field.geometry(), jacobian, file("jacobian_metaimage", "jacobian.mha"), m_provenance);
        }
        if (m_request.itkField) {
            writeNiftiField(m_field, file("field_itk", "field_itk.nii.gz"), m_provenance, FieldStyle::Itk);
        }
    }

    void writeLabels(Json& json) {
        const Geometry& grid = m_field.geometry();
        const LabelMap& given = *m_request.labels;
        const LabelMap before = given.geometry().sameGrid(grid) ? given : resample(given, grid);
        const LabelMap after = warp(before, m_field);
        writeNiftiLabels(after, file("labels", "labels.nii.gz"), m_provenance);
        if (m_request.metaImage) {
            writeMetaLabels(after, file("labels_metaimage", "labels.mha"), m_provenance);
        }
        if (m_request.segmentation && !after.values().empty()) {
            writeSegmentation(after, belongings(), file("segmentation", "labels.dcm"), m_derivation);
        } else if (m_request.segmentation) {
            json.set("segmentation", "not written: no label lies in this variation");
        }
        json.set("volume_change", volumeChangeJson(before, m_field));
    }

    void writeSteps() {
        fs::create_directory(m_folder / "trajectory");
        Json::Array steps;
        for (std::size_t i = 0; i < m_trajectory.stepCount(); ++i) {
            m_context.throwIfCancelled();
            const TrajectoryStep& step = m_trajectory.step(i);
            const std::string stem = "trajectory/" + stepName(i, step);
            writeNiftiField(m_trajectory.field(i), (m_folder / (stem + ".field.nii.gz")).string(), m_provenance);
            writeNifti(m_trajectory.warpedImage(i), (m_folder / (stem + ".image.nii.gz")).string(), m_provenance);
            Json entry = Json::object();
            entry.set("kind", step.kind == StepKind::Diffusion ? "diffusion" : "recovery")
                .set("t", step.t)
                .set("field", m_name + "/" + stem + ".field.nii.gz")
                .set("image", m_name + "/" + stem + ".image.nii.gz");
            steps.push_back(std::move(entry));
        }
        m_files.set("trajectory", std::move(steps));
    }

    const ExportRequest& m_request;
    const Trajectory& m_trajectory;
    std::string m_name;
    fs::path m_folder;
    const JobContext& m_context;
    Json m_made;
    std::string m_provenance;  ///< the same as text
    Derivation m_derivation;
    WrittenSeries m_derived;
    DisplacementField m_field;
    Json m_files = Json::object();
};

/// One export takes every seed once (they name the folders): variations with the same seed go into sets of their own.
std::vector<std::vector<Trajectory>> setsOfDifferentSeeds(const std::vector<Trajectory>& trajectories) {
    std::vector<std::vector<Trajectory>> sets;
    std::vector<std::set<std::uint64_t>> seeds;
    for (const Trajectory& trajectory : trajectories) {
        std::size_t at = 0;
        while (at < sets.size() && seeds[at].contains(trajectory.settings().seed)) {
            ++at;
        }
        if (at == sets.size()) {
            sets.emplace_back();
            seeds.emplace_back();
        }
        sets[at].push_back(trajectory);
        seeds[at].insert(trajectory.settings().seed);
    }
    return sets;
}

}  // namespace

void requireExportable(const ExportRequest& request, const Image& image) {
    if (request.segmentation && !request.labels) {
        throw Error("there are no labels to write as a DICOM segmentation; give a label map, or leave that format out");
    }
    if (request.dicom || request.segmentation || request.parametricMap || request.registration) {
        requireDicomGrid(image.geometry(), request.registration);
    }
}

namespace {

Json deidentificationJson(const Deidentification& hiding) {
    Json warnings = Json::array();
    for (const std::string& warning : hiding.warnings()) {
        warnings.push(warning);
    }
    Json json = Json::object();
    json.set("profile", "DICOM PS3.15 Basic Application Level Confidentiality Profile")
        .set("retain_dates", hiding.options().retainDates)
        .set("retain_descriptors", hiding.options().retainDescriptors)
        .set("warnings", std::move(warnings));
    return json;
}

Json exportHidden(const ExportRequest& request, const JobContext& context, const Hiding& hiding) {
    if (request.trajectories.empty()) {
        throw Error("there is nothing to export; generate a variation first");
    }
    requireExportable(request, request.trajectories.front().image());
    StagedFolder folder(request.folder);
    return withContext("while exporting to " + request.folder, [&] {
        Json::Array samples;
        std::vector<DisplacementField> fields;
        for (const Trajectory& trajectory : request.trajectories) {
            const double done = static_cast<double>(samples.size()) / static_cast<double>(request.trajectories.size());
            context.progress(done, "writing " + sampleName(trajectory));
            SampleWriter writer(request, trajectory, folder.path(), context, hiding);
            samples.push_back(writer.write());
            fields.push_back(writer.field());
        }
        // A command line names folders, and these may be called after people.
        Json json = report(hiding ? std::string() : request.commandLine, std::move(samples), fields);
        if (hiding) {
            json.set("deidentification", deidentificationJson(*hiding));
        }
        writeTextFile((folder.path() / "report.json").string(), json.dump(2) + "\n");
        folder.commit();
        context.progress(1, "written to " + request.folder);
        return json;
    });
}

Hiding hidingFor(const ExportRequest& request) {
    return request.deidentify ? std::make_shared<Deidentification>(*request.deidentify) : nullptr;
}

}  // namespace

Json exportSamples(const ExportRequest& request, const JobContext& context) {
    return exportHidden(request, context, hidingFor(request));
}

Json exportSets(const ExportRequest& request, const JobContext& context) {
    if (request.trajectories.empty()) {
        return exportSamples(request, context);  // says so
    }
    const Hiding hiding = hidingFor(request);  // one for all sets: the same patient is the same in all
    const auto sets = setsOfDifferentSeeds(request.trajectories);
    Json reports = Json::array();
    for (std::size_t i = 0; i < sets.size(); ++i) {
        ExportRequest part = request;
        part.trajectories = sets[i];
        if (sets.size() > 1) {
            std::error_code code;
            fs::create_directories(request.folder, code);
            if (code) {
                throw Error("cannot create the folder " + request.folder + ": " + code.message() +
                            "; choose another one that can be written");
            }
            part.folder += "/set-" + std::to_string(i + 1);
        }
        JobContext share = context;
        share.report = [&context, i, count = sets.size()](double fraction, const std::string& text) {
            context.progress((static_cast<double>(i) + fraction) / static_cast<double>(count), text);
        };
        reports.push(exportHidden(part, share, hiding));
    }
    return reports;
}

}  // namespace drdm
