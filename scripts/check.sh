#!/usr/bin/env bash
# All checks: form, lints, tests, docs, dependencies, a short round of fuzzing. What it needs beyond
# Rust and a C compiler it installs. FUZZ_SECONDS sets the time per fuzz target (10; 0: none).
set -euo pipefail
cd "$(dirname "$0")/.."

fuzz_seconds=${FUZZ_SECONDS:-10}

step() {
  printf '\n== %s (after %s s)\n' "$1" "$SECONDS"
}

need_component() {
  if ! cargo "$1" --version >/dev/null 2>&1; then
    rustup component add "$2"
  fi
}

if ! command -v "${CC:-cc}" >/dev/null; then
  echo "check: no C compiler; install gcc or clang" >&2
  exit 1
fi
need_component fmt rustfmt
need_component clippy clippy

step "form"
cargo fmt --all --check
cargo fmt --manifest-path fuzz/Cargo.toml --check

step "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

step "tests"
results=$(mktemp)
trap 'rm -f "$results"' EXIT
cargo test --workspace --locked 2>&1 | tee "$results"

step "docs"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

step "dependencies"
if ! cargo deny --version >/dev/null 2>&1; then
  cargo install cargo-deny --version "^0.20" --locked --quiet
fi
cargo deny --locked check bans licenses sources

if [ "$fuzz_seconds" -gt 0 ]; then
  step "fuzzing, $fuzz_seconds s a target"
  scripts/fuzz.sh "$fuzz_seconds"
fi

step "done"
awk '/^test result:/ { passed += $4; failed += $6 }
     END { printf "tests: %d passed, %d failed\n", passed, failed }' "$results"
