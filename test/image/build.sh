#!/usr/bin/env bash
# Builds the container image. `make image` is the way to call it.
#
#   IMAGE=NAME:TAG VERSION=VERSION [BASE=IMAGE|local] [CFLAGS=..] [MIRROR=URL] [DOCKER_FLAGS=..] test/image/build.sh
#
# BASE=local makes the base from Debian packages first, where no registry answers.
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/image/docker.sh
image=${IMAGE:?is the name to give it, such as vitess-operator:0.1.0}
version=${VERSION:?}
base=${BASE:-debian:bookworm-slim}
read -ra flags <<<"${DOCKER_FLAGS:-}"
need_docker

if [ "$base" = local ]; then
    base=vitess-operator-base:bookworm
    test/image/base.sh "$base"
    # The mirror of this machine may be one that only this machine reaches.
    flags=(--network=host "${flags[@]}")
elif ! said=$(have_image "$base"); then
    die "cannot pull the base image $base: ${said##*$'\n'}" \
        'BASE=local makes it from Debian packages instead (make image BASE=local)'
fi

# The commit, and whether it is all that is in the image.
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
[ "$revision" = unknown ] || [ -z "$(git status --porcelain -- LICENSE Makefile hooks include lib)" ] ||
    revision=$revision-dirty

# What is known only here. No address where the clone has none that others reach.
base_name=$base
[ "$base" != vitess-operator-base:bookworm ] || base_name=debian:bookworm
flags+=(--label "org.opencontainers.image.base.name=$base_name")
created=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null || true)
[ -z "$created" ] || flags+=(--label "org.opencontainers.image.created=$created")
origin=$(git remote get-url origin 2>/dev/null || true)
[[ $origin != https://* || $origin == *@* ]] || flags+=(--label "org.opencontainers.image.source=${origin%.git}")

# Docker passes them to what runs during the build, and keeps none of them.
for name in http_proxy https_proxy no_proxy; do
    [ -z "${!name:-}" ] || flags+=(--build-arg "$name")
done
# Yours, as in every other build (see Makefile).
[ -z "${CFLAGS:-}" ] || flags+=(--build-arg CFLAGS)
docker build --quiet --force-rm "${flags[@]}" --build-arg "BASE=$base" --build-arg "VERSION=$version" \
    --build-arg "REVISION=$revision" --tag "$image" . >/dev/null
docker image inspect --format "$image: {{.Size}} bytes, $(docker image inspect --format '{{.Size}}' "$base") of them $base" \
    "$image"
