#!/usr/bin/env bash
# From nothing to a Ready Vitess in one command: starts the real server, lets the embedded cluster
# call it over HTTP with examples/my-vitess.yaml until it is Ready, then updates every image.
#
#   test/demo.sh PROGRAM
set -euo pipefail
cd "$(dirname "$0")/.."
program=${1:?usage: test/demo.sh PROGRAM}
work=$(mktemp -d)
"$program" serve --listen 127.0.0.1:0 --log-format json 2>"$work/log" &
server=$!
trap 'kill $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -rf "$work"' EXIT

url=
for _ in $(seq 200); do
    url=$(sed -n 's/.*"event":"listening","address":"\([^"]*\)".*/http:\/\/\1/p' "$work/log")
    [ -n "$url" ] && break
    kill -0 $server 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.05
done
[ -n "$url" ] || { echo 'the server does not say where it listens' >&2; cat "$work/log" >&2; exit 1; }

# The update: every Vitess image one patch release up.
awk '{print} /^spec:/ {print "  image: vitess/lite:v24.0.5"}' examples/my-vitess.yaml >"$work/updated.yaml"

echo "server: $url (pid $server)"
echo "cluster: examples/my-vitess.yaml, then with image vitess/lite:v24.0.5"
"$program" simulate examples/my-vitess.yaml --then "$work/updated.yaml" --url "$url"
