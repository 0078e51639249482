#!/usr/bin/env bash
# One worker: begins the run, or goes on with it where the folder holds a checkpoint already.
#   worker.sh DRDM [options of drdm train]
set -euo pipefail

drdm="$1"
shift
out=""
previous=""
for argument in "$@"; do
    [[ "$previous" != "--out" ]] || out="$argument"
    previous="$argument"
done
resume=()
[[ ! -e "$out/state.safetensors" || " $* " == *" --resume "* ]] || resume=(--resume)
exec "$drdm" train "$@" "${resume[@]}"
