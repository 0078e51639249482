#!/usr/bin/env bash
# Installs what is missing, builds everything and runs all tests, those of the window under Xvfb. Arguments go to ctest,
# for instance:  bash installer/test.sh -L unit
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
bash "$root/installer/setup.sh"
cd "$root"
cmake --preset release > /dev/null
cmake --build --preset release
exec ctest --preset release "$@"
