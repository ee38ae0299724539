#!/usr/bin/env bash
# Memory and time of imports at one node: a csv of 1,000,000 rows, a workbook of 200,000, and, with
# MILLIONS=10, new and known rows against a log of so many million records. Needs about 2 GB of disk
# a million; everything goes into a directory for temporary files and is removed again.
set -euo pipefail
cd "$(dirname "$0")/.."

millions=${MILLIONS:-0}
cargo build --release --quiet -p tiaoxi
program=$PWD/target/release/tiaoxi
dir=$(mktemp -d)
demo=
node=

end() {
  if [ -n "$node" ]; then kill "$node" || true; fi
  if [ -n "$demo" ]; then kill "$demo" || true; fi
  wait || true
  rm -rf "$dir"
}
trap end EXIT

# Memory now and at its peak since it was last asked, in MiB.
memory() {
  awk -v what="$1" '/VmHWM/ { peak = $2 } /VmRSS/ { now = $2 }
    END { printf "%-34s peak %4d MiB, now %4d MiB\n", what, peak / 1024, now / 1024 }' "/proc/$county/status"
  echo 5 > "/proc/$county/clear_refs"
}

# Takes a file in, and tells how long it took.
take_in() {
  local began ended
  began=$(date +%s%N)
  "$program" import --dir "$dir/city/wuxing" --json "$2" > "$dir/summary.json"
  ended=$(date +%s%N)
  awk -v ms=$(((ended - began) / 1000000)) 'BEGIN { printf "%.1f s  ", ms / 1000 }'
  memory "$1"
}

"$program" demo --records 5 --dir "$dir/city" --keep-running > "$dir/demo.log" 2>&1 &
demo=$!
until grep -q 'Ctrl-C' "$dir/demo.log"; do sleep 0.2; done
county=$(pgrep -P "$demo" -f "$dir/city/wuxing")
memory "idle"

"$program" sample --rows 1000000 --seed 11 -o "$dir/rows.csv"
take_in "csv, 1,000,000 rows" "$dir/rows.csv"
"$program" sample --rows 200000 --seed 5 --dirty-percent 3 --titles -o "$dir/rows.xlsx"
take_in "xlsx, 200,000 rows, 3 % spoilt" "$dir/rows.xlsx"

if [ "$millions" -gt 1 ]; then
  for seed in $(seq 12 $((10 + millions))); do
    "$program" sample --rows 1000000 --seed "$seed" -o "$dir/rows.csv"
    take_in "million number $((seed - 10))" "$dir/rows.csv"
  done
  cp "$dir/rows.csv" "$dir/known.csv" && printf '\r\n' >> "$dir/known.csv"
  kill "$demo" && wait "$demo" || true
  demo=
  "$program" run --dir "$dir/city/wuxing" --key-file "$dir/city/wuxing.secret" 2> "$dir/node.log" &
  node=$!
  county=$node
  until "$program" status --dir "$dir/city/wuxing" > "$dir/status.txt" 2>&1; do sleep 0.2; done
  memory "started anew, idle"
  "$program" sample --rows 1000000 --seed 1000 -o "$dir/rows.csv"
  take_in "1,000,000 new rows" "$dir/rows.csv"
  take_in "1,000,000 known rows" "$dir/known.csv"
fi
