#!/usr/bin/env bash
# The fast half of test.sh: nothing is installed, no race detector, no Postgres, no browser.
set -euo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
. scripts/steps.sh

bash scripts/lint.sh
step "Go tests" go test -short ./... # what takes its time is for test.sh
