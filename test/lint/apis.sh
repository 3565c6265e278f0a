#!/usr/bin/env bash
# Proves that what APIs share knows none of them: lib/vitess, lib/control, lib/k8s and the contracts
# hold no text with the domain of an API ("vitess.io/") and include nothing of hooks/.
#
#   test/lint/apis.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
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

[ "$failed" = 0 ] && echo "apis: $files files know none"
exit "$failed"
