#!/usr/bin/env bash
# Does this build answer as another one does, to the byte? Every request of all examples, of all edit
# histories and of some random ones is answered by both.
#
#   test/same.sh OLD NEW      with build/release/test/sim/check_{histories,chaos} of NEW; SEEDS=1-12
#
# What differs is in build/same: requests, with the answers of both.
set -euo pipefail
[ -n "${1-}" ] || { echo 'which program is to answer the same? make same OLD=/path/to/it' >&2; exit 1; }
old=$(realpath "$1") new=$(realpath "${2:?usage: test/same.sh OLD NEW}")
cd "$(dirname "$0")/.."
work=$PWD/build/same
server=
trap '[ -z "$server" ] || kill "$server"' EXIT
rm -rf "$work"
mkdir -p "$work"
failed=0

for example in examples/*.yaml examples/planetscale-v2/*.yaml; do
    name=$(basename "$example" .yaml)
    "$new" simulate "$example" --record "$work/$name" >/dev/null
    said=$(test/real/replay.sh "$old" "$work/$name" 2>"$work/$name.differs") || { failed=1; head -3 "$work/$name.differs"; }
    printf '  %-28s %s\n' "$name" "$said"
done

"$old" serve --listen 127.0.0.1:0 --probe-listen none >"$work/log" 2>&1 &
server=$!
until port=$(grep -o '127\.0\.0\.1:[1-9][0-9]*' "$work/log" | head -1 | cut -d: -f2) && [ -n "$port" ]; do
    kill -0 "$server" || { cat "$work/log" >&2; exit 1; }
    sleep 0.1
done
export TWIN=http://127.0.0.1:$port DIFFERENT=$work CHAOS_SEEDS=${SEEDS:-1-12}
for test in histories chaos; do
    : >"$work/calls"
    test/quietly "build/release/test/sim/check_$test"
    read -r calls differ < <(awk '{ calls += $1; differ += $2 } END { print calls + 0, differ + 0 }' "$work/calls")
    printf '  %-28s %s of %s calls are answered the same\n' "$test" $((calls - differ)) "$calls"
    [ "$calls" -gt 0 ] && [ "$differ" = 0 ] || failed=1
done
[ "$failed" = 0 ] || echo "see $work: requests, and the answers .ours and .theirs" >&2
exit "$failed"
