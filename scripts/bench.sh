#!/usr/bin/env bash
# Measures: the Go benchmarks, then the program itself on sites that it makes for that, beside bare gin, into docs/performance.md.
# BENCH_FOLDER keeps the sites for the next time; BENCH_SIZES are numbers of posts, the largest last.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/steps.sh

read -ra sizes <<<"${BENCH_SIZES:-1000 10000 100000}"
report=docs/performance.md
folder=${BENCH_FOLDER:-}
if [ -z "$folder" ]; then
	folder=$(mktemp -d)
	trap 'rm -rf "$folder"; [ -z "$running" ] || printf "\nfailed: %s\n" "$running" >&2' EXIT
fi

step "Go benchmarks" go test -run '^$' -bench . -benchmem ./...
step "build" go build -o "$folder/" ./cmd/dimmer ./cmd/dimmer-bench
sites=()
for posts in "${sizes[@]}"; do
	site=$folder/site-$posts
	# One that was left half filled is made anew.
	if [ ! -e "$site.whole" ]; then
		rm -rf "$site"
		step "fill: $posts posts" "$folder/dimmer-bench" fill --posts "$posts" --comments $((10 * posts)) --data "$site"
		touch "$site.whole"
	fi
	sites+=(--site "$site")
done
step "measure" "$folder/dimmer-bench" measure --program "$folder/dimmer" --data "$site" --report "$report"
step "growth" "$folder/dimmer-bench" growth --program "$folder/dimmer" "${sites[@]}" --report "$report"
