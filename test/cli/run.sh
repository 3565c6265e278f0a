#!/usr/bin/env bash
# Runs the tests of the commands: every other script in this folder, or those that are named.
#
#     test/cli/run.sh build/release/vitess-operator [NAME]..
set -u
cd "$(dirname "$0")/../.." || exit 1
VITESS_OPERATOR=$(realpath "${1:-build/release/vitess-operator}")
export VITESS_OPERATOR
[ $# -eq 0 ] || shift
command -v jq >/dev/null || {
    echo "jq is missing: apt-get install jq" >&2
    exit 1
}
# A terminal of the one who runs the tests must not show in their results.
export LC_ALL=C.UTF-8
unset NO_COLOR FORCE_COLOR COLUMNS

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for script in test/cli/*.sh; do
        name=$(basename "$script" .sh)
        [ "$name" = run ] || [ "$name" = checks ] || names+=("$name")
    done
fi

failed=0
for name in "${names[@]}"; do
    bash "test/cli/$name.sh" || failed=$((failed + 1))
done
[ "$failed" -eq 0 ] || echo "test/cli: $failed of ${#names[@]} scripts failed"
[ "$failed" -eq 0 ]
