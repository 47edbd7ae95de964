#!/usr/bin/env bash
# Rewrites the golden files of every package whose tests know the -update flag.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=$(grep -rl --include='*_test.go' --exclude-dir=node_modules 'flag.Bool("update"' . | xargs -r dirname | sort -u)
[ -n "$packages" ] || { echo "No test here has golden files." >&2; exit 1; }
# shellcheck disable=SC2086 # one word per package
go test $packages -update
git diff --stat
