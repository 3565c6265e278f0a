#!/usr/bin/env bash
# What `make install`, `make uninstall` and `make deb` make, from outside.
#
#   [BASE=IMAGE|local] test/package/run.sh PROGRAM
#
# With Docker Engine the package is also installed, run and removed in a base system.
# shellcheck disable=SC2034,SC2154 # set here and used in checks.sh, or the other way round
set -u
cd "$(dirname "$0")/../.." || exit 1
VITESS_OPERATOR=$(realpath "${1:?usage: test/package/run.sh PROGRAM}")
. test/cli/checks.sh
. test/image/docker.sh
version=$(sed -n 's/^#define OPERATOR_VERSION "\(.*\)"/\1/p' include/hook.h)
code=0

# --- install and uninstall ---

# By somebody who is not root, where there is such a one, with an umask that would hide everything.
quiet_make() {
    (umask 077 && make --no-print-directory "$@" >"$scratch/out" 2>"$scratch/err")
    code=$?
    called="make $*"
}
quiet_make install DESTDIR="$scratch/dest" PREFIX=/opt/v
exits 0
top=$scratch/dest/opt/v
for file in bin/vitess-operator bin/kubectl-vitess share/man/man1/vitess-operator.1 \
    share/man/man1/vitess-operator-plan.1 share/man/man1/kubectl-vitess.1 \
    share/bash-completion/completions/vitess-operator share/zsh/site-functions/_vitess-operator \
    share/fish/vendor_completions.d/vitess-operator.fish share/doc/vitess-operator/LICENSE \
    share/doc/vitess-operator/examples/my-vitess.yaml; do
    holds test -s "$top/$file"
done
holds test -z "$(find "$top" -type f ! -perm 644 ! -path "$top/bin/*")"
holds test -z "$(find "$top/bin" -type f ! -perm 755)"
holds test "$("$top/bin/vitess-operator" version)" = "$("$VITESS_OPERATOR" version)"
holds "$top/bin/kubectl-vitess" --help
# A page for each command, and nothing in any that roff complains of.
for command in $("$VITESS_OPERATOR" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    holds test -s "$top/share/man/man1/vitess-operator-$command.1"
done
if command -v mandoc >/dev/null; then
    holds test -z "$(mandoc -T lint -W warning "$top"/share/man/man1/*.1 | grep -v 'missing date')"
fi
# What stands in the plugin's help stands in its page.
if command -v mandoc >/dev/null; then
    mandoc -T utf8 "$top/share/man/man1/kubectl-vitess.1" | sed 's/.\x08//g' >"$scratch/page"
    while read -r line; do
        holds grep -qF -- "$line" "$scratch/page"
    done < <(manifests/kubectl-vitess --help | sed 's/^usage: //' | grep .)
fi
touch "$top/share/man/man1/another.1"
quiet_make uninstall DESTDIR="$scratch/dest" PREFIX=/opt/v
exits 0
holds test "$(cd "$top" && find . -type f)" = ./share/man/man1/another.1

# --- the Debian package ---

if ! command -v dpkg-shlibdeps >/dev/null; then
    echo 'left out: Debian package, no dpkg-dev'
    done_checking
    exit
fi
VERSION=$version test/package/deb.sh "$VITESS_OPERATOR" "$scratch/deb" >"$scratch/out" 2>"$scratch/err"
code=$?
called='make deb'
exits 0
deb=$(cat "$scratch/out")
holds dpkg-deb --info "$deb"
[ "$(dpkg-deb -f "$deb" Version)" = "$version-1" ] || fail "must be of version $version-1"
if command -v lintian >/dev/null; then
    # The second is for packages of Debian itself.
    holds lintian --allow-root --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$deb"
fi

# The same sources elsewhere, by another umask, time zone and language: the same bytes.
fresh=$scratch/somewhere/else
mkdir -p "$(dirname "$fresh")"
git clone -q . "$fresh"
git ls-files -z --deleted | (cd "$fresh" && xargs -0r rm -f)
git ls-files -z --cached --others --exclude-standard |
    tar --null --files-from=- --ignore-failed-read -c 2>/dev/null | tar -C "$fresh" -x
(umask 077 && cd "$fresh" && TZ=Asia/Tokyo LC_ALL=C make --no-print-directory -j2 deb) >"$scratch/out" 2>"$scratch/err"
code=$?
called='make deb in a clone'
exits 0
holds cmp "$deb" "$fresh/build/deb/$(basename "$deb")"

# --- in a base system ---

if ! docker info >/dev/null 2>&1; then
    echo 'left out: the package in a base system, no Docker Engine'
    done_checking
    exit
fi
base=$(base_or_local "${BASE:-debian:bookworm-slim}")
if [ "$base" = local ]; then
    base=vitess-operator-base:bookworm
    docker image inspect "$base" >/dev/null 2>&1 || test/image/base.sh "$base"
fi
network=()
[ "$base" != vitess-operator-base:bookworm ] || network=(--network host)
# What a package leaves behind is what was there before.
cat >"$scratch/inside.sh" <<'SH'
set -eu
files() { find / -xdev -name '*vitess*' ! -path '/proc/*' ! -path '/deb/*' ! -path '/var/cache/*' | sort; }
apt-get update -qq
files >/tmp/before
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /deb/*.deb
dpkg --verify vitess-operator
vitess-operator version
vitess-operator simulate /usr/share/doc/vitess-operator/examples/my-vitess.yaml -o lines | tail -1
kubectl-vitess --help >/dev/null
apt-get purge -y -qq vitess-operator
files | diff /tmp/before -
SH
docker run --rm "${network[@]}" -v "$scratch/deb:/deb:ro" -v "$scratch/inside.sh:/inside.sh:ro" "$base" \
    sh /inside.sh >"$scratch/out" 2>"$scratch/err"
code=$?
out=$(cat "$scratch/out")
called='the package in a base system'
exits 0
says "vitess-operator $version"
says 'vitess   True'
done_checking
