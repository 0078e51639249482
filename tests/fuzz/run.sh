#!/usr/bin/env bash
# Runs one fuzz target from seeds that it makes itself:  run.sh TARGET [SECONDS]   (default: $DRDM_FUZZ_SECONDS, else 300)
# What it learned stays in TARGET.corpus and is taken up by the next run; a crash is left in TARGET.crashes.
set -euo pipefail

target="$1"
seconds="${2:-${DRDM_FUZZ_SECONDS:-300}}"
mkdir -p "$target.corpus" "$target.crashes"
# Leaks are looked for: a reader that refuses a file must not keep what it took. Everything beyond 1 GB is a bomb, but
# for DICOM: DCMTK reserves what a deflated file claims (at most 4 GB of addresses, of which it touches one page).
most=1024
[[ "$target" != *fuzz_dicom && "$target" != *fuzz_labels ]] || most=4200
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_odr_violation=0:allocator_may_return_null=0}"
export LSAN_OPTIONS="${LSAN_OPTIONS:-suppressions=$(dirname "$0")/leaks.txt:print_suppressions=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"
if [[ -z "$(ls -A "$target.corpus")" ]]; then
    DRDM_FUZZ_SEEDS="$target.corpus/" "$target" -runs=1 "$target.corpus" > "$target.log" 2>&1 ||
        { cat "$target.log"; exit 1; }
    # Other programs' files, where they are beside the checkout; large ones only slow the search down.
    awkward="${DRDM_SHARED:-$(dirname "$0")/../../../shared}/data/dicom/awkward"
    if [[ ("$target" == *fuzz_dicom || "$target" == *fuzz_labels) && -d "$awkward" ]]; then
        find "$awkward" -type f -size -64k ! -name "*.csv" -exec cp {} "$target.corpus/" \;
    fi
fi
"$target" -max_total_time="$seconds" -max_len=65536 -timeout=120 -rss_limit_mb=3000 -malloc_limit_mb="$most" \
    -print_final_stats=1 -artifact_prefix="$target.crashes/" "$target.corpus" > "$target.log" 2>&1 ||
    { tail -n 60 "$target.log"; exit 1; }
grep -E "^stat::number_of_executed_units|^stat::average_exec" "$target.log"
grep -E "cov: [0-9]+" "$target.log" | tail -n 1
