#!/usr/bin/env bash
# Proves where headers are and which folder knows which: by what each file includes.
#
#   test/lint/includes.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

# What a folder may include beside contracts and its own headers. Files that lie in lib/sim or
# lib/cli itself put all of it together.
may_include='
sim/core
sim/store           core
sim/controllers     core store
sim/kubelet         core store
sim/metacontroller  core store
sim/vitess          core store kubelet
sim/audit           core store kubelet metacontroller vitess
cli/base
cli/manifest        base
cli/cluster         base manifest
cli/simulation      base manifest cluster
cli/view            base cluster
cli/plan            base manifest cluster view
cli/install         base
'

{
    printf '%s\n' "$may_include" | sed -n 's/^\([a-z]\)/may \1/p'
    find include lib hooks -name '[!.]*.h' | sed 's/^/header /'
    grep -rn --include='[!.]*.[ch]' '^ *# *include *"' include lib hooks test |
        sed -n 's/^\([^:]*\):[^"]*"\([^"]*\)".*/include \1 \2/p'
} | awk '
    function folder(path) { sub("/[^/]*$", "", path); return path }
    function complain(text) { print "includes: " text >"/dev/stderr"; failed = 1 }
    # lib/sim, hooks, include, test
    function house(path, part) { split(path, part, "/"); return part[1] == "lib" ? part[1] "/" part[2] : part[1] }

    $1 == "may" {
        ruled["lib/" $2] = 1
        for (i = 3; i <= NF; i++) may["lib/" $2, "lib/" folder($2) "/" $i] = 1
    }
    $1 == "header" {
        there[$2] = 1
        headers++
        name = $2; sub(".*/", "", name)
        if (house($2) == "include")
            contract[name] = $2
        else
            private[name] = $2
    }
    # The list of APIs is all that knows the hooks.
    $2 == "lib/sync/hooks.c" && $3 ~ "^../../hooks/" { next }
    $1 == "include" && house($2) != "test" {
        from = folder($2)
        target = $3 ~ "/" ? "lib/" $3 : there["include/" $3] ? "include/" $3 : from "/" $3
        if (house(target) == "include") users[$3, house($2)] = 1
        else if (!there[target]) complain($2 " includes " $3 ", which is not there by that name")
        else if (house($2) != house(target)) complain($2 " includes " $3 ", a private header of " house(target))
        else if (from != folder(target) && from != house($2) && !may[from, folder(target)])
            complain($2 " includes " $3 ": " (ruled[from] ? "that is above it" : "test/lint/includes.sh does not know its folder"))
    }
    $1 == "include" && house($2) == "test" { users[$3, "test"] = 1 }
    END {
        for (name in private) if (name in contract) complain(private[name] " has the name of " contract[name])
        for (key in users) { split(key, user, SUBSEP); count[user[1]]++ }
        for (name in contract) if (count[name] < 2) complain(contract[name] " is of one folder alone: it belongs beside its .c file")
        if (!failed) print "includes: " headers " headers are in their place"
        exit failed
    }'
