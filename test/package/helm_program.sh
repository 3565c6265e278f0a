# shellcheck shell=bash

# helm_program FOLDER: prints where helm is. Where there is none (HELM, PATH), Go builds one in FOLDER, some minutes, once; where
# there is no Go either, prints nothing.
helm_program() {
    local helm=${HELM:-$(command -v helm || true)}
    [ -n "$helm" ] || helm=$1/helm
    if [ ! -x "$helm" ]; then
        PATH=$PATH:/usr/local/go/bin
        command -v go >/dev/null || return 0
        echo 'helm: Go builds it, once' >&2
        GOBIN=$1 GOFLAGS=-mod=mod go install helm.sh/helm/v3/cmd/helm@v3.22.0 || return 1
    fi
    printf '%s\n' "$helm"
}
