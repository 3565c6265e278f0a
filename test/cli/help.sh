# The list of commands and the page of each.
. test/cli/checks.sh

run
exits 2
complains 'usage: vitess-operator COMMAND'

for word in help --help -h; do
    run $word
    exits 0
    says 'usage: vitess-operator COMMAND'
done

commands=$("$VITESS_OPERATOR" help | sed -n 's/^  \([a-z]*\) .*/\1/p')
for command in $commands; do
    run "$command" --help
    exits 0
    says "vitess-operator $command - "
    for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES; do
        holds grep -qx "$section" "$scratch/out"
    done
    says '-h, --help'
    # An example of the command itself.
    holds grep -q "^ .*vitess-operator $command" <(sed -n '/^EXAMPLES$/,$p' "$scratch/out")
    holds test -z "$(awk 'length > 80' "$scratch/out")"
    page=$out
    run help "$command"
    holds test "$out" = "$page"
    run "$command" -h
    holds test "$out" = "$page"
    # As man(1) shows it: the same sections, and nothing that roff complains of. It has no date. The name
    # is one of section 1: mandoc takes what follows the last dot of the path, a random folder's, for it.
    run man "$command"
    exits 0
    says "vitess\\-operator\\-$command \\- "
    cp "$scratch/out" "$scratch/page.1"
    ! command -v mandoc >/dev/null ||
        holds test -z "$(mandoc -T lint -W warning "$scratch/page.1" | grep -v 'missing date')"
    holds test "$(sed -n 's/^\.SH //p' "$scratch/out" | grep -v 'SEE ALSO')" = "$(grep -E '^[A-Z]' <<<"$page")"
done
run man
exits 0
for command in $commands; do
    says ".BR vitess\\-operator\\-$command (1)"
done
run man nothing
exits 2
complains "'nothing' is no command"
run man plan tree
exits 2
complains 'takes one COMMAND'

# Every command of the issue is there.
for command in simulate render validate tree plan sync install crds controllers docs completion version serve; do
    holds grep -qx "$command" <<<"$commands"
done

run help nothing
exits 2
run simulat
exits 2
complains "'simulat' is no command; did you mean 'simulate'?"
run xyzzy
exits 2
complains "'xyzzy' is no command"
holds grep -qv 'did you mean' "$scratch/err"

# --help wins over everything else, but not behind --.
run simulate nothing.yaml --help
exits 0
run simulate -- --help
exits 3
complains 'cannot read --help'

done_checking
