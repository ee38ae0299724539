#!/usr/bin/env bash
# The end of a listing with 16 parties as processes of their own: idle, then with one more process, a
# county on whose ROWS records (1,000,000 when not said) its hub catches up meanwhile. ENDS listings
# (200) each. What was measured, when and on what goes to the file REPORT
# (target/recognition-report.txt) too; it tells how busy the machine was, since times of a busy one
# say little:
#   scripts/recognition.sh [ROWS [ENDS [REPORT]]]
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${1:-1000000}
ends=${2:-200}
report=${3:-target/recognition-report.txt}
cargo build --release --locked --package tiaoxi
program=target/release/tiaoxi
{
  date -u '+%Y-%m-%d %H:%M UTC'
  awk -F ': *' '/^model name/ { print $2; exit }' /proc/cpuinfo
  echo "$(nproc) cores, $(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB, $(uname -sr)"
  "$program" --version
  rustc --version
  echo "load when it began: $(cut -d ' ' -f 1-3 /proc/loadavg)"
  echo
  "$program" bench recognition --ends "$ends"
  echo
  "$program" bench recognition --ends "$ends" --catch-up "$rows"
  echo
  echo "load when it ended: $(cut -d ' ' -f 1-3 /proc/loadavg)"
} | tee "$report"
