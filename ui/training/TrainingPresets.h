#pragma once

#include <QString>

#include <map>
#include <string>
#include <vector>

namespace drdm {

/// A sensible beginning: what it sets besides data, kind of images and name.
struct TrainingPreset {
    QString name, help;
    std::map<std::string, QString> values;  ///< by parameter, as on the command line
    std::string startFrom;                  ///< model file that gives the form and the first weights
};

/// For models of 2 or 3 dimensions, the quickest first. Going on from the shipped model is offered for the dimensions
/// that it has.
std::vector<TrainingPreset> trainingPresets(int dims);

}  // namespace drdm
