#!/usr/bin/env bash
# The operator in a real control plane on loopback. Without Metacontroller: all that needs only the
# API server. METACONTROLLER=/path/to/metacontroller, or one on the PATH: whole lives of clusters.
#
#   test/e2e/run.sh PROGRAM [go test's options]
set -euo pipefail
program=$(realpath "${1:?usage: test/e2e/run.sh PROGRAM [go test options]}")
shift
cd "$(dirname "$0")"
export PATH=$PATH:/usr/local/go/bin
BIN=$(realpath -m ../../build/e2e/bin)
export BIN OPERATOR=$program
begin=$SECONDS

tools/build.sh "$BIN"
go build -o "$BIN/vtctldclient" ./vtctldclient
go vet ./...
METACONTROLLER=${METACONTROLLER:-$(command -v metacontroller || true)}
export METACONTROLLER
if [ -n "$METACONTROLLER" ]; then
    # A later revision of the same sources: what an upgrade brings.
    revision=$(sed -n 's/^#define OPERATOR_REVISION //p' ../../include/hook.h)
    NEXT=$(realpath -m ../../build/e2e/next)/vitess-operator
    export NEXT
    make -s -C ../.. BUILD=build/e2e/next CFLAGS="-O2 -DOPERATOR_REVISION=$((revision + 1))" \
        build/e2e/next/vitess-operator >/dev/null
fi
go test -count=1 -timeout 60m -parallel 4 -v . "$@" | grep -vE '^=== (RUN|PAUSE|CONT|NAME)|: needs Metacontroller$'
printf '%s s in all\n' $((SECONDS - begin))
if [ -z "$METACONTROLLER" ]; then
    cat <<'END'
Left out, for want of Metacontroller: every test of a cluster's life. To run them too:
    git clone https://github.com/metacontroller/metacontroller && cd metacontroller
    go build -o /tmp/metacontroller ./pkg/cmd/metacontroller
    METACONTROLLER=/tmp/metacontroller make e2e
END
fi
