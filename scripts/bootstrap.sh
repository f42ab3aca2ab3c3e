#!/bin/sh
# Brings what is missing on a fresh machine: the npm packages (with the Node that runs us), then the system's tools.
# Usage: bootstrap.sh [check|lab|tests]
set -eu
cd "$(dirname "$0")/.."

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
	npm ci --no-audit --no-fund --loglevel=error >&2
	touch node_modules/.package-lock.json
fi
exec node_modules/.bin/node src/cli/confine.ts doctor --for "${1:-check}" --install
