#include "tasks/DataSet.h"

#include "errors/Error.h"
#include "io/NiftiFile.h"
#include "parameters/NumberFromText.h"
#include "tasks/Csv.h"
#include "tasks/DataSetNames.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

namespace drdm {

namespace fs = std::filesystem;

namespace {

Geometry gridOf(const SeriesInfo& series) {
    Geometry grid;
    grid.size = {series.size[0], series.size[1], series.size[2]};
    grid.spacing_mm = series.spacing_mm;
    grid.origin_mm = series.origin_mm;
    grid.direction = series.direction;
    return grid;
}

std::string words(const Geometry& grid) {
    std::ostringstream text;
    text << grid.size[0] << " x " << grid.size[1] << " x " << grid.size[2] << " voxels of " << grid.spacing_mm[0]
         << " x " << grid.spacing_mm[1] << " x " << grid.spacing_mm[2] << " mm, first at (" << grid.origin_mm[0] << ", "
         << grid.origin_mm[1] << ", " << grid.origin_mm[2] << ") mm";
    return text.str();
}

std::string place(const SeriesInfo& series) {
    return series.format == "nifti" || series.files.empty() ? series.uid
                                                            : fs::path(series.files.front()).parent_path().string();
}

void requireSameGrid(const Geometry& image, const Geometry& labels, const std::string& imagePlace,
                     const std::string& labelPlace) {
    if (!image.sameGrid(labels, 0.1)) {
        throw Error("the label map " + labelPlace + " does not lie on the grid of its image " + imagePlace + ": " +
                    words(labels) + " and " + words(image) +
                    "; give the label map that was drawn on this image, or resample it to the image's grid");
    }
}

/// Puts items together, whatever they come from.
class Collection {
public:
    explicit Collection(bool unlabelled) : m_unlabelled(unlabelled) {}

    /// `labels`: files, each with its series as scanned. Where the image has several phases they name theirs.
    void add(const std::string& subject, const std::string& name, const SeriesInfo& image,
             const std::vector<SeriesInfo>& labels, const std::string& split = {},
             std::optional<std::int64_t> phase = {}) {
        const std::int64_t phases = image.size[3];
        if (labels.empty()) {
            if (!m_unlabelled) {
                m_bare.push_back(place(image));
                return;
            }
            for (std::int64_t k = phase.value_or(0); k < (phase ? *phase + 1 : phases); ++k) {
                put(subject, name, image, k, "", split);
            }
            return;
        }
        std::set<std::int64_t> seen;
        for (const SeriesInfo& label : labels) {
            requireSameGrid(gridOf(image), gridOf(label), place(image), label.uid);
            const auto named = phase        ? phase
                               : phases > 1 ? names::phase(names::stem(label.uid))
                                            : std::optional<std::int64_t>(0);
            if (!named) {
                throw Error("the image " + place(image) + " has " + std::to_string(phases) +
                            " phases, and the label map " + label.uid +
                            " does not say which it belongs to; name it like labels_phase003.nii.gz, or give "
                            "a CSV with a column \"phase\"");
            }
            if (*named >= phases) {
                throw Error("the label map " + label.uid + " is for phase " + std::to_string(*named) + ", but " +
                            place(image) + " has the phases 0 to " + std::to_string(phases - 1) +
                            "; rename or remove it");
            }
            if (!seen.insert(*named).second) {
                throw Error("there are several label maps for the image " + place(image) + ", among them " +
                            labels.front().uid + " and " + label.uid +
                            "; keep one, or say in a CSV which belongs to which image");
            }
            put(subject, name, image, *named, label.uid, split);
        }
    }

    DataSet finish(const std::string& where) {
        if (!m_bare.empty()) {
            std::string some;
            for (std::size_t i = 0; i < std::min<std::size_t>(5, m_bare.size()); ++i) {
                some += "\n  " + m_bare[i];
            }
            some += m_bare.size() > 5 ? "\n  and " + std::to_string(m_bare.size() - 5) + " more" : "";
            throw Error(std::to_string(m_bare.size()) + " of " + std::to_string(m_bare.size() + m_set.items.size()) +
                        " images in " + where +
                        " have no labels; put NAME_label.nii.gz beside NAME.nii.gz, say with --labels where they lie, "
                        "or take the images without with --unlabelled:" +
                        some);
        }
        if (m_set.items.empty()) {
            throw Error("there is no image in " + where + "; give a folder with one folder per subject, or a CSV file");
        }
        std::stable_sort(m_set.items.begin(), m_set.items.end(), [](const DataItem& a, const DataItem& b) {
            return std::tie(a.subject, a.name) < std::tie(b.subject, b.name);
        });
        return std::move(m_set);
    }

