# What the shells make of the completion scripts.
. test/cli/checks.sh

run completion bash
exits 0
holds bash -n "$scratch/out"
cp "$scratch/out" "$scratch/completion.bash"

# completes WANTED WORD..: the last word is the one to be completed
completes() {
    local wanted=$1
    shift
    called="completion of: $*"
    checks=$((checks + 1))
    # shellcheck disable=SC2034
    local got
    got=$(
        . "$scratch/completion.bash"
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _vitess_operator
        echo "${COMPREPLY[*]}"
    )
    [ "$got" = "$wanted" ] || fail "must be '$wanted', is '$got'"
}
completes simulate vitess-operator simu
completes 'render' vitess-operator help r
completes '--seed --steps' vitess-operator simulate --s
completes 'json' vitess-operator simulate -o j
completes 'dot' vitess-operator tree --output d
completes 'next none' vitess-operator serve --probe-listen ''
completes 'debug info warning error' vitess-operator serve --log-level ''
completes 'cluster cell keyspace shard v2/cluster etcdlockserver backupstorage backup backupschedule v2/cell v2/keyspace v2/shard' vitess-operator sync ''
completes 'zsh' vitess-operator completion z
completes 'man' vitess-operator ma
completes 'examples/my-vitess.yaml' vitess-operator plan examples/my
completes 'examples/my-vitess.yaml' vitess-operator simulate --then examples/my
completes '' vitess-operator crds ''

run completion zsh
exits 0
says '#compdef vitess-operator'
if command -v zsh >/dev/null; then
    holds zsh -n "$scratch/out"
fi

run completion fish
exits 0
cp "$scratch/out" "$scratch/completion.fish"
if command -v fish >/dev/null; then
    holds fish --no-execute "$scratch/out"
fi

# fishes WANTED LINE: fish completes the last word of the line
fishes() {
    called="fish completion of: $2"
    checks=$((checks + 1))
    local got
    # fish keeps a history in HOME.
    got=$(HOME=$scratch fish --private -c "source $scratch/completion.fish; complete -C'$2'" | sed 's/\t.*//' | xargs)
    [ "$got" = "$1" ] || fail "must be '$1', is '$got'"
}
if command -v fish >/dev/null; then
    fishes simulate 'vitess-operator simu'
    fishes render 'vitess-operator help r'
    fishes '--seed --steps' 'vitess-operator simulate --s'
    fishes json 'vitess-operator simulate -o j'
    fishes dot 'vitess-operator tree --output d'
    fishes 'next none' 'vitess-operator serve --probe-listen '
    fishes 'backup backupschedule backupstorage cell cluster etcdlockserver keyspace shard v2/cell v2/cluster v2/keyspace v2/shard' 'vitess-operator sync '
    fishes zsh 'vitess-operator completion z'
    fishes examples/my-vitess.yaml 'vitess-operator plan examples/my'
    fishes examples/my-vitess.yaml 'vitess-operator simulate --then examples/my'
    # A file that is called as a command is.
    fishes '' 'vitess-operator validate simulate --se'
    fishes '' 'vitess-operator crds '
fi

run completion
exits 2
complains 'needs bash, zsh or fish'
run completion csh
exits 2
complains "must be bash, zsh or fish, got 'csh'"

done_checking
