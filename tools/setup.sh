#!/bin/sh
# Installs what the two commands need, once: the packages of the lock file, with the repository's own Node among them.
set -eu
cd "$(dirname "$0")/.."

wanted=$(cksum <package-lock.json)
stamp=node_modules/.bulkhead-setup
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && exit 0

command -v npm >/dev/null || {
  echo "npm is missing: install Node.js 20 or newer, which brings it" >&2
  exit 1
}
echo "Installing packages (once)…"
npm ci --no-audit --no-fund --loglevel=error
echo "$wanted" >"$stamp"
