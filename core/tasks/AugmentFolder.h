#pragma once

#include "tasks/AugmentPlan.h"

#include <filesystem>
#include <string>
#include <vector>

namespace drdm {

/// The folder that copies are collected in:
///
///     augment.json         the plan, and the images that it was made for
///     records/NAME.json    one per finished copy, written after its files
///     .work-1-of-2/        what a run is busy with; gone after it
class AugmentFolder {
public:
    /// Opens or makes it. \throws Error: it holds other work, another run is busy with this shard, it cannot be written
    AugmentFolder(const AugmentPlan& plan, const ModelInfo* model, const std::vector<DataItem>& items);
    ~AugmentFolder();
    AugmentFolder(const AugmentFolder&) = delete;
    AugmentFolder& operator=(const AugmentFolder&) = delete;

    /// Whether this copy is finished.
    [[nodiscard]] bool holds(const std::string& name) const;
    /// An empty folder for one worker's files.
    [[nodiscard]] std::filesystem::path staging(int worker) const;
    /// Moves the files named in a record from `staging` to their places and then writes the record. \throws Error
    void take(const Json& record, const std::filesystem::path& staging) const;
    /// Of those units that are finished, in their order. \throws Error naming a record that is damaged
    [[nodiscard]] std::vector<Json> records(const std::vector<AugmentUnit>& units) const;

private:
    [[nodiscard]] std::filesystem::path recordPath(const std::string& name) const;

    std::filesystem::path m_folder;
    std::filesystem::path m_work;
    int m_lock = -1;
};

}  // namespace drdm
