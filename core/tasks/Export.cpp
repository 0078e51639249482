#include "tasks/Export.h"

#include "analysis/FieldStatistics.h"
#include "errors/Error.h"
#include "io/DerivedSeries.h"
#include "io/NiftiFile.h"
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

Derivation derivation(const ExportRequest& request, const Trajectory& trajectory, const std::string& provenanceJson) {
    const SampleSettings& made = trajectory.settings();
    Derivation result;
    result.description = "Synthetic variation by deformation-recovery diffusion (DRDM Studio " DRDM_VERSION
                         "); model " +
                         fs::path(made.model).filename().string() + ", process " + made.process + ", level " +
                         std::to_string(made.level) + ", seed " + std::to_string(made.seed) + ". " + researchNotice;
    result.seriesSuffix = seriesSuffix(request.seriesLabel, made);
    result.provenanceJson = provenanceJson;
    result.seriesNumberOffset = request.seriesNumber + static_cast<int>(made.seed % 1000);
    return result;
}

/// Writes one sample's files and notes each under its key, relative to the export's folder.
class SampleWriter {
public:
    SampleWriter(const ExportRequest& request, const Trajectory& trajectory, const fs::path& root,
                 const JobContext& context)
        : m_request(request),
          m_trajectory(trajectory),
          m_name(sampleName(trajectory)),
          m_folder(root / m_name),
          m_context(context),
          m_made(provenance(trajectory)),
          m_provenance(m_made.dump()) {}

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
        writeNiftiField(m_trajectory.field(last), file("field", "field.nii.gz"), m_provenance);
        // From here on only what is in the file counts.
        m_field = readNiftiField((m_folder / "field.nii.gz").string());
        Json json = sampleReport(m_trajectory, statistics(m_field));
        writeNiftiScalar(m_field.geometry(), jacobianDeterminant(m_field), file("jacobian", "jacobian.nii.gz"),
                         m_provenance);
        m_context.throwIfCancelled();
        writeImage(m_trajectory.warpedImage(last));
        if (m_request.labels) {
            writeLabels(json);
        }
        if (m_request.wholeTrajectory) {
            writeSteps();
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
        if (m_request.dicom) {
            writeDerivedSeries(image, file("dicom", "dicom"), derivation(m_request, m_trajectory, m_provenance));
            if (!m_request.nifti) {
                m_files.set("image", m_name + "/dicom");
            }
        }
        if (m_request.png) {
            const std::int64_t phase = std::min(m_trajectory.settings().phase, image.phases() - 1);
            writePng(image, image.geometry().size[2] / 2, phase, file("picture", "image.png"), m_provenance);
        }
    }

    void writeLabels(Json& json) {
        const Geometry& grid = m_field.geometry();
        const LabelMap& given = *m_request.labels;
        const LabelMap before = given.geometry().sameGrid(grid) ? given : resample(given, grid);
        const LabelMap after = warp(before, m_field);
        writeNiftiLabels(after, file("labels", "labels.nii.gz"), m_provenance);
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

Json exportSamples(const ExportRequest& request, const JobContext& context) {
    if (request.trajectories.empty()) {
        throw Error("there is nothing to export; generate a variation first");
    }
    StagedFolder folder(request.folder);
    return withContext("while exporting to " + request.folder, [&] {
        Json::Array samples;
        std::vector<DisplacementField> fields;
        for (const Trajectory& trajectory : request.trajectories) {
            const double done = static_cast<double>(samples.size()) / static_cast<double>(request.trajectories.size());
            context.progress(done, "writing " + sampleName(trajectory));
            SampleWriter writer(request, trajectory, folder.path(), context);
            samples.push_back(writer.write());
            fields.push_back(writer.field());
        }
        Json json = report(request.commandLine, std::move(samples), fields);
        writeTextFile((folder.path() / "report.json").string(), json.dump(2) + "\n");
        folder.commit();
        context.progress(1, "written to " + request.folder);
        return json;
    });
}

Json exportSets(const ExportRequest& request, const JobContext& context) {
    if (request.trajectories.empty()) {
        return exportSamples(request, context);  // says so
    }
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
        reports.push(exportSamples(part, share));
    }
    return reports;
}

}  // namespace drdm
