# shellcheck shell=bash
# Sourced by the scripts that run several steps: each step says its name and how long it took, and the first failure ends the run
# with the name of the step that failed.

running=""
trap '[ -z "$running" ] || printf "\nfailed: %s\n" "$running" >&2' EXIT

# step NAME COMMAND…
step() {
	local began=$SECONDS
	running=$1
	printf '\n==> %s\n' "$1"
	shift
	"$@"
	printf '    %s: %d s\n' "$running" $((SECONDS - began))
	running=""
}
