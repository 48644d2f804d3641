#!/usr/bin/env bash
# Installs the servers that some tests start for themselves, where Debian's packages can be had.
# Without them those tests are skipped and say so; nothing here is needed to use Titlewright.
set -uo pipefail
if compgen -G "/usr/lib/postgresql/*/bin/initdb" > /dev/null; then
  exit 0
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
  echo "PostgreSQL isn't installed and can't be from here: its tests are skipped."
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
# the packages' own server isn't wanted: tests start one of theirs, on a free port of loopback
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
fi
apt-get install -qq -y postgresql > /dev/null 2>&1 ||
  { apt-get update -qq && apt-get install -qq -y postgresql; } > /dev/null 2>&1 ||
  echo "PostgreSQL could not be installed: its tests are skipped."
exit 0
