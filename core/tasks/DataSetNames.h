#pragma once

#include <optional>
#include <string>

// What the names of a data set's files say. Inside core/tasks.
namespace drdm::names {

/// A file's name without folders, ".nii" and ".nii.gz".
std::string stem(const std::string& path);

/// Whether a NIfTI file's name says that it holds labels.
bool saysLabels(const std::string& stem);

/// What image and label map of one image have in common: the stem without phase, the words for labels and nnU-Net's
/// channel number.
std::string key(const std::string& stem);

/// The N of "…phaseN" at its end.
std::optional<std::int64_t> phase(const std::string& stem);

/// The subject of a file that lies beside those of others: its key without the heart phases _ED and _ES.
std::string subject(const std::string& stem);

/// Letters, digits, '-', '_' and '.'; everything else becomes '-'.
std::string plain(const std::string& text);

/// nnU-Net's name of an image, NAME_0000, without the number of its channel.
std::string withoutChannel(const std::string& stem);

}  // namespace drdm::names
