#!/usr/bin/env bash
# Proves that hooks/, lib/control, lib/vitess, lib/k8s and lib/sync are pure: which functions their objects call,
# which headers they include, and that they hold no writable data.
#
#   test/lint/purity.sh BUILD     BUILD is a folder that make has built without sanitizers
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:?usage: purity.sh BUILD}
failed=0

complain() {
    printf 'purity: %s\n' "$1" >&2
    failed=1
}

# Everything from outside that pure code may call: memory is the arena's, text is <string.h>.
allowed='^(mem(cpy|cmp|move|set|chr)|str(len|cmp|ncmp|chr|rchr|chrnul|str|spn|cspn|pbrk|toul|toull|tol|toll|casecmp|ncasecmp)|qsort|bsearch|__ctype_(b|tolower|toupper)_loc|tolower|toupper|isdigit|isxdigit|isalnum|isalpha|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__isoc23_strtou?l+|__(memcpy|memmove|strcpy|strcat|snprintf|vsnprintf)_chk)$'
allowed_json='^json_(object_(get|size|iter|iter_key|iter_value|iter_next)|array_(get|size)|string_value|integer_value|real_value|true|false|null|integer|string|equal)$'

mapfile -t sources < <(find hooks lib/control lib/vitess lib/k8s lib/sync -name '[!.]*.c' | sort)
ours=$(mktemp)
trap 'rm -f "$ours"' EXIT
find "$build/lib" "$build/hooks" -name '*.o' -print0 | xargs -0 nm --defined-only -g |
    awk 'NF == 3 {print $3}' | sort -u >"$ours"

for source in "${sources[@]}"; do
    object=$build/${source%.c}.o
    [ -f "$object" ] || { complain "$source has no object in $build: run make first"; continue; }

    while read -r symbol; do
        grep -qxF "$symbol" "$ours" && continue
        [[ $symbol =~ $allowed || $symbol =~ $allowed_json ]] ||
            complain "$source calls $symbol, which is not pure or not ours"
    done < <(nm -u "$object" | awk '{print $2}')

    # b, B: zeroed data; d, D: initialised data. Tables of pointers are constant but relocated: they
    # are in .data.rel.ro and shown as d, so sections are asked instead of letters.
    while read -r name; do
        complain "$source holds writable data: $name"
    done < <(objdump -t "$object" | awk '$4 ~ /^\.(bss|data)(\.|$)/ && $4 !~ /rel\.ro/ && $NF !~ /^\./ {print $NF}')

    while read -r header; do
        case $header in
        '"'*'"' | '<stdbool.h>' | '<stddef.h>' | '<stdint.h>' | '<string.h>' | '<strings.h>' | '<ctype.h>' | '<stdlib.h>') ;;
        *) complain "$source includes $header" ;;
        esac
    done < <(sed -n 's/^ *# *include *\([<"].*[>"]\).*/\1/p' "$source")
done

# The server is the only one that knows HTTP.
if grep -rl --include='*.[ch]' '<microhttpd.h>' hooks lib include | grep -v '^lib/server/'; then
    complain 'only lib/server may include <microhttpd.h>'
fi
# jansson's own reference counting stays in lib/json: elsewhere the arena owns every value.
if grep -rnE --include='*.[ch]' '\bjson_(decref|incref|object_set|array_append|dumps?|loads?|pack|unpack)' hooks lib |
    grep -v '^lib/json/'; then
    complain 'only lib/json may count references, parse or print'
fi
# One writer of what a plan says, so that nobody has to ask who had the last word.
if grep -rnE --include='*.[ch]' '(\bstage|[a-z_]*stage|staged|child|at\[[^]]*\])(->|\.)(verdict|queued|next|reason|message) *=[^=]' hooks lib/control; then
    complain 'only staging (lib/k8s/staging*.c) writes verdicts, turns and reasons'
fi

[ "$failed" = 0 ] && echo "purity: ${#sources[@]} files are pure"
exit "$failed"
