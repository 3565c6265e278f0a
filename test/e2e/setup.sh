# What every script here begins with: where programs are, and how to get the one that is not here.
# shellcheck shell=bash
export PATH=$PATH:/usr/local/go/bin
BIN=$(realpath -m ../../build/e2e/bin)
METACONTROLLER=${METACONTROLLER:-$(command -v metacontroller || true)}
export BIN METACONTROLLER

# build_tools: the control plane, and the vtctldclient of the tasks.
build_tools() {
    tools/build.sh "$BIN"
    go build -o "$BIN/vtctldclient" ./vtctldclient
}

# how_to_get_metacontroller TARGET: and then make it.
how_to_get_metacontroller() {
    cat <<END
    git clone https://github.com/metacontroller/metacontroller && cd metacontroller
    go build -o /tmp/metacontroller ./pkg/cmd/metacontroller
    METACONTROLLER=/tmp/metacontroller make $1
END
}
