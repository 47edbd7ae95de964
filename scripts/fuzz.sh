#!/usr/bin/env bash
# Runs each fuzz target for the time given (default 60s). What it finds is kept in the package's testdata/fuzz: commit it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

while IFS=: read -r file target <&3; do
	target=${target#func }
	step "$target in $(dirname "$file")" go test -run '^$' -fuzz "^$target\$" -fuzztime "${1:-60s}" "$(dirname "$file")"
done 3< <(grep -r --include='*_test.go' --exclude-dir=node_modules -o '^func Fuzz[A-Za-z0-9_]*' . | sort)
