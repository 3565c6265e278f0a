#!/usr/bin/env bash
# Puts together what a release is: a folder of files and their sums. `make release` is the way to call it.
#
#   IMAGE=NAME:TAG REPOSITORY=NAME VERSION=VERSION test/package/release.sh PROGRAM DEB FOLDER
#
# IMAGE is there already. REPOSITORY is where it is going to be pulled from: manifests name it there by its digest.
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/image/docker.sh
program=$1 deb=$2 folder=$3
image=${IMAGE:?} repository=${REPOSITORY:?} version=${VERSION:?}
name=vitess-operator-$version
test/package/repository.sh "$repository"
need_docker
command -v jq >/dev/null || die 'jq is missing: make deps (Debian), or install it'
umask 022
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
created=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)

rm -rf "$folder"
mkdir -p "$folder"
work=$(mktemp -d -p "$folder")
trap 'rm -rf "$work"' EXIT

# pack ARCHIVE FOLDER WHAT..: with nothing in it that another run would have otherwise.
pack() {
    tar -C "$2" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
        --format=gnu -c "${@:3}" >"$1"
}

# --- the image, as an archive whose digest is known before it is pushed ---

oci=$work/oci
mkdir -p "$oci/blobs/sha256" "$work/saved"
docker save "$image" | tar -C "$work/saved" -x

# blob FILE: copies it to its place; sets $digest and $bytes
blob() {
    digest=$(sha256sum "$1" | cut -d' ' -f1)
    bytes=$(stat -L -c %s "$1")
    cp -L "$1" "$oci/blobs/sha256/$digest"
}

layers='[]' paths='[]'
while read -r layer; do
    blob "$work/saved/$layer"
    type=application/vnd.oci.image.layer.v1.tar
    [ "$(head -c 2 "$work/saved/$layer" | od -An -tx1 | tr -d ' ')" != 1f8b ] || type=$type+gzip
    layers=$(jq -c --arg type $type --arg digest "sha256:$digest" --argjson size "$bytes" \
        '. + [{mediaType: $type, digest: $digest, size: $size}]' <<<"$layers")
    paths=$(jq -c --arg path "blobs/sha256/$digest" '. + [$path]' <<<"$paths")
done < <(jq -r '.[0].Layers[]' "$work/saved/manifest.json")
blob "$work/saved/$(jq -r '.[0].Config' "$work/saved/manifest.json")"
config=$digest
jq -cj -n --argjson layers "$layers" --arg digest "sha256:$config" --argjson size "$bytes" '{schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: {mediaType: "application/vnd.oci.image.config.v1+json", digest: $digest, size: $size},
    layers: $layers}' >"$work/manifest"
blob "$work/manifest"
digest=sha256:$digest
echo '{"imageLayoutVersion":"1.0.0"}' >"$oci/oci-layout"
jq -c -n --arg digest "$digest" --argjson size "$bytes" --arg version "$version" '{schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [{mediaType: "application/vnd.oci.image.manifest.v1+json", digest: $digest, size: $size,
        annotations: {"org.opencontainers.image.ref.name": $version}}]}' >"$oci/index.json"
# For docker load.
jq -c -n --arg config "blobs/sha256/$config" --arg tag "$repository:$version" --argjson layers "$paths" \
    '[{Config: $config, RepoTags: [$tag], Layers: $layers}]' >"$oci/manifest.json"
pack "$folder/$name-image.tar" "$oci" blobs index.json manifest.json oci-layout
echo "$repository@$digest" >"$folder/image.txt"

# --- manifests ---

pinned=$repository@$digest
metacontroller=$(sed -n 's/^#define METACONTROLLER_VERSION "\(.*\)"/\1/p' lib/cli/install/install.h)
{
    echo "# vitess-operator $version. Metacontroller has to be there; tested with $metacontroller:"
    echo "#"
    echo "#     kubectl apply -k 'https://github.com/metacontroller/metacontroller/manifests/production?ref=v$metacontroller'"
    "$program" install --image "$pinned"
} >"$folder/install.yaml"
"$program" crds >"$folder/crds.yaml"
"$program" controllers --role >"$folder/metacontroller-role.yaml"
"$program" install --helm "$work/chart" --image "$pinned"
mkdir "$work/charts"
mv "$work/chart" "$work/charts/vitess-operator"
pack "$work/chart.tar" "$work/charts" vitess-operator
gzip -9nc "$work/chart.tar" >"$folder/$name.tgz"
cp manifests/kubectl-vitess examples/my-vitess.yaml "$folder"
sed -e "s|@VERSION@|$version|g; s|@REPOSITORY@|$repository|g; s|@METACONTROLLER@|$metacontroller|g" test/package/release.md >"$folder/README.md"
cp "$deb" "$folder"

