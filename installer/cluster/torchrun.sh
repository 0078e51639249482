#!/usr/bin/env bash
# Trains one model on all GPUs (or with several processes) of one machine or of several, by PyTorch's launcher:
#   installer/cluster/torchrun.sh PROCESSES --data set.safetensors --out run [options of drdm train]
# On several machines set NODES, NODE (0…) and MASTER_ADDR; every machine runs the same command. After a crash the
# launcher starts all workers again, and they go on from the last checkpoint.
set -euo pipefail

processes="${1:?how many processes on this machine?}"
shift
drdm="${DRDM:-drdm}"
exec torchrun --no-python --nproc-per-node "$processes" --nnodes "${NODES:-1}" --node-rank "${NODE:-0}" \
    --master-addr "${MASTER_ADDR:-127.0.0.1}" --master-port "${MASTER_PORT:-29500}" --max-restarts "${RESTARTS:-3}" \
    "$(dirname "${BASH_SOURCE[0]}")/worker.sh" "$drdm" "$@"
