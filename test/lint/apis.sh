#!/usr/bin/env bash
# Proves that what APIs share knows none of them: lib/vitess, lib/control, lib/k8s and the contracts
# hold no text with the domain of an API ("vitess.io/") and include nothing of hooks/. An API shows
# one symbol, its table; all others of its folder have its prefix, and nothing of lib/ uses them.
#
#   test/lint/apis.sh [BUILD]     BUILD is a folder that make has built without sanitizers
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:-build/release}
shared=(lib/vitess lib/control lib/k8s include)
failed=0
files=0

complain() {
    printf 'apis: %s\n' "$1" >&2
    failed=1
}

while read -r file; do
    files=$((files + 1))
    # Without comments, where a domain is an example.
    while read -r text; do
        complain "$file has a key of one API, which belongs into its struct api_keys: $text"
    done < <("${CC:-cc}" -w -fpreprocessed -dD -E -P "$file" | grep -E '"[^"]*(vitess\.io|planetscale\.com)/')
    while read -r text; do
        complain "$file includes what is of one API: $text"
    done < <(grep -E '^ *# *include .*hooks/' "$file")
done < <(find "${shared[@]}" -name '[!.]*.[ch]' | sort)

# A folder of hooks/, and what its symbols begin with.
prefixes='v1alpha1 v1_
v2 v2_'

# names_of LETTERS FOLDER: symbols of these kinds (nm) in the objects of the sources there
names_of() {
    local sources objects
    mapfile -t sources < <(find "$2" -name '[!.]*.c')
    objects=("${sources[@]/#/$build/}")
    nm -g "${objects[@]/%.c/.o}" | awk -v letters="$1" 'NF >= 2 && $(NF - 1) ~ "^[" letters "]$" {print $NF}' | sort -u
}

while read -r folder; do
    prefix=$(awk -v api="$folder" '$1 == api {print $2}' <<<"$prefixes")
    [ -n "$prefix" ] || { complain "hooks/$folder has no prefix in test/lint/apis.sh"; continue; }
    [ "$(names_of DRT "hooks/$folder" | grep -cx "${folder}_api")" = 1 ] || complain "hooks/$folder has no ${folder}_api"
    while read -r symbol; do
        complain "hooks/$folder: $symbol is not static and does not begin with $prefix"
    done < <(names_of A-TV-Z "hooks/$folder" | grep -v "^$prefix" | grep -vx "${folder}_api")
    while read -r symbol; do
        complain "lib/ uses $symbol of hooks/$folder, which shows ${folder}_api alone"
    done < <(names_of U lib | grep "^$prefix" | grep -vx "${folder}_api")
done < <(find hooks -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)

[ "$failed" = 0 ] && echo "apis: $files files know none, each of which shows one symbol"
exit "$failed"
