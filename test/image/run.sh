#!/usr/bin/env bash
# The container image from outside: built from a fresh clone, run as a cluster would run it (no
# right, nothing to write, 32 MiB), driven by the simulator, compared with a second build.
#
#   [BASE=IMAGE|local] test/image/run.sh
#
# Where the default base cannot be pulled it is made (BASE=local). Uncommitted changes are tested too.
set -euo pipefail
cd "$(dirname "$0")/../.."
. test/image/docker.sh
need_docker

base=${BASE:-debian:bookworm-slim}
image=vitess-operator-test:$$ builder=vitess-operator-test-build:$$
memory=$((32 * 1024 * 1024)) size_limit=$((40 * 1024 * 1024))
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}" vitess-operator-image.XXXXXX)
server=
passed=0 failed=0

clean_up() {
    [ -z "$server" ] || docker rm -f "$server" >/dev/null 2>&1 || true
    docker rmi --no-prune "$image" "$builder" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean_up EXIT

# check WHAT COMMAND..
check() {
    local what=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $what"
        tail -n 15 "$work/said" | sed 's/^/    /'
    fi
}

# equal GOT EXPECTED
equal() {
    [ "$1" = "$2" ] || { echo "got '$1', expected '$2'" && false; }
}

below() {
    (($1 > 0 && $1 < $2)) || { echo "$1 is not below $2" && false; }
}

asked() {
    docker inspect --format "$2" "$1"
}

# --- the image ---

# fresh_clone FROM TO: with what is not committed yet laid over it.
fresh_clone() {
    git clone -q "$1" "$2"
    git -C "$1" ls-files -z --deleted | (cd "$2" && xargs -0r rm -f)
    git -C "$1" ls-files -z --cached --others --exclude-standard |
        tar -C "$1" --null --files-from=- --ignore-failed-read -c 2>/dev/null | tar -C "$2" -x
}

build() {
    base=$(base_or_local "$base")
    fresh_clone . "$work/one"
    make --no-print-directory -C "$work/one" image IMAGE="$image" BASE="$base"
    [ "$base" != local ] || base=vitess-operator-base:bookworm
}

in_image() {
    docker run --rm --network none --user 0 --entrypoint "$2" "$1" "${@:3}"
}

special_files() {
    in_image "$1" find / -xdev -perm /6000 -type f | sort
}

check_image() {
    local version label='{{index .Config.Labels "org.opencontainers.image.%s"}}' bytes revision
    version=$(sed -n 's/^#define OPERATOR_VERSION "\(.*\)"/\1/p' include/hook.h)
    revision=$(git -C "$work/one" rev-parse HEAD)
    [ -z "$(git -C "$work/one" status --porcelain -- LICENSE Makefile hooks include lib)" ] ||
        revision=$revision-dirty
    # shellcheck disable=SC2059 # the label is the format
    for pair in title=vitess-operator "version=$version" "revision=$revision" licenses=Apache-2.0; do
        check "label $pair" equal "$(asked "$image" "$(printf "$label" "${pair%%=*}")")" "${pair#*=}"
    done
    # The time of the commit, so that the same commit gives the same image.
    check 'label created' equal "$(asked "$image" "$(printf "$label" created)")" \
        "$(TZ=UTC git -C "$work/one" log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)"
    check 'label base.name' equal "$(asked "$image" "$(printf "$label" base.name)")" \
        "$([ "$base" = vitess-operator-base:bookworm ] && echo debian:bookworm || echo "$base")"
    check 'default of VERSION' equal "$(sed -n 's/^ARG VERSION=//p' Dockerfile | sort -u)" "$version"
    check user equal "$(asked "$image" '{{.Config.User}}')" 65532:65532
    check entry equal "$(asked "$image" '{{.Config.Entrypoint}} {{.Config.Cmd}}')" '[vitess-operator] [serve]'
    check port equal "$(asked "$image" '{{.Config.ExposedPorts}}')" 'map[8080/tcp:{} 8081/tcp:{}]'
    check 'stop signal' equal "$(asked "$image" '{{.Config.StopSignal}}')" SIGTERM
    bytes=$(($(asked "$image" '{{.Size}}') - $(asked "$base" '{{.Size}}')))
    echo "  size above the base  $((bytes / 1024)) KiB"
    check 'size above the base' below "$bytes" "$size_limit"
    check 'setuid and setgid files' equal "$(special_files "$image")" "$(special_files "$base")"
}

# --- a release of it ---

check_release() {
    local made=$work/release archive id pinned digest version
    version=$(sed -n 's/^#define OPERATOR_VERSION "\(.*\)"/\1/p' include/hook.h)
    id=$(docker create "$image")
    docker cp -q "$id:/usr/local/bin/vitess-operator" "$work/program" 2>/dev/null ||
        docker cp "$id:/usr/local/bin/vitess-operator" "$work/program" >/dev/null
    docker rm "$id" >/dev/null
    : >"$work/vitess-operator.deb"
    check 'the release' env IMAGE="$image" REPOSITORY=registry.example.com:5000/v VERSION="$version" \
        test/package/release.sh "$work/program" "$work/vitess-operator.deb" "$made"
    check 'sums of all files' bash -c "cd '$made' && sha256sum --quiet -c SHA256SUMS &&
        [ \$(wc -l <SHA256SUMS) = \$((\$(ls | wc -l) - 1)) ]"
    # The digest is that of the manifest in the archive, and everything names it.
    archive=$made/vitess-operator-$version-image.tar
    mkdir "$work/oci" && tar -C "$work/oci" -xf "$archive"
    digest=$(jq -r '.manifests[0].digest' "$work/oci/index.json")
    pinned=registry.example.com:5000/v@$digest
    check 'the name of the image' equal "$(cat "$made/image.txt")" "$pinned"
    check 'blobs by their sums' bash -c "cd '$work/oci/blobs/sha256' && sha256sum * | awk '\$1 != \$2 { exit 1 }'"
    check 'blobs of the manifest' bash -c "cd '$work/oci/blobs/sha256' && jq -r '.config, .layers[] | .digest' '${digest#sha256:}' |
        sed 's/^sha256://' | xargs ls"
    check 'install.yaml by digest' equal "$(sed -n 's/^ *image: \(.\)/\1/p' "$made/install.yaml")" "$pinned"
    check 'install.yaml names Metacontroller' grep -q 'manifests/production?ref=v[0-9.]*' "$made/install.yaml"
    check 'README.md names what is there' bash -c "cd '$made' && grep -q 'docker://registry.example.com:5000/v:$version' README.md &&
        ! grep -q '@[A-Z]*@' README.md && grep -o '\`[^\`*]*\`' README.md | tr -d '\`' | grep -E '\.(yaml|tgz|tar|txt|json)\$' | xargs ls"
    check 'the chart by digest' bash -c "tar -xzOf '$made/vitess-operator-$version.tgz' vitess-operator/values.yaml |
        grep -qx '  digest: $digest'"
    # What Docker loads of it is the image.
    docker load -q -i "$archive" >/dev/null 2>"$work/said"
    check 'the archive' equal "$(asked registry.example.com:5000/v:"$version" '{{.Id}}')" "$(asked "$image" '{{.Id}}')"
    docker rmi --no-prune "registry.example.com:5000/v:$version" >/dev/null 2>&1
    # The SBOM: every package that is in the image, and the program.
    # shellcheck disable=SC2016 # dpkg-query expands it
    check 'packages of the SBOM' equal \
        "$(jq -r '.packages[] | select(.externalRefs) | .name + "=" + .versionInfo' "$made"/*.spdx.json | sort)" \
        "$(in_image "$image" dpkg-query -W -f '${Package}=${Version}\n' | sort)"
    check 'the program in the SBOM' equal "$(jq -r '.packages[] | select(.name == "vitess-operator").checksums[0].checksumValue' \
        "$made"/*.spdx.json)" "$(program_of)"
    check 'what the program needs' jq -e '[.relationships[] | select(.relationshipType == "DEPENDS_ON").relatedSpdxElement]
        | contains(["SPDXRef-deb-libmicrohttpd12", "SPDXRef-deb-libgnutls30", "SPDXRef-deb-libjansson4", "SPDXRef-deb-libyaml-0-2"])' \
        "$made"/*.spdx.json
}

# --- what it says where it cannot be built ---

# refuses TEXT COMMAND..: it fails, and says TEXT.
refuses() {
    local said
    ! said=$("${@:2}" 2>&1) || { echo 'did not fail' && false; }
    [[ $said == *"$1"* ]] || { printf '%s\n' "no '$1' in:" "$said" && false; }
}

# without COMMAND..: a folder for PATH that has all that the scripts call but these.
without() {
    local name
    rm -rf "$work/path" && mkdir "$work/path"
    for name in bash dirname docker git id awk sed apt-get apt-config mktemp rm debootstrap; do
        [[ " $* " == *" $name "* ]] || ! command -v "$name" >/dev/null ||
            ln -s "$(command -v "$name")" "$work/path/$name"
    done
    echo "PATH=$work/path"
}

check_messages() {
    local wanted=(IMAGE=never:made VERSION=0) build=test/image/build.sh
    check 'no docker' refuses 'docker is missing: install Docker Engine' \
        env "${wanted[@]}" "$(without docker)" $build
    check 'no daemon' refuses 'the Docker daemon does not answer: ' \
        env "${wanted[@]}" DOCKER_HOST="unix://$work/none" $build
    # A port of loopback where no registry is.
    check 'no registry' refuses 'BASE=local makes it from Debian packages instead' \
        env "${wanted[@]}" BASE=127.0.0.1:1/debian:never $build
    local good bad
    for good in v registry.example.com/v registry.example.com:5000/a/b_c/v-1 localhost/v Registry.example.com/v; do
        check "REPOSITORY $good" test/package/repository.sh "$good"
    done
    for bad in registry.example.com/v:1.0 "v@sha256:0" https://registry.example.com/v registry.example.com/ /v a//b registry.example.com/V 'a b' ''; do
        check "REPOSITORY $bad" refuses "such as registry.example.com/vitess-operator, got '$bad'" test/package/repository.sh "$bad"
        check "a release of $bad" refuses 'REPOSITORY' \
            env IMAGE=never:made REPOSITORY="$bad" VERSION=0 test/package/release.sh /bin/true none.deb "$work/never"
    done
    check 'no name' refuses 'is the name to give it, such as vitess-operator:' env IMAGE= VERSION=0 $build
    check 'no debootstrap' refuses 'debootstrap is missing: make deps' \
        env "$(without debootstrap)" test/image/base.sh never:made
    check 'wrong version' refuses 'VERSION=0 is not what include/hook.h says' \
        env "${wanted[@]}" BASE="$base" DOCKER_FLAGS="${builder_flags[*]}" "$work/one/$build"
    command -v debootstrap >/dev/null || return 0
    check 'no mirror' refuses 'name one: make image BASE=local MIRROR=URL' \
        env -u MIRROR "$(without apt-get apt-config)" test/image/base.sh never:made
}

# --- the same program twice ---

program_of() {
    in_image "$image" sha256sum /usr/local/bin/vitess-operator | cut -d' ' -f1
}

check_reproducible() {
    local second folder=/somewhere/else/altogether
    docker build --quiet --target build "${builder_flags[@]}" --build-arg "BASE=$base" --tag "$builder" \
        "$work/one" >/dev/null 2>"$work/said" || { cat "$work/said" && exit 1; }
    fresh_clone "$work/one" "$work/two"
    # Other umask, time zone, language and link to the folder, one job instead of several.
    second=$(tar -C "$work/two" -c . | docker run --rm -i --network none --entrypoint sh "$builder" -c "
        umask 077 && mkdir -p $folder && tar -x --no-same-owner -C $folder && ln -s $folder /link && cd /link &&
        TZ=Asia/Tokyo LC_ALL=C.UTF-8 make >&2 && sha256sum build/release/vitess-operator" 2>"$work/said" |
        cut -d' ' -f1) || { tail "$work/said" && exit 1; }
    check 'a second build gives the same program' equal "$(program_of)" "$second"
}

# --- as a cluster would run it ---

# The server on $url, within $memory.
start() {
    server=$(docker run -d --network host --read-only --cap-drop ALL --security-opt no-new-privileges \
        --memory $memory --memory-swap $memory "$image" serve --listen 127.0.0.1:0)
    url=
    for _ in $(seq 200); do
        url=$(docker logs "$server" 2>&1 | sed -n 's/.*"event":"listening","address":"\([^"]*\)".*/http:\/\/\1/p')
        [ -n "$url" ] && break
        sleep 0.05
    done
    [ -n "$url" ] || { docker logs "$server" && exit 1; }
    pid=$(asked "$server" '{{.State.Pid}}')
}

# A limit that the kernel does not know of would prove nothing.
memory_file() {
    local path file
    path=$(sed -n 's/^[0-9]*:memory://p; s/^0:://p' "/proc/$pid/cgroup" | head -1)
    for file in "/sys/fs/cgroup/memory$path/$1" "/sys/fs/cgroup$path/$2"; do
        [ ! -r "$file" ] || { cat "$file" && return; }
    done
    echo 0
}

check_confined() {
    local status
    status=$(cat "/proc/$pid/status")
    check 'limit of memory' equal "$(memory_file memory.limit_in_bytes memory.max)" $memory
    check 'runs as' equal "$(awk '/^(Uid|Gid):/ { print $3 }' <<<"$status" | xargs)" '65532 65532'
    check capabilities equal "$(awk '/^Cap(Eff|Prm|Bnd):/ { print $2 }' <<<"$status" | sort -u)" 0000000000000000
    check 'no new privileges' equal "$(awk '/^NoNewPrivs:/ { print $2 }' <<<"$status")" 1
}

# simulate FILE..: the simulator of the same image against the server.
simulate() {
    docker run --rm --network host -v "$work/input:/input:ro" "$image" simulate --url "$url" -o lines "$@"
}

is_ready() {
    simulate "/input/$1" >"$work/$1.out" 2>&1 || { cat "$work/$1.out" && false; }
    tail -1 "$work/$1.out" | grep -qE '^[a-z]+ +True$' || { cat "$work/$1.out" && false; }
}

# cluster SHARDS: one keyspace in that many shards of three tablets.
cluster() {
    local i
    printf '%s\n' 'apiVersion: vitess.io/v1alpha1' 'kind: VitessCluster' 'metadata: {name: large}' 'spec:' \
        '  cells:' '  - {name: global, etcd: {size: 3}, vtctld: {}}' '  - {name: zone1, vtgate: {replicas: 2}}' \
        '  keyspaces:' '  - name: main' '    cells: [zone1]' '    shards:'
    for ((i = 0; i < $1; i++)); do
        printf '    - keyRange: {start: "%s", end: "%s"}\n' \
            "$([ $i = 0 ] || printf %02x $((i * 256 / $1)))" \
            "$([ $i = $(($1 - 1)) ] || printf %02x $(((i + 1) * 256 / $1)))"
    done
    printf '%s\n' '    tablets:' '      masterEligible:' '        replicas: 3' '        volumeClaim:' \
        '          accessModes: [ReadWriteOnce]' '          resources: {requests: {storage: 4Gi}}'
}

# ended_well PID FILE: what the process wrote goes to standard output where it failed.
ended_well() {
    wait "$1" || { cat "$2" && false; }
}

# Four at a time, as Metacontroller has several workers.
check_large() {
    local i pids=()
    for i in 1 2 3 4; do
        cluster 128 >"$work/input/large$i.yaml"
        is_ready "large$i.yaml" >"$work/large$i.said" 2>&1 &
        pids[i]=$!
    done
    for i in 1 2 3 4; do
        check "128 shards, $i of four at a time" ended_well "${pids[i]}" "$work/large$i.said"
    done
}

report_memory() {
    printf '  %-20s %s KiB resident at most, %s KiB with page cache at most, limit %s KiB\n' "$1" \
        "$(awk '/^VmHWM:/ { print $2 }' "/proc/$pid/status")" \
        "$(($(memory_file memory.max_usage_in_bytes memory.peak) / 1024))" $((memory / 1024))
}

check_stop() {
    local begin=$SECONDS
    # Docker kills after this time, and then the code is 137.
    docker stop -t 20 "$server" >/dev/null
    check 'ends soon after docker stop' below $((SECONDS - begin + 1)) 10
    check 'exit code' equal "$(asked "$server" '{{.State.ExitCode}}')" 0
    check 'never out of memory' equal "$(asked "$server" '{{.State.OOMKilled}}')" false
    check 'says that it stopped' equal "$(docker logs "$server" 2>&1 | grep -c '"event":"stopped","abandoned":0')" 1
    docker rm "$server" >/dev/null
    server=
}

begin=$SECONDS
build
# The build stage again, from Docker's cache.
read -ra builder_flags <<<"${DOCKER_FLAGS:-}"
[ "$base" != vitess-operator-base:bookworm ] || builder_flags+=(--network=host)
check_messages
check_image
check_reproducible
check_release
mkdir "$work/input"
cp examples/*.yaml "$work/input"
start
check_confined
for file in my-vitess.yaml three-cells.yaml; do
    check "simulate $file" is_ready "$file"
done
report_memory examples
check_large
report_memory '4 x 128 shards'
check_stop
echo "test-image: $passed passed, $failed failed, $((SECONDS - begin)) s"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
