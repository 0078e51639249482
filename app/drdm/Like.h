#pragma once

#include "Commands.h"
#include "tasks/RecordedSettings.h"

#include <optional>

namespace drdm {

struct SampleRequest;

/// `--like FILE`: the settings of a file that the program wrote, below those given on the command line.
class Like {
public:
    static std::vector<Option> options();

    /// Takes recorded and given settings into `values`. Warns where the model is not the recorded one. \throws Error:
    /// the file holds no settings, or of several kinds of variations; the model is not installed
    static Like into(ParameterValues& values, const Arguments& arguments, Console& console);

    /// The recorded schedule, unless another was given; warns where the image, the initial field or the mask is not the
    /// recorded one. Call when the request is complete.
    void complete(SampleRequest& request, const Arguments& arguments, Console& console) const;

private:
    std::string m_file;
    std::optional<RecordedSettings> m_settings;  ///< nothing: no --like
};

}  // namespace drdm
