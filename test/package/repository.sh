#!/usr/bin/env bash
# Whether REPOSITORY is a name that an image can be pulled by, less its tag; says why not.
#
#   test/package/repository.sh REPOSITORY
set -euo pipefail
name=${1-}
wrong() {
    printf 'REPOSITORY must be %s such as registry.example.com/vitess-operator, got %s\n' "$1" "'$name'" >&2
    exit 1
}
part='[a-z0-9]+([._-]+[a-z0-9]+)*'
[[ $name != *://* ]] || wrong 'a name without https://'
[[ $name != *@* && ${name##*/} != *:* ]] || wrong 'a name without tag and digest, which are those of the release,'
[[ $name =~ ^([A-Za-z0-9.-]+(:[0-9]+)?/)?$part(/$part)*$ ]] || wrong 'the name of an image'
