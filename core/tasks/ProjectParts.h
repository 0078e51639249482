#pragma once

#include "diffusion/SafeTensors.h"
#include "tasks/Project.h"

// How a variation is stored; shared by whole projects and single variations. Only core/tasks includes this.
namespace drdm::project {

inline constexpr const char* documentKey = "drdm.project";
inline constexpr const char* variationKey = "drdm.variation";
inline constexpr int version = 1;

/// `folder`: of the project, for the relative paths.
Json sourcesDocument(const std::vector<ProjectSource>& sources, const std::string& folder);
std::vector<ProjectSource> sourcesOf(const Json& list);
Json document(const ProjectVariation& variation);
/// Steps × D × (z ×) y × x of the fields of a trajectory with at least one step.
std::vector<std::int64_t> fieldShape(const Trajectory& trajectory);
RawTensor fields(const Trajectory& trajectory);

}  // namespace drdm::project
