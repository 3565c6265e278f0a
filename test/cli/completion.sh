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
completes 'cluster cell keyspace shard' vitess-operator sync ''
completes 'zsh' vitess-operator completion z
completes 'examples/my-vitess.yaml' vitess-operator plan examples/my
completes 'examples/my-vitess.yaml' vitess-operator simulate --then examples/my
completes '' vitess-operator crds ''

run completion zsh
exits 0
says '#compdef vitess-operator'
if command -v zsh >/dev/null; then
    holds zsh -n "$scratch/out"
fi
run completion
exits 2
complains 'needs bash or zsh'
run completion fish
exits 2
complains "must be bash or zsh, got 'fish'"

done_checking
