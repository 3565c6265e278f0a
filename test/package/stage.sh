#!/usr/bin/env bash
# Lays out what is installed below a prefix: program, plugin of kubectl, man pages, completions,
# documents. `make install` and `make deb` take it from there.
#
#   test/package/stage.sh PROGRAM FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
program=$(realpath "$1")
stage=$2
man=$stage/share/man/man1 doc=$stage/share/doc/vitess-operator

rm -rf "$stage"
mkdir -p "$stage/bin" "$man" "$doc/examples" "$stage/share/bash-completion/completions" \
    "$stage/share/zsh/site-functions" "$stage/share/fish/vendor_completions.d"

cp "$program" manifests/kubectl-vitess "$stage/bin"
"$program" completion bash >"$stage/share/bash-completion/completions/vitess-operator"
"$program" completion zsh >"$stage/share/zsh/site-functions/_vitess-operator"
"$program" completion fish >"$stage/share/fish/vendor_completions.d/vitess-operator.fish"

"$program" man >"$man/vitess-operator.1"
"$program" help | sed -n 's/^  \([a-z]*\) .*/\1/p' | while read -r command; do
    "$program" man "$command" >"$man/vitess-operator-$command.1"
done
# The plugin has no tables: its page is its --help as it is.
{
    printf '%s\n' '.TH KUBECTL\-VITESS 1 "" "" "vitess-operator"' '.SH NAME' \
        'kubectl\-vitess \- the daily commands around a VitessCluster' '.SH SYNOPSIS' '.nf'
    manifests/kubectl-vitess --help |
        sed -e 's/\\/\\e/g; s/-/\\-/g; s/`/\\(ga/g' -e "s/'/\\\\(aq/g" -e 's/^\./\\\&./' -e 's/^usage: //' |
        awk '!described && /^$/ { print ".fi\n.SH DESCRIPTION\n.nf"; described = 1; next } { print }'
    printf '%s\n' '.fi' '.SH SEE ALSO' '.BR vitess\-operator (1)'
} >"$man/kubectl-vitess.1"

cp LICENSE CHANGELOG.md "$doc"
cp examples/*.md examples/*.yaml "$doc/examples"

# Whatever umask and whatever the files were.
find "$stage" -type d -exec chmod 755 {} +
find "$stage" -type f -exec chmod 644 {} +
chmod 755 "$stage/bin"/*
