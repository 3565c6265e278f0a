#!/usr/bin/env bash
# Golden requests and answers: test/golden/<hook>/<case>/ (test/golden/v2/<hook>/<case>/ of
# planetscale.com/v2) holds request.yaml, the body that Metacontroller sends, and answer.yaml (200) or refusal.txt (any other code). README in each folder
# of a hook says what its cases show. A case whose name starts with "customize-" is for the
# customize hook.
#
# What Pods of tasks have in common stands in one answer alone; tasks.awk leaves it out of the others.
#
# Requests are as an older build left the cluster. Where a case at rest begins to change something, an
# upgrade of the operator would do so in every cluster at once: that wants a new OPERATOR_REVISION.
#
#   test/golden/run.sh PROGRAM            compares
#   test/golden/run.sh PROGRAM --update   records anew: read the difference before you commit it
set -euo pipefail
program=$(realpath "${1:?usage: run.sh PROGRAM [--update]}")
update=${2:-}
cd "$(dirname "$0")"
passed=0
failed=0
work=$(mktemp -d)
usual=$(mktemp)
trap 'rm -rf "$work" "$usual"' EXIT

# The task of this one stands there as a whole.
whole=keyspace/left-cell-is-removed-from-the-keyspace
"$program" sync keyspace -o yaml <"$whole/request.yaml" >"$usual"

for request in */*/request.yaml v2/*/*/request.yaml; do
    case=${request%/request.yaml}
    hook=${case%/*}
    options=(-o yaml)
    case $case in */customize-*) options+=(--customize) ;; esac
    rm -f "$work"/*
    code=0
    "$program" sync "$hook" "${options[@]}" <"$request" \
        >"$work/answer.yaml" 2>"$work/refusal.txt" || code=$?
    case $code in
    0)
        rm "$work/refusal.txt"
        [ "$case" = "$whole" ] || {
            awk -v whole="$whole" -f tasks.awk "$usual" "$work/answer.yaml" >"$work/abridged"
            mv "$work/abridged" "$work/answer.yaml"
        }
        ;;
    1) rm "$work/answer.yaml" ;;
    *)
        echo "$case: exit $code" && cat "$work/refusal.txt"
        failed=$((failed + 1))
        continue
        ;;
    esac
    if [ "$update" = --update ]; then
        rm -f "$case/answer.yaml" "$case/refusal.txt"
        cp "$work"/* "$case/"
    fi
    if diff -u --label "$case (wanted)" --label "$case (got)" \
        <(cat "$case/answer.yaml" "$case/refusal.txt" 2>/dev/null) <(cat "$work"/*); then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
    # The Pod of a trial that is asked again is not the one in the request: that one is out of date.
    if [[ $case = shard/preflight-* ]] && grep -qE -- '-preflight-[0-9a-f]{8}-[0-9a-f]{4}$' "$case/answer.yaml"; then
        echo "$case: the request holds a trial that is not the one which is asked for: make it anew"
        failed=$((failed + 1))
    fi
    grep -qF "[${case##*/}](${case##*/})" "$hook/README.md" || {
        echo "$case: README.md of its hook does not say what it shows"
        failed=$((failed + 1))
    }
done
[ $((passed + failed)) -gt 0 ] || { echo 'no golden cases found' >&2; exit 1; }
echo "golden: $passed passed, $failed failed"
[ "$failed" = 0 ]
