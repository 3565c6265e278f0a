#!/usr/bin/env bash
# Each test/fuzz/fuzz_*.c for FUZZ_SECONDS, seeded from seeds/, the goldens and examples. A crash leaves
# its input in build/fuzz and fails.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${FUZZ_SECONDS:-60}
build=build/fuzz
mkdir -p $build/corpus
for file in test/fuzz/seeds/* examples/*.yaml examples/*/*.yaml test/golden/*/*/request.* test/golden/v2/*/*/request.*; do
    [ -f "$file" ] && cp "$file" "$build/corpus/$(echo "$file" | tr / _)"
done

make --no-print-directory -j2 CC=clang BUILD=$build SANITIZE=address,undefined,fuzzer-no-link \
    CFLAGS='-O1 -g' $build/vitess-operator.a
for source in test/fuzz/fuzz_*.c; do
    name=$(basename "$source" .c)
    # shellcheck disable=SC2046 # one word a flag is meant
    clang -std=c11 -D_GNU_SOURCE -iquote include -iquote lib -g -O1 -fsanitize=address,undefined,fuzzer \
        -fno-sanitize-recover=all -o "$build/$name" "$source" $build/vitess-operator.a \
        $(pkg-config --cflags --libs libmicrohttpd gnutls jansson yaml-0.1) -lpthread -lm
    echo "== $name, $seconds s"
    mkdir -p "$build/found-$name"
    (cd $build && "./$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
        -verbosity=0 "found-$name" corpus)
done