    std::vector<std::string>& notes() { return m_set.notes; }

private:
    void put(const std::string& subject, std::string name, const SeriesInfo& image, std::int64_t phase,
             const std::string& labels, const std::string& split) {
        if (image.size[3] > 1) {
            std::string number = std::to_string(phase);
            number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
            name += "_phase" + number;
        }
        name = names::plain(name);
        const auto [other, added] = m_names.emplace(name, place(image));
        if (!added) {
            throw Error("two images would have the name " + name + ": " + other->second + " and " + place(image) +
                        "; rename one, or give each its own name in a CSV with a column \"name\"");
        }
        m_set.items.push_back({names::plain(subject), name, image, phase, labels, split});
    }

    bool m_unlabelled;
    std::vector<std::string> m_bare;
    std::map<std::string, std::string> m_names;
    DataSet m_set;
};

/// The one series at a CSV's path.
SeriesInfo seriesAt(const std::string& path, const std::string& uid, const std::string& where,
                    const JobContext& context) {
    return withContext(where, [&] {
        const ScanResult found = scan({path}, context);
        std::vector<const SeriesInfo*> usable;
        for (const SeriesInfo& series : found.series) {
            if (series.unreadable.empty() && (uid.empty() || series.uid == uid)) {
                usable.push_back(&series);
            }
        }
        if (usable.empty()) {
            throw Error(path + " is no image that can be read" +
                        (found.skipped.empty()
                             ? found.series.empty() ? std::string() : ": " + found.series.front().unreadable
                             : ": " + found.skipped.front().reason) +
                        "; give a NIfTI file or a folder of DICOM images");
        }
        if (usable.size() > 1) {
            throw Error(path + " holds " + std::to_string(usable.size()) +
                        " series; name one by its UID in a column \"series\", such as " + usable.front()->uid);
        }
        return *usable.front();
    });
}

void fromCsv(const std::string& path, Collection& items, const JobContext& context) {
    const CsvTable table = CsvTable::read(path);
    if (!table.has("image") || !table.has("subject")) {
        throw Error(path + ", line 1: there is no column \"" + (table.has("image") ? "subject" : "image") +
                    "\"; the heading must be like \"subject,image,label\"");
    }
    const fs::path folder = fs::absolute(path).parent_path();
    const auto fileIn = [&](const CsvTable::Row& row, const std::string& column) {
        const std::string text = table.text(row, column);
        const fs::path file = text.empty() ? fs::path() : (folder / text).lexically_normal();
        if (!text.empty() && !fs::exists(file)) {
            throw Error(table.place(row) + ": there is no " + column + " " + file.string() +
                        "; correct the path (it is relative to the CSV's folder) or remove the line");
        }
        return file.string();
    };
    for (const CsvTable::Row& row : table.rows()) {
        context.throwIfCancelled();
        const std::string where = table.place(row);
        const std::string image = fileIn(row, "image");
        const std::string subject = table.text(row, "subject");
        if (image.empty() || subject.empty()) {
            throw Error(where + ": the column \"" + (image.empty() ? "image" : "subject") +
                        "\" is empty; fill it in or remove the line");
        }
        const SeriesInfo series = seriesAt(image, table.text(row, "series"), where, context);
        std::optional<std::int64_t> phase;
        if (const std::string text = table.text(row, "phase"); !text.empty()) {
            phase = numberFromText<std::int64_t>(text);
            if (!phase || *phase < 0 || *phase >= series.size[3]) {
                throw Error(where + ": \"" + text + "\" is no phase of the image; it has the phases 0 to " +
                            std::to_string(series.size[3] - 1));
            }
        }
        std::vector<SeriesInfo> labels;
        if (const std::string file = fileIn(row, "label"); !file.empty()) {
            labels.push_back(seriesAt(file, "", where, context));
        }
        std::string name = table.text(row, "name");
        if (name.empty()) {
            const std::string stem =
                series.format == "nifti" ? names::withoutChannel(names::stem(series.uid)) : subject;
            name = stem.starts_with(subject) ? stem : subject + "_" + stem;
        }
        withContext(where, [&] { items.add(subject, name, series, labels, table.text(row, "split"), phase); });
    }
}

/// The first folder on the way from `root` to a file; "" for files in the root itself.
std::string firstFolder(const std::string& file, const fs::path& root) {
    const fs::path relative = fs::path(file).lexically_relative(fs::is_directory(root) ? root : root.parent_path());
    return std::distance(relative.begin(), relative.end()) > 1 ? relative.begin()->string() : std::string();
}

/// What lies under one root.
struct Found {
    struct Entry {
        SeriesInfo series;
        std::string subject;
        std::string key;
    };
    std::vector<Entry> images, labels;
};

void look(const fs::path& root, bool allLabels, Found& found, std::vector<std::string>& notes,
          const JobContext& context) {
    const ScanResult scanned = scan({root.string()}, context);
    for (const SkippedFile& skipped : scanned.skipped) {
        notes.push_back(skipped.path + ": left out, " + skipped.reason);
    }
    for (const SeriesInfo& series : scanned.series) {
        const bool nifti = series.format == "nifti";
        const std::string stem = nifti ? names::stem(series.uid) : std::string();
        const std::string folder = firstFolder(nifti || series.files.empty() ? series.uid : series.files.front(), root);
        Found::Entry entry{series, folder, nifti ? names::key(stem) : std::string()};
        if (folder.empty()) {
            entry.subject = nifti ? names::subject(stem) : root.filename().string();
        }
        if (!series.unreadable.empty()) {
            notes.push_back(place(series) + ": left out, " + series.unreadable);
        } else if (nifti && (allLabels || names::saysLabels(stem))) {
            found.labels.push_back(std::move(entry));
        } else if (series.modality == "SEG" || allLabels) {
            notes.push_back(place(series) + ": left out, labels are read from NIfTI files");
        } else {
            found.images.push_back(std::move(entry));
        }
    }
}

void fromFolders(const DataSetRequest& request, Collection& items, const JobContext& context) {
    Found found;
    std::string labels = request.labels;
    for (const std::string& path : request.data) {
        fs::path root = fs::absolute(path).lexically_normal();
        root = root.has_filename() ? root : root.parent_path();
        if (fs::is_directory(root / "imagesTr") && fs::is_directory(root / "labelsTr") && labels.empty()) {
            look(root / "labelsTr", true, found, items.notes(), context);
            root /= "imagesTr";
        }
        look(root, false, found, items.notes(), context);
    }
    if (!labels.empty()) {
        fs::path root = fs::absolute(labels).lexically_normal();
        look(root.has_filename() ? root : root.parent_path(), true, found, items.notes(), context);
    }
    std::map<std::string, int> imagesOf;
    for (const Found::Entry& image : found.images) {
        ++imagesOf[image.subject];
    }
    for (const Found::Entry& image : found.images) {
        std::vector<SeriesInfo> own;
        std::vector<SeriesInfo> ofSubject;
        for (const Found::Entry& label : found.labels) {
            if (label.subject == image.subject) {
                ofSubject.push_back(label.series);
                if (!image.key.empty() && label.key == image.key) {
                    own.push_back(label.series);
                }
            }
        }
        const bool only = imagesOf[image.subject] == 1;
        std::string name = image.series.format == "nifti" ? names::withoutChannel(names::stem(image.series.uid))
                           : only                         ? image.subject
                                                          : image.subject + "_" + image.series.description;
        if (!name.starts_with(image.subject)) {
            name.insert(0, image.subject + "_");
        }
        items.add(image.subject, name, image.series, own.empty() && only ? ofSubject : own);
    }
}

}  // namespace

DataSet listDataSet(const DataSetRequest& request, const JobContext& context) {
    if (request.data.empty()) {
        throw Error("no data set is named; give a folder or a CSV file");
    }
    Collection items(request.unlabelled);
    std::string where;
    int tables = 0;
    for (const std::string& path : request.data) {
        where += (where.empty() ? "" : ", ") + path;
        tables += fs::path(path).extension() == ".csv" ? 1 : 0;
        if (!fs::exists(path)) {
            throw Error("there is no file or folder " + path + "; check the path");
        }
    }
    if (!request.labels.empty() && !fs::exists(request.labels)) {
        throw Error("there is no file or folder " + request.labels + " with labels; check the path");
    }
    if (tables > 0 && (request.data.size() > 1 || !request.labels.empty())) {
        throw Error(
            "a data set is given by one CSV file alone, whose column \"label\" names the labels, or by folders; "
            "leave the others out");
    }
    if (tables > 0) {
        fromCsv(request.data.front(), items, context);
    } else {
        fromFolders(request, items, context);
    }
    return items.finish(where);
}

LabelledImage readItem(const DataItem& item, const JobContext& context) {
    return withContext("while reading " + item.name, [&] {
        LabelledImage result;
        const Image series = readSeries(item.series, context);
        result.image = series.phases() > 1 ? series.phase(item.phase) : series;
        if (!item.labels.empty()) {
            const LabelMap labels = readNiftiLabels(item.labels);
            requireSameGrid(result.image.geometry(), labels.geometry(), place(item.series), item.labels);
            // The image's own grid, to the last digit: both files are to say the same.
            result.labels = {result.image.geometry(), {labels.labels().begin(), labels.labels().end()}};
        }
        return result;
    });
}

}  // namespace drdm
