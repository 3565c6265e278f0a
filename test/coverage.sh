#!/usr/bin/env bash
# Line and branch coverage of the unit and simulator tests: build/coverage/index.html.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v gcovr >/dev/null || { echo 'gcovr is missing: make deps' >&2; exit 1; }
build=build/coverage
tests=$(cd test && ls unit/check_*.c sim/check_*.c | sed 's/\.c$//' | tr '\n' ' ')

# The server has threads: counters that are not atomic may come out negative.
make --no-print-directory -j2 BUILD=$build CFLAGS='-O0 -g --coverage -fprofile-update=atomic' TEST="$tests" run-tests
gcovr --root . --filter 'lib/' --filter 'hooks/' --html-details $build/index.html --print-summary $build
echo "$build/index.html"
