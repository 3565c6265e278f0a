#!/usr/bin/env bash
# Makes a Debian package, the same bytes from the same commit. `make deb` is the way to call it.
#
#   VERSION=VERSION [MAINTAINER='NAME <ADDRESS>'] test/package/deb.sh PROGRAM FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$1 folder=$2
version=${VERSION:?}-1
command -v dpkg-shlibdeps >/dev/null || {
    echo 'dpkg-dev is missing: make deps (Debian), or install it' >&2
    exit 1
}
umask 022
architecture=$(dpkg --print-architecture)
# The commit says when and by whom; nothing else does.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH
maintainer=${MAINTAINER:-$(git log -1 --format='%an <%ae>' 2>/dev/null || echo 'nobody <nobody@localhost>')}
date=$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")

scratch=$folder/scratch root=$folder/scratch/root
rm -rf "$scratch"
mkdir -p "$root/DEBIAN" "$scratch/debian"
test/package/stage.sh "$program" "$root/usr"

# --- as Debian has it ---

doc=$root/usr/share/doc/vitess-operator
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/vitess-operator"
mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
find "$root/usr/share/man" -name '*.1' -exec gzip -9n {} +
rm "$doc/LICENSE"
gzip -9nc "$doc/CHANGELOG.md" >"$doc/changelog.gz"
rm "$doc/CHANGELOG.md"
gzip -9nc >"$doc/changelog.Debian.gz" <<TEXT
vitess-operator ($version) unstable; urgency=medium

  * Made by \`make deb\`; changelog.gz says what is in it.

 -- $maintainer  $date
TEXT
cat >"$doc/copyright" <<TEXT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: vitess-operator

Files: *
Copyright: $(date -u -d "@$SOURCE_DATE_EPOCH" +%Y) the authors of vitess-operator
License: Apache-2.0
 On Debian systems the text of this license is in
 /usr/share/common-licenses/Apache-2.0.
TEXT
cat >"$scratch/debian/control" <<'TEXT'
Source: vitess-operator

Package: vitess-operator
Architecture: any
TEXT
depends=$(cd "$scratch" && dpkg-shlibdeps -O -Tdebian/substvars root/usr/bin/vitess-operator |
    sed -n 's/^shlibs:Depends=//p')
# What a folder takes is the file system's to say.
size=$(find "$root/usr" -type f -printf '%s\n' | awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
cat >"$root/DEBIAN/control" <<TEXT
Package: vitess-operator
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $size
Depends: $depends
Enhances: kubernetes-client
Section: admin
Priority: optional
Description: Vitess on Kubernetes, as hooks of Metacontroller
 The operator itself, which is mostly run as a container, and what one needs
 around it: a simulator that shows what an edit of a VitessCluster does, a
 validator, manifests for kubectl, and a plugin of kubectl.
TEXT
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)

find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
deb=$folder/vitess-operator_${version}_$architecture.deb
# Options that say all that a newer dpkg might do in another way.
dpkg-deb --root-owner-group -Zxz -z6 --threads-max=1 --build "$root" "$deb" >/dev/null
rm -rf "$scratch"
echo "$deb"
