#!/usr/bin/env bash
# Installs what the tests need: Debian's PostgreSQL, Chromium and gcc where they are missing, and the Node packages of the lock
# files. What it cannot install it names, and stops.
set -euo pipefail
cd "$(dirname "$0")/.."

stop() {
	printf '%s\n' "$@" >&2
	exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

go_wanted=$(awk '$1 == "go" { print $2 }' go.mod)
has go || stop "Go is missing: install Go $go_wanted or newer from https://go.dev/dl/ and put it on the PATH."
go_found=$(go env GOVERSION)
[ "$(printf '%s\n' "$go_wanted" "${go_found#go}" | sort -V | head -n 1)" = "$go_wanted" ] ||
	stop "Go $go_wanted or newer is needed, this is ${go_found#go}: install it from https://go.dev/dl/."

if ! has node || ! has npm; then
	stop "Node.js is missing: install Node 20.19 or newer, with npm, from https://nodejs.org/ and put it on the PATH."
fi
node_found=$(node --version)
[ "$(printf '%s\n' 20.19 "${node_found#v}" | sort -V | head -n 1)" = 20.19 ] ||
	stop "Node 20.19 or newer is needed, this is ${node_found#v}: install it from https://nodejs.org/."

[ -z "${CHROMIUM:-}" ] || has "$CHROMIUM" || stop "CHROMIUM names $CHROMIUM, which is no program."

missing=()
[ -n "${DIMMER_TEST_POSTGRES:-}" ] || has initdb || [ -n "$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null)" ] ||
	missing+=(postgresql)
has "${CHROMIUM:-/usr/bin/chromium}" || missing+=(chromium)
compiler=$(go env CC)
has "${compiler%% *}" || missing+=(gcc libc6-dev)

if [ ${#missing[@]} -gt 0 ]; then
	has apt-get || stop "The tests need ${missing[*]} (so Debian calls them): install them with your system's package manager." \
		"Other places are told with CHROMIUM (a path), CC (a path) and DIMMER_TEST_POSTGRES (postgres://…, a server on which" \
		"the tests may create databases and what they like in them)."
	root=()
	if [ "$(id -u)" -ne 0 ]; then
		root=(sudo -n)
		sudo -n true 2>/dev/null || stop "The tests need ${missing[*]}. Installing them needs root: run this once, then try again:" \
			"    sudo apt-get install --no-install-recommends ${missing[*]}"
	fi
	echo "installing ${missing[*]}"
	log=$(mktemp)
	if ! {
		"${root[@]}" apt-get update &&
			"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
				-o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "${missing[@]}"
	} >"$log" 2>&1 </dev/null; then
		cat "$log" >&2
		stop "apt-get could not install ${missing[*]}: what it said is above."
	fi
	rm "$log"
fi

# npm ci takes its time, so it runs only when the lock file is another than the one that was installed; for all folders at once.
install() {
	(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund)
	cp "$1/package-lock.json" "$1/node_modules/.installed-lock.json"
}
installing=()
for lock in */package-lock.json site/widget/package-lock.json; do
	folder=$(dirname "$lock")
	cmp -s "$lock" "$folder/node_modules/.installed-lock.json" && continue
	install "$folder" &
	installing+=($!)
done
for one in "${installing[@]}"; do wait "$one"; done
