#!/usr/bin/env bash
# What clusters of some sizes cost in a real control plane, as a table.
#
#   test/e2e/scale.sh PROGRAM SHARDS..
set -euo pipefail
program=$(realpath "${1:?usage: test/e2e/scale.sh PROGRAM SHARDS..}")
shift
cd "$(dirname "$0")"
export PATH=$PATH:/usr/local/go/bin
bin=$(realpath -m ../../build/e2e/bin)
metacontroller=${METACONTROLLER:-$(command -v metacontroller || true)}
[ -n "$metacontroller" ] || {
    cat >&2 <<'END'
Nothing can be measured without Metacontroller:
    git clone https://github.com/metacontroller/metacontroller && cd metacontroller
    go build -o /tmp/metacontroller ./pkg/cmd/metacontroller
    METACONTROLLER=/tmp/metacontroller make scale
END
    exit 1
}
tools/build.sh "$bin"
go build -o "$bin/vtctldclient" ./vtctldclient
go build -o "$bin/scale" ./scale/cmd
mkdir -p ../../build/e2e/runs
folder=$(mktemp -d "$(realpath ../../build/e2e/runs)/scale-XXXXXX")
"$bin/scale" "$folder" "$bin" "$program" "$metacontroller" "$@"
rm -rf "$folder"
