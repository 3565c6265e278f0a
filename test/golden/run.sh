#!/usr/bin/env bash
# Golden requests and answers: test/golden/<hook>/<case>/ holds request.yaml, the body that
# Metacontroller sends, and answer.yaml (200) or refusal.txt (any other code). README in each folder
# of a hook says what its cases show.
#
#   test/golden/run.sh PROGRAM            compares
#   test/golden/run.sh PROGRAM --update   records anew: read the difference before you commit it
set -euo pipefail
cd "$(dirname "$0")"
program=$(realpath "${1:?usage: run.sh PROGRAM [--update]}" 2>/dev/null || true)
case $program in /*) ;; *) program=$OLDPWD/$1 ;; esac
update=${2:-}
passed=0
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for request in */*/request.yaml; do
    case=${request%/request.yaml}
    hook=${case%%/*}
    rm -f "$work"/*
    if "$program" sync "$hook" -o yaml <"$request" >"$work/answer.yaml" 2>"$work/refusal.txt"; then
        rm "$work/refusal.txt"
    else
        rm "$work/answer.yaml"
    fi
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
done
[ $((passed + failed)) -gt 0 ] || { echo 'no golden cases found' >&2; exit 1; }
echo "golden: $passed passed, $failed failed"
[ "$failed" = 0 ]
