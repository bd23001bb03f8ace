#!/usr/bin/env bash
# Starts PostgreSQL 17 with pgvector for the tests, from Debian 13's packages, unpacked in a folder of its own: nothing is installed on the machine.
# Needs root on a Debian machine (of any release), and its apt. Prints the setting by which the tests find the server:
#   export GLIMPSE_TEST_POSTGRES=$(scripts/start-postgres.sh)        ends with the machine, or: scripts/start-postgres.sh --stop
# Nothing in it is meant to be kept: it lies in memory where there is room, and does not wait for the disk.
set -euo pipefail
port=${GLIMPSE_TEST_POSTGRES_PORT:-55417}
folder=/tmp
[ "$(df --output=avail /dev/shm 2> /dev/null | tail -n 1)" -gt 4000000 ] 2> /dev/null && folder=/dev/shm
at=${GLIMPSE_TEST_POSTGRES_FOLDER:-$folder/glimpse-postgres}
root=$at/root
bin=/usr/lib/postgresql/17/bin
within() { chroot --userspec=5432:5432 "$root" "$@"; }

give_up() { echo "$1" >&2; exit 3; }
if [ "${1:-}" = --stop ]; then within $bin/pg_ctl -D /data -m immediate stop > /dev/null; exit; fi
address=postgres://postgres@127.0.0.1:$port/postgres
if [ -d "$root" ] && within $bin/pg_ctl -D /data status > /dev/null 2>&1; then echo "$address"; exit; fi
[ "$(id -u)" = 0 ] || give_up "PostgreSQL is not started: that needs root."
command -v apt-get > /dev/null || give_up "PostgreSQL is not started: there is no apt."

# The mirror that this machine's apt already uses.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2> /dev/null |
  grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)
[ -n "$mirror" ] || give_up "PostgreSQL is not started: apt knows no Debian mirror."
rm -rf "$at"
mkdir -p "$at"/{state/lists/partial,cache/archives/partial} "$root"
touch "$at/state/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > "$at/sources.list"
cat > "$at/apt.conf" << CONFIG
Dir::Etc::sourcelist "$at/sources.list"; Dir::Etc::sourceparts "-"; Dir::State "$at/state"; Dir::State::status "$at/state/status";
Dir::Cache "$at/cache"; APT::Sandbox::User "root"; APT::Get::Assume-Yes "true";
CONFIG
APT_CONFIG=$at/apt.conf apt-get -q update > "$at/log" 2>&1 || give_up "PostgreSQL is not started: its packages cannot be fetched, see $at/log."
APT_CONFIG=$at/apt.conf apt-get -o Debug::NoLocking=1 install --no-install-recommends --download-only \
  postgresql-17 postgresql-17-pgvector dash coreutils >> "$at/log" 2>&1 ||
  give_up "PostgreSQL is not started: its packages cannot be fetched, see $at/log."
for package in "$at"/cache/archives/*.deb; do dpkg -x "$package" "$root"; done
rm -rf "$at/cache" "$at/state" "$root"/usr/share/{doc,man,locale} "$root"/usr/lib/postgresql/17/lib/llvm* "$root"/usr/lib/*/libLLVM*
for link in bin sbin lib lib64; do [ -e "$root/$link" ] || ln -s "usr/$link" "$root/$link"; done
mkdir -p "$root"/{dev/shm,tmp,data}
chmod 1777 "$root/tmp" "$root/dev/shm"
[ -e "$root/dev/null" ] || mknod -m 666 "$root/dev/null" c 1 3
[ -e "$root/dev/urandom" ] || mknod -m 444 "$root/dev/urandom" c 1 9
printf 'root:x:0:0::/:/bin/sh\npostgres:x:5432:5432::/:/bin/sh\n' > "$root/etc/passwd"
printf 'root:x:0:\npostgres:x:5432:\n' > "$root/etc/group"
chown 5432:5432 "$root/data"
chmod 700 "$root/data"
within $bin/initdb -D /data -U postgres -A trust -E UTF8 --locale=C.UTF-8 >> "$at/log" 2>&1
within $bin/pg_ctl -D /data -l /data/log -w \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=/tmp -c fsync=off -c full_page_writes=off" start >> "$at/log" 2>&1
echo "$address"
