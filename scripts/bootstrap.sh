#!/bin/sh
# Brings what is missing on a fresh machine: the npm packages (with the Node that runs us), then the system's tools.
# The system's tools come from apt-get, dnf or zypper, whichever the distribution has.
# Usage: bootstrap.sh [host|check|lab|tests]
set -eu
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null 2>&1; then
	cat >&2 <<'MISSING'
confine: npm is missing
hint: as root, apt-get install nodejs npm
      or on Fedora and its relatives: dnf install nodejs npm
      or on openSUSE: zypper install nodejs-default npm-default
MISSING
	exit 3
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	npm ci --no-audit --no-fund --loglevel=error >&2
	touch node_modules/.package-lock.json
fi
exec node_modules/.bin/node src/cli/confine.ts doctor --for "${1:-check}" --install
