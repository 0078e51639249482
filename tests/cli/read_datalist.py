"""Reads a data set as TorchIO's (CSV of subjects) and MONAI's (data list) users do, without pandas."""
import csv
import json
import pathlib
import sys

from nifti_header import header

folder = pathlib.Path(sys.argv[1])
with open(folder / "dataset.csv", newline="") as file:
    rows = list(csv.DictReader(file))
subjects = [{"subject": row["subject"], "image": folder / row["image"], "label": folder / row["label"]} for row in rows]
for subject in subjects:
    image, label = header(subject["image"]), header(subject["label"])
    for key in ("size", "spacing", "affine"):
        assert image[key] == label[key], (subject, key)

# monai.data.load_decathlon_datalist(file, data_list_key="training", base_dir=folder)
with open(folder / "dataset.json") as file:
    listing = json.load(file)
pairs = [(folder / item["image"], folder / item["label"]) for item in listing["training"]]
assert pairs == [(s["image"], s["label"]) for s in subjects]
assert listing["labels"]["0"] == "background" and listing["numTraining"] == len(pairs)

with open(folder / "manifest.csv", newline="") as file:
    manifest = list(csv.DictReader(file))
assert len({row["case"] for row in manifest}) == len(manifest)
assert len({row["seed"] for row in manifest if row["copy"] != "0"}) == sum(row["copy"] != "0" for row in manifest)
for row in manifest:
    assert row["status"] == "kept" and row["folded_voxels_strict"] == "0", row
    if row["copy"] != "0":
        assert float(row["mean_displacement_mm"]) > 0 and header(folder / row["field"])["size"][-1] == 3
        assert float(row["volume_change_label_2"]) > -0.9
print(len(subjects), "images")
