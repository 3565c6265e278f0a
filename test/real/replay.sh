#!/usr/bin/env bash
# What a server or a simulation with --record has answered, `sync` answers again, to the byte: replay.sh PROGRAM FOLDER
set -euo pipefail
program=$(realpath "${1:?usage: test/real/replay.sh PROGRAM FOLDER}")
folder=${2:?usage: test/real/replay.sh PROGRAM FOLDER}
again=$(mktemp)
trap 'rm -f "$again"' EXIT
calls=0 differ=0

# The answer of one call may not have been written yet.
for answer in "$folder"/*.answer.*; do
    call=${answer%.answer.*}
    hook=${call##*[0-9][0-9][0-9][0-9][0-9]-}
    customize=()
    [ "${hook##*-}" != customize ] || customize=(--customize)
    calls=$((calls + 1))
    # Two APIs have a hook of that name.
    version=$(jq -r '.parent.apiVersion // "" | split("/")[1] // "v1alpha1"' "$call.request.json" 2>/dev/null) || version=v1alpha1
    "$program" sync "$version/${hook%-*}" "${customize[@]}" "$call.request.json" >"$again" 2>/dev/null || : # a refusal has another shape
    case $answer in
    *.json) cmp -s "$again" <(cat "$answer"; echo) ;;
    *) ! [ -s "$again" ] ;;
    esac || {
        echo "$call.request.json is answered differently now" >&2
        differ=$((differ + 1))
    }
done
[ $calls -gt 0 ] || { echo "nothing is recorded in $folder" >&2; exit 1; }
echo "$((calls - differ)) of $calls recorded calls are answered the same again"
[ $differ = 0 ]
