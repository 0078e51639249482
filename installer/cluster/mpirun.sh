#!/usr/bin/env bash
# Trains one model with several processes started by Open MPI:
#   installer/cluster/mpirun.sh PROCESSES --data set.safetensors --out run [options of drdm train]
# On several machines set HOSTS (as mpirun's --host takes it) and MASTER_ADDR, the machine of process 0. The folder
# given with --out must be the same on all of them. Called again it goes on from the last checkpoint.
set -euo pipefail

processes="${1:?how many processes?}"
shift
hosts=()
[[ -z "${HOSTS:-}" ]] || hosts=(--host "$HOSTS")
root=()
[[ "$(id -u)" -ne 0 ]] || root=(--allow-run-as-root)
exec mpirun "${root[@]}" "${hosts[@]}" -np "$processes" --oversubscribe --bind-to none \
    -x MASTER_ADDR="${MASTER_ADDR:-127.0.0.1}" -x MASTER_PORT="${MASTER_PORT:-29500}" \
    "$(dirname "${BASH_SOURCE[0]}")/worker.sh" "${DRDM:-drdm}" "$@"
