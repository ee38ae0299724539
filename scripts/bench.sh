#!/usr/bin/env bash
# The figures of docs/performance.md: the main job with ROWS rows (1,000,000 when not said), RUNS
# times (3). Prints the report of each run; the last line has the median rate.
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${1:-1000000}
runs=${2:-3}
cargo build --release --locked --package tiaoxi
rates=()
for run in $(seq "$runs"); do
  echo "run $run of $runs"
  report=$(target/release/tiaoxi bench --rows "$rows")
  echo "$report"
  rates+=("$(echo "$report" | sed -n 's/^\([0-9]*\) rows\/s.*/\1/p')")
done
median=$(printf '%s\n' "${rates[@]}" | sort -n | sed -n "$(((runs + 1) / 2))p")
echo "median: $median rows/s"
