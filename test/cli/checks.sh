# Sourced by each script of this folder. `run` calls the program; the others check what it did.

checks=0
failures=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# run ARGUMENT..: sets $code, $out and $err. Standard input is the caller's.
run() {
    "$VITESS_OPERATOR" "$@" >"$scratch/out" 2>"$scratch/err"
    code=$?
    called="vitess-operator $*"
    out=$(cat "$scratch/out")
    err=$(cat "$scratch/err")
}

fail() {
    failures=$((failures + 1))
    printf '%s: FAILED: %s\n  %s\n' "$(basename "$0")" "$called" "$1"
    printf '  exit %s\n' "$code"
    head -n 8 "$scratch/out" | sed 's/^/  stdout: /'
    head -n 8 "$scratch/err" | sed 's/^/  stderr: /'
}

# exits CODE
exits() {
    checks=$((checks + 1))
    [ "$code" -eq "$1" ] || fail "must exit $1"
}

# says TEXT: on standard output
says() {
    checks=$((checks + 1))
    [[ $out == *"$1"* ]] || fail "must print '$1'"
}

# lacks TEXT: on standard output
lacks() {
    checks=$((checks + 1))
    [[ $out != *"$1"* ]] || fail "must not print '$1'"
}

# complains TEXT: on standard error
complains() {
    checks=$((checks + 1))
    [[ $err == *"$1"* ]] || fail "must print '$1' on stderr"
}

is_silent() {
    checks=$((checks + 1))
    [ -z "$out" ] || fail "must print nothing"
}

# answers FILTER: the output is JSON for which jq's FILTER is true
answers() {
    checks=$((checks + 1))
    jq -e -s "$1" <"$scratch/out" >"$scratch/jq" 2>&1 || fail "jq -s '$1' is not true"
}

# plugin WORD..: as run, of kubectl-vitess, with a kubectl that notes how it is called in $FAKE/log
plugin() {
    : >"$FAKE/log"
    manifests/kubectl-vitess "$@" >"$scratch/out" 2>"$scratch/err"
    code=$?
    called="kubectl vitess $*"
    out=$(cat "$scratch/out")
    err=$(cat "$scratch/err")
}

# calls TEXT: kubectl was called so
calls() {
    checks=$((checks + 1))
    grep -qF -- "$1" "$FAKE/log" || fail "must call kubectl with '$1', did: $(cat "$FAKE/log")"
}

# holds COMMAND..: any other check
holds() {
    checks=$((checks + 1))
    "$@" >"$scratch/holds" 2>&1 || fail "does not hold: $*"
}

done_checking() {
    printf '%-14s %d checks, %d failed\n' "$(basename "$0" .sh)" "$checks" "$failures"
    [ "$failures" -eq 0 ]
}
