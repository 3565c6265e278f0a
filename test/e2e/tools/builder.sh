# How programs are built from Go modules, here and in test/real: `build` builds one of the module in
# the working folder into $folder, with the linker's $flags, once.
# shellcheck shell=bash disable=SC2034,SC2154
go=$(command -v go || echo /usr/local/go/bin/go)
flags="-s -w"

[ -x "$go" ] || { echo "Go 1.26 or newer is missing: https://go.dev/dl" >&2; exit 1; }

# A build without the release's linker flags would call itself v0.0.0.
kubernetes_flags() {
    local kubernetes package
    kubernetes=$("$go" list -m -f '{{.Version}}' k8s.io/kubernetes)
    flags="-s -w"
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        flags+=" -X $package.gitVersion=$kubernetes -X $package.gitMajor=1"
        flags+=" -X $package.gitMinor=$(echo "$kubernetes" | cut -d. -f2)"
    done
}

# Says now and then how far it is: compiling the API server takes minutes.
progress() {
    awk -v name="$1" '/^(#|go: downloading|[^ ]*\.go:)/ && !/^go: / { print; next }
        { count++ }
        count % 250 == 0 { printf "    %s: %d packages compiled\n", name, count; fflush() }'
}

# build PACKAGE NAME [TAGS]
build() {
    local package=$1 name=$2 tags=${3:-} stamp="$folder/.$2" wanted

    # The same versions and the same compiler: the same program.
    wanted=$({ "$go" version; cat go.mod; } | sha256sum)
    if [ -x "$folder/$name" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
        return
    fi
    printf '  GO  %s\n' "$name"
    "$go" build -v -p 2 -trimpath -tags "$tags" -ldflags "$flags" -o "$folder/$name" "$package" 2>&1 |
        progress "$name"
    printf '%s' "$wanted" >"$stamp"
}
