#!/usr/bin/env bash
# Everything that must hold before a change is taken: `make test`, and so CI. Quick failures come first.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

# What lives as long as one test needs no disk. Not everywhere is there memory for it, and not everywhere may programs in it run.
if [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 4000000 ] 2>/dev/null &&
	! findmnt --noheadings --output OPTIONS --target /dev/shm | grep -qw noexec; then
	export GOTMPDIR=${GOTMPDIR:-/tmp} TMPDIR=/dev/shm # what is compiled is large
fi

# Both at once: each has one processor busy.
typescript() {
	npm --prefix e2e run --silent check &
	npm --prefix admin-ui run --silent check
	wait $!
}

step "what the tests need" bash scripts/install.sh
bash scripts/lint.sh
step "TypeScript" typescript
step "the admin area is what its sources make" npm --prefix admin-ui test --silent
step "the widget is what its sources make" npm --prefix site/widget test --silent
step "browser journeys" npm --prefix e2e test --silent
# With the race detector, which allocates too, this cannot be told.
step "what a cached request allocates" go test -run '^TestACachedRequestAllocatesLittle$' ./handlers
# The race detector is the only part that needs cgo.
# checkptr, which comes with it, looks at every pointer of the SQLite that was translated from C: a third of the time, and nothing of ours. The race
# detector is left out of that one package too, and not of the libc below it: SQLite's memory is not Go's, so it would watch none of it, and what happens
# before what is told by the locks of libc. (Left out of libc as well, it finds races that are none.)
# Nothing is vetted again, and what debuggers read is not linked: traces have their lines without it.
race=(-race -gcflags=all=-d=checkptr=0 "-gcflags=modernc.org/sqlite/lib=-d=checkptr=0 -race=false" -vet=off -ldflags=-w)
# A process under the race detector waits for a second before it ends (GORACE). It marks memory more slowly than it takes it, and there is enough (GOGC).
export GORACE="atexit_sleep_ms=50 ${GORACE:-}" GOGC=${GOGC:-400} GOMEMLIMIT=${GOMEMLIMIT:-2GiB}
# Two packages at a time: some wait for clocks and disks while the rest computes. The longest begin first, so that none is left alone at the end.
longest=(./handlers ./models ./cmd/dimmer ./cmd/dimmer-bench ./notify ./markdown ./media)
# One run for both databases.
step "Go tests: race detector, SQLite and Postgres" \
	env CGO_ENABLED=1 bash scripts/with-postgres.sh go test "${race[@]}" -shuffle=on -timeout=20m -p 2 "${longest[@]}" ./...
printf '\nAll of it holds: %d s\n' "$SECONDS"
