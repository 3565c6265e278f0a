#!/usr/bin/env bash
# Makes a Debian 12 base image from packages, once, where no registry answers.
#
#   [MIRROR=URL] test/image/base.sh NAME:TAG
#
# The mirror is the one of this machine's apt; the image names it, so it is none to publish.
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/image/docker.sh
image=${1:?usage: test/image/base.sh NAME:TAG}
suite=bookworm
need_docker

if docker image inspect "$image" >/dev/null 2>&1; then
    echo "base: $image is there (docker rmi $image makes it anew)"
    exit 0
fi
command -v debootstrap >/dev/null || die 'debootstrap is missing: make deps (Debian), or install it'

# URL and suite of each Debian archive that apt is configured with, as lines of sources.list. Before
# the first apt-get update nobody knows the origin, so it only has to be no other one.
sources() {
    # shellcheck disable=SC2016 # apt expands them
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' Created-By:\ Packages 2>/dev/null |
        awk -v suite=$suite '$2 ~ "^" suite "(-updates|-security)?$" && $3 == "main" &&
            ($4 == "" || $4 == "Debian" || $4 ~ /^\$/) && !seen[$0]++ { print "deb", $1, $2, $3 }'
}

list=$(sources || true)
mirror=${MIRROR:-$(awk -v suite=$suite '$3 == suite { print $2; exit }' <<<"$list")}
[ -n "$mirror" ] || die "apt of this machine knows no mirror of Debian $suite" \
    'name one: make image BASE=local MIRROR=URL'
[ -z "${MIRROR:-}" ] || list="deb $MIRROR $suite main"

as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die 'debootstrap needs root: run make image BASE=local as root, or install sudo'
    as_root=(sudo)
fi

work=$(mktemp -d -p "${TMPDIR:-/var/tmp}" vitess-operator-base.XXXXXX)
trap '"${as_root[@]}" rm -rf "$work"' EXIT
root=$work/root
include=()
[[ $list != *https://* ]] || include=(--include=ca-certificates)
echo "base: making $image with debootstrap"
"${as_root[@]}" debootstrap --variant=minbase "${include[@]}" $suite "$root" "$mirror" >"$work/log" 2>&1 || {
    tail -5 "$work/log" >&2
    die "debootstrap failed with the mirror $mirror; another one: make image BASE=local MIRROR=URL"
}
# As apt of this machine does it: where its mirror is a snapshot, the index may be an old one.
apt-config dump 2>/dev/null | grep -E '^Acquire::Check-(Valid-Until|Date) ' >"$work/apt.conf" || true
printf '%s\n' "$list" >"$work/sources.list"
"${as_root[@]}" cp "$work/sources.list" "$root/etc/apt/sources.list"
"${as_root[@]}" cp "$work/apt.conf" "$root/etc/apt/apt.conf.d/90check"
# What debootstrap took along and left behind; names of this machine among it.
"${as_root[@]}" rm -rf "$root/etc/hostname" "$root/etc/resolv.conf" "$root"/var/cache/apt/* \
    "$root"/var/lib/apt/lists/* "$root"/var/log/*.log
"${as_root[@]}" tar -C "$root" --numeric-owner --one-file-system -c . |
    docker import --change 'ENV PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
        --change 'CMD ["bash"]' - "$image" >/dev/null
