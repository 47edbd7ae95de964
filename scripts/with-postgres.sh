#!/usr/bin/env bash
# with-postgres.sh COMMAND…  runs the command with a throw-away PostgreSQL, whose address it finds in DIMMER_TEST_POSTGRES.
# A DIMMER_TEST_POSTGRES that is already set is used as it is. The cluster lives in a folder of its own, listens on a socket in it
# and nowhere else, trusts whoever may enter the folder, never waits for the disk, and is gone when the command ends.
set -euo pipefail

[ -z "${DIMMER_TEST_POSTGRES:-}" ] || exec "$@"

# Debian keeps these programs off the PATH, one folder per version.
programs=$(find /usr/lib/postgresql -mindepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
programs=${programs:-$(command -v initdb || true)}
[ -n "$programs" ] || { echo "PostgreSQL's initdb is missing; on Debian: apt-get install postgresql" >&2; exit 1; }
programs=$(dirname "$programs")

# A socket's path may have 107 bytes at most, so TMPDIR is not asked.
folder=$(mktemp -d /tmp/dimmer-postgres.XXXXXX)
postgres=() # PostgreSQL refuses to run as root
if [ "$(id -u)" -eq 0 ]; then
	postgres=(setpriv --reuid=postgres --regid=postgres --init-groups)
	chown postgres: "$folder"
fi

stop() {
	cd / # the user postgres may not be allowed into the folder we came from, and complains
	[ ! -f "$folder/data/postmaster.pid" ] ||
		"${postgres[@]}" "$programs/pg_ctl" stop --silent --mode=immediate --pgdata="$folder/data" || true
	rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd "$folder" # for the same reason
if ! {
	"${postgres[@]}" "$programs/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
		--no-sync --no-instructions &&
		"${postgres[@]}" "$programs/pg_ctl" start --silent --wait --pgdata=data --log=log --options="-k '$folder' \
		-c listen_addresses='' -c max_connections=200 -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
		-c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off"
} >initdb.log 2>&1; then
	cat initdb.log log >&2 2>/dev/null || true
	exit 1
fi
cd "$OLDPWD"

export DIMMER_TEST_POSTGRES="postgres://postgres@/postgres?host=$folder"
"$@"
