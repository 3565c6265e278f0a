# For scripts that need Docker Engine: says what is missing in words that help.
# shellcheck shell=bash

die() {
    printf '%s\n' "$@" >&2
    exit 1
}

need_docker() {
    command -v docker >/dev/null ||
        die 'docker is missing: install Docker Engine (on Debian: apt-get install docker.io)'
    local said
    said=$(docker version --format '{{.Server.Version}}' 2>&1 >/dev/null) ||
        die "the Docker daemon does not answer: ${said%%$'\n'*}" \
            'start it (systemctl start docker), or let this user talk to it (group docker)'
}

# Whether docker has the image $1 or can get it; what it says goes to standard output.
have_image() {
    docker image inspect "$1" >/dev/null 2>&1 || docker pull --quiet "$1" 2>&1
}

# The base to build on: $1 where docker has or gets it, else "local", which is made.
base_or_local() {
    if [ "$1" = local ] || have_image "$1" >/dev/null; then
        echo "$1"
    else
        echo "cannot pull $1, so the base is made: BASE=local" >&2
        echo local
    fi
}
