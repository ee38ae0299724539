#!/usr/bin/env bash
# Holds every fuzz target, or the named ones, against made-up input for a while:
#   scripts/fuzz.sh SECONDS_PER_TARGET [TARGET...]
# Needs the stable toolchain and a C++ compiler; cargo-fuzz is not needed. A finding is written to
# fuzz/artifacts/TARGET and told with the command that repeats it; exit code 1.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

seconds=${1:?"usage: scripts/fuzz.sh SECONDS_PER_TARGET [TARGET...]"}
shift
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  for file in fuzz_targets/*.rs; do
    targets+=("$(basename "$file" .rs)")
  done
fi

if ! command -v "${CXX:-c++}" >/dev/null; then
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "fuzz: no C++ compiler, installing g++" >&2
    apt-get update -qq >&2 && apt-get install -y -qq g++ >&2
  fi
  if ! command -v "${CXX:-c++}" >/dev/null; then
    echo "fuzz: SKIPPED, NOTHING WAS FUZZED: no C++ compiler; install g++ or clang" >&2
    exit 0
  fi
fi

# Coverage counters without a sanitizer: both work on the stable toolchain, and the code has no
# unsafe of its own. With an explicit target, the flags stay off build scripts and macros.
host=$(rustc -vV | sed -n 's/^host: //p')
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --quiet --release --target "$host" --target-dir target --bins

# Some targets write small files by the thousand: into memory, where there is such a place.
place=/dev/shm
[ -d "$place" ] && [ -w "$place" ] || place=${TMPDIR:-/tmp}
TMPDIR=$(mktemp -d -p "$place")
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT

failed=()
for target in "${targets[@]}"; do
  corpus=corpus/$target
  artifacts=artifacts/$target
  mkdir -p "$corpus" "$artifacts"
  log=$(mktemp)
  command=("target/$host/release/$target" "$corpus" -max_len=65536 -timeout=20 -rss_limit_mb=2048
    -artifact_prefix="$artifacts/" -print_final_stats=1)
  if TIAOXI_FUZZ_SEEDS=$corpus "${command[@]}" -max_total_time="$seconds" 2>"$log"; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    inputs=$(find "$corpus" -type f | wc -l)
    printf 'fuzz %-14s ok, %s runs, %s inputs kept\n' "$target" "$runs" "$inputs"
  else
    tail -n 40 "$log"
    echo "fuzz $target FAILED; again with: cd fuzz && target/$host/release/$target $artifacts/<file>"
    failed+=("$target")
  fi
done

if [ ${#failed[@]} -gt 0 ]; then
  echo "fuzz: findings in ${failed[*]}" >&2
  exit 1
fi
