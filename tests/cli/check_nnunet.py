"""nnU-Net v2's rules for a raw data set (its documentation, dataset_format.md), checked file by file."""
import json
import pathlib
import re
import sys

from nifti_header import header, labels

folder = pathlib.Path(sys.argv[1])
assert re.fullmatch(r"Dataset\d{3}_\w+", folder.name), folder.name
info = json.loads((folder / "dataset.json").read_text())
assert set(info) >= {"channel_names", "labels", "numTraining", "file_ending"}
assert list(info["channel_names"]) == ["0"] and info["file_ending"] == ".nii.gz"
values = sorted(info["labels"].values())
assert info["labels"]["background"] == 0 and values == list(range(len(values))), values
assert list(info["labels"]) == ["background", "wall", "cavity", "right"], info["labels"]

cases = sorted(path.name[:-len(".nii.gz")] for path in (folder / "labelsTr").iterdir())
images = sorted(path.name for path in (folder / "imagesTr").iterdir())
assert images == [case + "_0000.nii.gz" for case in cases], images
assert info["numTraining"] == len(cases)
for case in cases:
    image = header(folder / "imagesTr" / (case + "_0000.nii.gz"))
    label = header(folder / "labelsTr" / (case + ".nii.gz"))
    assert image["size"] == label["size"] and image["spacing"] == label["spacing"] and image["affine"] == label["affine"]
    assert labels(folder / "labelsTr" / (case + ".nii.gz")) <= set(values)

splits = json.loads((folder / "splits_final.json").read_text())
assert len(splits) == 2  # two subjects
for split in splits:
    assert set(split["train"]) <= set(cases) and set(split["val"]) <= set(cases)
    subjects = [{case[:11] for case in split[part]} for part in ("train", "val")]
    assert not subjects[0] & subjects[1], subjects
    assert all("_c0" not in case for case in split["val"]), split["val"]  # validated on originals
print(len(cases), "cases")
