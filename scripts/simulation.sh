#!/usr/bin/env bash
# Sixteen members under a simulated network, 1,000 seeds when not said; exit code 1 when an invariant
# was violated, with the seed and how to replay it:
#   scripts/simulation.sh [--small] [--seeds N] [--from N] [--seed N]
set -euo pipefail
cd "$(dirname "$0")/.."
exec cargo run --release --locked --quiet --package tiaoxi-recognition --example simulation -- "$@"
