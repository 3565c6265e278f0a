#!/usr/bin/env bash
# The operator in a real control plane on loopback. Without Metacontroller: all that needs only the
# API server. METACONTROLLER=/path/to/metacontroller, or one on the PATH: whole lives of clusters,
# with the operator in its container where there is a Docker Engine (SERVER=process: never).
#
#   test/e2e/run.sh PROGRAM [go test's options]
set -euo pipefail
program=$(realpath "${1:?usage: test/e2e/run.sh PROGRAM [go test options]}")
shift
cd "$(dirname "$0")"
. ./setup.sh
export OPERATOR=$program
begin=$SECONDS

build_tools
go vet ./...
go test -count=1 ./vitess
./etcd.py "$program" "$BIN/etcd"
(cd ../real && go vet ./...)

# build_images: this build's, and that of a later revision, which is what an upgrade brings.
build_images() {
    . ../image/docker.sh
    IMAGE=vitess-operator-e2e:this NEXT_IMAGE=vitess-operator-e2e:next
    CONTAINER=vitess-operator-e2e-$$
    export IMAGE NEXT_IMAGE CONTAINER
    base=$(base_or_local "${BASE:-debian:bookworm-slim}")
    make -s -C ../.. image IMAGE=$IMAGE BASE="$base"
    make -s -C ../.. image IMAGE=$NEXT_IMAGE BASE="$base" CFLAGS="$next_flags"
    # Where the tests end in an unusual way.
    trap 'docker rm -f "$CONTAINER" >/dev/null 2>&1 || true' EXIT
}

if [ -n "$METACONTROLLER" ]; then
    revision=$(sed -n 's/^#define OPERATOR_REVISION //p' ../../include/hook.h)
    next_flags="-O2 -DOPERATOR_REVISION=$((revision + 1))"
    if [ "${SERVER:-container}" = container ] && docker info >/dev/null 2>&1; then
        build_images
    else
        echo "Not in its container, but as a process serves the operator: ${SERVER:-no Docker Engine}"
        NEXT=$(realpath -m ../../build/e2e/next)/vitess-operator
        export NEXT
        make -s -C ../.. BUILD=build/e2e/next CFLAGS="$next_flags" build/e2e/next/vitess-operator >/dev/null
    fi
fi
go test -count=1 -timeout 60m -parallel 4 -v . "$@" | grep --line-buffered -vE '^=== (RUN|PAUSE|CONT|NAME)|: needs Metacontroller$'
printf '%s s in all\n' $((SECONDS - begin))
if [ -z "$METACONTROLLER" ]; then
    echo "Left out, for want of Metacontroller: every test of a cluster's life. To run them too:"
    how_to_get_metacontroller e2e
fi
