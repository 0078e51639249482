#pragma once

#include "imaging/Image.h"
#include "io/Series.h"
#include "jobs/JobContext.h"

#include <string>
#include <vector>

namespace drdm {

/// One image of a data set with its labels: one phase of one series.
struct DataItem {
    std::string subject;  ///< images of one subject belong together: they are never split between training and test
    std::string name;     ///< unique; letters, digits, '-', '_' and '.'
    SeriesInfo series;
    std::int64_t phase = 0;
    std::string labels;  ///< NIfTI file; "" = none
    std::string split;   ///< the CSV's column of that name
};

struct DataSet {
    std::vector<DataItem> items;     ///< by subject and name
    std::vector<std::string> notes;  ///< what was left out, and why
};

struct DataSetRequest {
    std::vector<std::string> data;  ///< folders and files, or one CSV
    std::string labels;             ///< a folder (or file) of label maps apart from the images; "" = beside them
    bool unlabelled = false;        ///< images without labels are taken, too
};

/// What a data set holds. From a CSV with the columns subject, image and label (and, if wanted, phase, series, split;
/// paths relative to the CSV's folder), or from folders: one per subject, or files side by side, or nnU-Net's imagesTr
/// and labelsTr. Label maps are NIfTI files whose names say so: label… or …_label, _labels, _seg, _dseg, _mask, _gt; a
/// label map belongs to the image of the same name without that ending, or to the only image of its subject. Those of
/// an image with several phases name theirs: labels_phase003. Reads headers alone and checks that every label map lies
/// on its image's grid. \throws Error naming file, place and remedy: nothing there, no labels, several for one image,
/// other geometry, two images of one name; Cancelled
DataSet listDataSet(const DataSetRequest& request, const JobContext& context = {});

struct LabelledImage {
    Image image;      ///< one phase
    LabelMap labels;  ///< empty where the item has none
};

/// \throws Error naming the item's files; Cancelled
LabelledImage readItem(const DataItem& item, const JobContext& context = {});

}  // namespace drdm
