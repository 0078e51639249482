#!/usr/bin/env bash
# Installs what is missing, builds, and makes variations of the built-in synthetic study; with a display it then opens the
# window on that study. What is done already is not done again.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bin="$root/build/release/bin"
study="$root/out/phantom"
results="$root/out/variations"

bash "$root/installer/setup.sh"
cd "$root"
cmake --preset release > /dev/null
cmake --build --preset release --target drdm drdm-studio

if [[ ! -d "$study" ]]; then
    rm -rf "$study.partial"
    "$bin/drdm" phantom --out "$study.partial" --subjects 1 --labels
    mv "$study.partial" "$study"
fi
if [[ ! "$results/report.json" -nt "$bin/drdm" ]]; then
    rm -rf "$results"
    "$bin/drdm" sample "$study/subject-001/dicom" --out "$results" --count 4 --format dicom,nifti,png
fi
echo "study:      $study"
echo "variations: $results (report.json says how each was made and what was measured)"

if [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]]; then
    echo "opening the window; close it to come back here"
    exec "$bin/drdm-studio" "$study/subject-001/dicom"
fi
echo "there is no display here; with one, this command also opens the window: $bin/drdm-studio"
