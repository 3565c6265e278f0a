# How images are made without a registry or a builder of them: from the files of a folder.
# shellcheck shell=bash

# program_root ROOT PROGRAM PLACE: the program and the libraries that it is linked with.
program_root() {
    local root=$1 program=$2 place=$3 library
    install -D "$program" "$root$place"
    { ldd "$program" 2>/dev/null || true; } | { grep -o '/[^ ]*' || true; } | while read -r library; do
        install -D "$library" "$root$library"
    done
}

# archive FOLDER NAME CONFIG ROOT...: an image as an archive on standard output, with a layer for each
# root. It is put together in FOLDER, which it empties.
archive() {
    local work=$1 name=$2 config=$3 layers=() root
    shift 3
    rm -rf "$work"
    mkdir -p "$work"
    for root in "$@"; do
        layers+=("${#layers[@]}.tar")
        tar -C "$root" --numeric-owner -cf "$work/${layers[-1]}" .
    done
    (cd "$work" && sha256sum "${layers[@]}") | jq -R '"sha256:" + .[:64]' |
        jq -s --argjson config "$config" --arg architecture "$("${go:-go}" env GOARCH)" \
            '{$architecture, os: "linux", $config, rootfs: {type: "layers", diff_ids: .}}' >"$work/config.json"
    jq -n --arg name "$name" '[{Config: "config.json", RepoTags: [$name], Layers: $ARGS.positional}]' \
        --args "${layers[@]}" >"$work/manifest.json"
    tar -C "$work" -c .
    rm -rf "$work"
}
