#!/usr/bin/env bash
# Everything that must hold before a change is taken: `make test`, and so CI. Quick failures come first.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

step "what the tests need" bash scripts/install.sh
bash scripts/lint.sh
step "TypeScript" npm --prefix e2e run --silent check
step "the widget is what its sources make" npm --prefix site/widget test --silent
step "browser journeys" npm --prefix e2e test --silent
# The race detector is the only part that needs cgo. Compiled first; then two packages run at a time: some wait for others' clocks while
# the rest computes.
# The SQLite that was translated from C is compiled without it: its memory is its own, behind locks of its own, and to watch each access takes more
# time than all the rest. checkptr comes with the race detector and looks at every pointer there too.
race=(-race -gcflags=all=-d=checkptr=0 "-gcflags=modernc.org/...=-d=checkptr=0 -race=false")
step "build the Go tests" env CGO_ENABLED=1 go test "${race[@]}" -run '^$' ./...
# One run for both databases.
step "Go tests: race detector, SQLite and Postgres" \
	env CGO_ENABLED=1 bash scripts/with-postgres.sh go test "${race[@]}" -shuffle=on -timeout=20m -p 2 ./...
printf '\nAll of it holds: %d s\n' "$SECONDS"