# --- what is in the image ---

inside() {
    docker run --rm --network none --user 0 --entrypoint "$1" "$image" "${@:2}"
}
# shellcheck disable=SC2016 # dpkg-query expands them
inside dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n' >"$work/packages"
sum=$(inside sha256sum /usr/local/bin/vitess-operator | cut -d' ' -f1)
needed=$(inside ldd /usr/local/bin/vitess-operator | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | while read -r file; do
    # Debian's packages may know the file below / or below /usr.
    inside dpkg-query -S "$file" "/usr$file" "${file#/usr}" 2>/dev/null || true
done | sed 's/[:,].*//' | sort -u | jq -Rn '[inputs]')
jq -R -n --arg name "$name" --arg version "$version" --arg created "$created" --arg digest "$digest" --arg sum "$sum" \
    --arg image "$repository" --argjson needed "$needed" '
    def id: "SPDXRef-deb-" + gsub("[^A-Za-z0-9.-]"; "-");
    [inputs | split("\t") | {name: .[0], version: .[1], architecture: .[2], source: .[3], source_version: .[4]}] as $all
    | {spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", name: "\($name)-image",
       documentNamespace: "https://spdx.org/spdxdocs/\($name)-\($digest | sub(":"; "-"))",
       creationInfo: {created: $created, creators: ["Tool: vitess-operator-make-release"]},
       documentDescribes: ["SPDXRef-image"],
       packages: ([{name: $image, SPDXID: "SPDXRef-image", versionInfo: $digest, downloadLocation: "NOASSERTION",
               filesAnalyzed: false, primaryPackagePurpose: "CONTAINER", licenseConcluded: "NOASSERTION",
               licenseDeclared: "NOASSERTION", copyrightText: "NOASSERTION",
               checksums: [{algorithm: "SHA256", checksumValue: ($digest | sub("sha256:"; ""))}]},
           {name: "vitess-operator", SPDXID: "SPDXRef-vitess-operator", versionInfo: $version,
               downloadLocation: "NOASSERTION", filesAnalyzed: false, primaryPackagePurpose: "APPLICATION",
               licenseConcluded: "Apache-2.0", licenseDeclared: "Apache-2.0", copyrightText: "NOASSERTION",
               checksums: [{algorithm: "SHA256", checksumValue: $sum}]}]
         + [$all[] | {name, SPDXID: (.name | id), versionInfo: .version, downloadLocation: "NOASSERTION",
               filesAnalyzed: false, supplier: "Organization: Debian", licenseConcluded: "NOASSERTION",
               licenseDeclared: "NOASSERTION", copyrightText: "NOASSERTION",
               sourceInfo: "built from \(.source) \(.source_version)",
               externalRefs: [{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl",
                   referenceLocator: "pkg:deb/debian/\(.name)@\(.version | @uri)?arch=\(.architecture)&distro=debian-12"}]}]),
       relationships: ([{spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: "SPDXRef-image"},
           {spdxElementId: "SPDXRef-image", relationshipType: "CONTAINS", relatedSpdxElement: "SPDXRef-vitess-operator"}]
         + [$all[] | {spdxElementId: "SPDXRef-image", relationshipType: "CONTAINS", relatedSpdxElement: (.name | id)}]
         + [$needed[] | {spdxElementId: "SPDXRef-vitess-operator", relationshipType: "DEPENDS_ON",
               relatedSpdxElement: id}])}' "$work/packages" >"$folder/$name.spdx.json"

rm -rf "$work"
(cd "$folder" && find . -type f ! -name SHA256SUMS -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS)
ls -1 "$folder"
echo "$folder: README.md there says how to install it"
# As Docker and kubelet read a name: the first part is a registry if it has a dot or a port.
[[ $repository == *[.:]*/* || $repository == localhost/* ]] ||
    echo "REPOSITORY=$repository names no registry, so nodes ask Docker Hub for it; make release REPOSITORY=registry.example.com/vitess-operator" >&2
