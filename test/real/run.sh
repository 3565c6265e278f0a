#!/usr/bin/env bash
# Real Vitess: what becomes of a cluster, and of what is written through it, in each thing that happens
# to one. As root; METACONTROLLER=/path/to/metacontroller, or one on the PATH.
#
#   test/real/run.sh PROGRAM [CASE...]
set -euo pipefail
program=$(realpath "${1:?usage: test/real/run.sh PROGRAM [CASE...]}")
shift
cd "$(dirname "$0")"
begin=$SECONDS

trap './cluster.sh down' EXIT
export RECORD=1
./cluster.sh start "$program"
failed=0
./cluster.sh cases "$@" || failed=1
./cluster.sh replay "$program" || failed=1
left=$(./cluster.sh left)
echo "$left packets were on their way out of the machine"
[ "$left" = 0 ] || failed=1
printf '%s s in all\n' $((SECONDS - begin))
exit $failed
