#!/usr/bin/env bash
# Measures: the Go benchmarks, then the program itself on a site of 1,000 posts that it makes for that, beside bare gin.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

step "Go benchmarks" go test -run '^$' -bench . -benchmem ./...
step "build" go build -o "$folder/" ./cmd/dimmer ./cmd/dimmer-bench
step "fill" "$folder/dimmer-bench" fill --posts 1000 --comments 5000 --data "$folder/site"
step "start" "$folder/dimmer-bench" start --program "$folder/dimmer" --data "$folder/site"
step "write" "$folder/dimmer-bench" write --program "$folder/dimmer" --data "$folder/site"
step "read" "$folder/dimmer-bench" read --program "$folder/dimmer" --data "$folder/site"
