#!/usr/bin/env bash
# What clusters of some sizes cost in a real control plane, as a table.
#
#   test/e2e/scale.sh PROGRAM SHARDS..
set -euo pipefail
program=$(realpath "${1:?usage: test/e2e/scale.sh PROGRAM SHARDS..}")
shift
cd "$(dirname "$0")"
. ./setup.sh
[ -n "$METACONTROLLER" ] || {
    echo 'Nothing can be measured without Metacontroller:' >&2
    how_to_get_metacontroller scale >&2
    exit 1
}
build_tools
go build -o "$BIN/scale" ./scale/cmd
mkdir -p ../../build/e2e/runs
folder=$(mktemp -d "$(realpath ../../build/e2e/runs)/scale-XXXXXX")
"$BIN/scale" "$folder" "$BIN" "$program" "$METACONTROLLER" "$@"
rm -rf "$folder"
