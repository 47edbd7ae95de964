#!/usr/bin/env bash
# Measures: the Go benchmarks, then the program itself on sites that it makes for that, beside bare gin, and what the store is asked, into
# docs/performance.md. Each step writes its own part of it when it ends, so after an interruption the parts before are new and the others as they were.
# BENCH_FOLDER keeps the sites for the next time: one that is there is whole. BENCH_SIZES are numbers of posts, the largest last. BENCH_REPORT is another
# file to write into.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

read -ra sizes <<<"${BENCH_SIZES:-1000 10000 100000}"
report=${BENCH_REPORT:-docs/performance.md}
folder=${BENCH_FOLDER:-}
if [ -z "$folder" ]; then
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"; [ -z "$running" ] || printf "\nfailed: %s\n" "$running" >&2' EXIT
fi
mkdir -p "$folder"

step "Go benchmarks" go test -run '^$' -bench . -benchmem ./...
step "build" go build -o "$folder/" ./cmd/dimmer ./cmd/dimmer-bench
sites=()
for posts in "${sizes[@]}"; do
	site=$folder/site-$posts
	[ -e "$site" ] || step "fill: $posts posts" "$folder/dimmer-bench" fill --posts "$posts" --comments $((10 * posts)) --data "$site"
	sites+=(--site "$site")
done
step "measure" "$folder/dimmer-bench" measure --program "$folder/dimmer" --data "$site" --report "$report"
step "growth" "$folder/dimmer-bench" growth --program "$folder/dimmer" "${sites[@]}" --report "$report"
step "queries" "$folder/dimmer-bench" queries --data "$site" --report "$report"
printf '\n%d min %d s in all; the figures are in %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$report"
