#!/bin/sh
# Builds `dist` as it is published: bundled and minified, since loading many small files takes longer than running them.
# postpack puts the ordinary build back, which the other packages of the workspace use.
set -eu
rm -rf dist
tsc -b
esbuild dist/index.js dist/command.js dist/bin.js --bundle --splitting --minify \
  --format=esm --platform=node --target=node22 --outdir=dist --allow-overwrite --log-level=warning
