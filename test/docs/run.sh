#!/usr/bin/env bash
# Keeps the documents true: every ```console block of *.md is typed in and must print what it shows
# ("..." stands for any lines), every ```sh block must run, and each example must be valid and come
# to Ready. A block whose info string says "elsewhere" needs what a test has not (a Kubernetes, an
# empty machine), and one that says "real" is run by `make real`; these are listed at the end.
#
#   test/docs/run.sh PROGRAM
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "${1:?usage: test/docs/run.sh PROGRAM}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$program" "$work/bin/vitess-operator"
export PATH="$work/bin:$PATH" NO_COLOR=1
failed=0

python3 test/docs/blocks.py README.md CONTRIBUTING.md examples/README.md examples/first-table.md examples/how-to.md examples/planetscale-v2.md manifests/README.md test/real/README.md || failed=1
git ls-files '*.md' | grep -vx test/package/release.md | xargs python3 test/docs/links.py || failed=1

# What a newcomer reads: what it is, two commands, one picture, install, links. The rest has its place elsewhere.
lines=$(wc -l <README.md)
[ "$lines" -le 150 ] || { echo "README.md: $lines lines, 150 at the most: reference belongs into examples/, manifests/ or CONTRIBUTING.md"; failed=1; }

# Whatever reason a condition can give is in the handbook.
while read -r reason; do
    grep -q "^|.*\`$reason\`" examples/README.md examples/planetscale-v2.md && continue
    echo "neither examples/README.md nor examples/planetscale-v2.md says what the reason $reason means"
    failed=1
done < <(grep -rho '^ *reason: [A-Za-z]*' test/golden --include=answer.yaml | awk '{print $2}' | sort -u)

# Whatever test SECURITY.md points at is there.
while read -r test; do
    compgen -G "$test" >/dev/null && continue
    echo "SECURITY.md: there is no $test"
    failed=1
done < <(grep -o '`test/[^`]*`' SECURITY.md | tr -d '`' | sort -u)

for example in examples/*.yaml examples/planetscale-v2/*.yaml; do
    if "$program" validate "$example" >"$work/out" 2>&1 &&
        "$program" simulate "$example" >"$work/out" 2>&1; then
        printf '  %-36s Ready\n' "$example"
    else
        cat "$work/out"
        printf '  %-36s FAILED\n' "$example"
        failed=1
    fi
done
exit "$failed"
