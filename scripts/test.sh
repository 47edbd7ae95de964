#!/usr/bin/env bash
# Everything that must hold before a change is taken: `make test`, and so CI. Quick failures come first.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

step "what the tests need" bash scripts/install.sh
bash scripts/lint.sh
step "TypeScript" npm --prefix e2e run --silent check
step "TypeScript of the admin area" npm --prefix admin-ui run --silent check
step "the admin area is what its sources make" npm --prefix admin-ui test --silent
step "the widget is what its sources make" npm --prefix site/widget test --silent
step "browser journeys" npm --prefix e2e test --silent
# The race detector is the only part that needs cgo. Compiled first; then two packages run at a time: some wait for clocks and disks while
# the rest computes.
# checkptr, which comes with it, looks at every pointer of the SQLite that was translated from C: a third of the time, and nothing of ours. (To leave the
# race detector itself out there hides what happens before what, and it finds races that are none.)
race=(-race -gcflags=all=-d=checkptr=0)
step "build the Go tests" env CGO_ENABLED=1 go test "${race[@]}" -run '^$' ./...
# One run for both databases.
step "Go tests: race detector, SQLite and Postgres" \
	env CGO_ENABLED=1 bash scripts/with-postgres.sh go test "${race[@]}" -shuffle=on -timeout=20m -p 2 ./...
printf '\nAll of it holds: %d s\n' "$SECONDS"
