#!/bin/sh
# Reads traces of shipped scenarios with OpenTelemetry's own definitions (check.mjs). Ends with 77,
# which ctest takes for "skipped", where they cannot be installed.
# Usage: run.sh SQUALL SCRATCH
set -eu
squall=$1
scratch=$2
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$scratch"
cp "$here/package.json" "$here/package-lock.json" "$scratch/"
if ! (cd "$scratch" && npm ci --ignore-scripts --no-audit --no-fund > npm.log 2>&1); then
  echo "npm cannot install @opentelemetry/otlp-transformer:"
  tail -5 "$scratch/npm.log"
  exit 77
fi
for scenario in tutorial-bursts tutorial checkout outliers; do
  "$squall" compare "$scenario" --quiet --trace "$scratch/$scenario.otlp.json" --trace-requests 20
  printf '%s: ' "$scenario"
  node "$here/check.mjs" "$scratch" "$scratch/$scenario.otlp.json"
done
