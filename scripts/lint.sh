#!/usr/bin/env bash
# What can be said about the source without running it.
set -euo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
. scripts/steps.sh

go_is_formatted() {
	local files
	files=$(find . \( -name .git -o -name node_modules \) -prune -o -name '*.go' -print0 | xargs -0 gofmt -s -l)
	[ -z "$files" ] && return
	printf 'Not formatted; run gofmt -s -w on:\n%s\n' "$files" >&2
	return 1
}

# A download address would tie every clone to one registry.
locks_name_no_registry() {
	local lines
	lines=$(find . -name node_modules -prune -o -name package-lock.json -exec grep -Hn '"resolved": "http' {} +) || return 0
	printf 'A lock file names download addresses; its folder needs omit-lockfile-registry-resolved=true in .npmrc:\n%s\n' "$lines" >&2
	return 1
}

step "format" go_is_formatted
step "lock files" locks_name_no_registry
step "go.mod is tidy" go mod tidy -diff
step "go vet" go vet ./...
step "linters" go tool -modfile=tools/go.mod golangci-lint run
