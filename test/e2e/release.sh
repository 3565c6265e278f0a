#!/usr/bin/env bash
# A release folder, installed in a real control plane by the commands of its own README.
#
#   [RELEASE=FOLDER] test/e2e/release.sh PROGRAM
#
# RELEASE is a folder that `make release` has made; without it one is made here, of what is in the working tree.
# METACONTROLLER=/path, or one on the PATH: the example of the release comes to Ready, too.
# METACONTROLLER_MANIFESTS=/its/manifests/production: its own CRDs and account instead of stand-ins.
set -euo pipefail
program=$(realpath "${1:?usage: test/e2e/release.sh PROGRAM}")
if [ -n "${RELEASE:-}" ]; then
    [ -f "$RELEASE/SHA256SUMS" ] || { echo "RELEASE=$RELEASE is no release: make release makes one in build/dist" >&2 && exit 1; }
    RELEASE=$(realpath "$RELEASE")
fi
cd "$(dirname "$0")"
. ./setup.sh
. ../image/docker.sh
. ../package/helm_program.sh

if ! docker info >/dev/null 2>&1; then
    echo 'LEFT OUT: that a release installs as its README says. A release has an image, and there is no Docker Engine to make or run it.'
    exit
fi
SOURCE=$(realpath ../..)
HELM=$(helm_program "$SOURCE/build/tools") || exit 1
[ -n "$HELM" ] || { echo 'LEFT OUT: that a release installs as its README says: neither helm nor Go is here' && exit; }

# make_release: as `make release`, of what is not committed as well.
make_release() {
    local version base image=vitess-operator-e2e:release
    version=$(sed -n 's/^#define OPERATOR_VERSION "\(.*\)"/\1/p' ../../include/hook.h)
    base=$(base_or_local "${BASE:-debian:bookworm-slim}")
    RELEASE=$SOURCE/build/e2e/release/vitess-operator-$version
    make -s -C ../.. image IMAGE=$image BASE="$base" >/dev/null
    VERSION=$version ../package/deb.sh "$program" "$SOURCE/build/e2e/release/deb" >/dev/null
    IMAGE=$image REPOSITORY=registry.example.com/vitess-operator VERSION=$version \
        ../package/release.sh "$program" "$SOURCE"/build/e2e/release/deb/*.deb "$RELEASE" >/dev/null
}

build_tools
[ -n "${RELEASE:-}" ] || make_release
OPERATOR=$program
CONTAINER=vitess-operator-release-$$
export SOURCE HELM RELEASE OPERATOR CONTAINER
# Where the test ends in an unusual way.
trap 'docker rm -f "$CONTAINER" >/dev/null 2>&1 || true' EXIT
begin=$SECONDS
go test -count=1 -timeout 10m -v ./release | grep --line-buffered -vE '^=== (RUN|PAUSE|CONT|NAME)'
printf '%s s for %s\n' $((SECONDS - begin)) "$RELEASE"
if [ -z "$METACONTROLLER" ]; then
    echo 'LEFT OUT, for want of Metacontroller: that the example of the release becomes Ready. To have it tried, too:'
    how_to_get_metacontroller e2e-release
fi
