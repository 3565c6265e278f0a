# Where there is little room: lines are broken between words, and nothing of them is lost.
. test/cli/checks.sh

base=examples/my-vitess.yaml
sed 's/^spec:/&\n  image: vitess\/lite:v24.0.5/' $base >"$scratch/newer.yaml"

# in_columns COLUMNS ARGUMENT..
in_columns() {
    local columns=$1
    shift
    COLUMNS=$columns run "$@"
    called="COLUMNS=$columns $called"
}

# widest: columns of the longest line, in characters
widest() {
    wc -L <"$scratch/out"
}

# All but what lines are broken with.
letters() {
    tr -d ' \n' <"$1" | sed 's/[│├└─|`]//g; s/-//g'
}

# narrow ARGUMENT..: at 40 columns the same is said, and no line is longer
narrow() {
    run "$@"
    cp "$scratch/out" "$scratch/wide"
    in_columns 40 "$@"
    holds test "$(widest)" -le 40
    holds test "$(letters "$scratch/wide")" = "$(letters "$scratch/out")"
    holds test -z "$(grep ' $' "$scratch/out")"
}

narrow tree $base
# The branches go on at the side of what is broken: above each there is a branch or the node itself.
holds python3 - "$scratch/out" <<'PYTHON'
import sys
lines = [line.rstrip("\n") for line in open(sys.argv[1])]
for above, line in zip(lines, lines[1:]):
    for column, letter in enumerate(line):
        if letter in "│├└":
            assert column < len(above), (above, line)
            assert above[column] in "│├●·★◌✖", (above, line)
PYTHON
LC_ALL=C narrow tree examples/three-cells.yaml
narrow plan $base "$scratch/newer.yaml"
for command in $("$VITESS_OPERATOR" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    run "$command" --help
    cp "$scratch/out" "$scratch/wide"
    in_columns 40 "$command" --help
    holds test "$(letters "$scratch/wide")" = "$(letters "$scratch/out")"
    # What is an example or the name of an option stays as it is.
    holds test -z "$(sed -n '/^DESCRIPTION/,$p' "$scratch/out" | grep -vE '^ {10}|^ {7}-' | awk 'length > 40')"
done
in_columns 40 help
holds test "$(widest)" -le 40

# What is no number of columns is not obeyed, and none is too small to say anything.
run tree $base
cp "$scratch/out" "$scratch/wide"
for columns in '' 0 -1 abc 40x 99999999999999999999; do
    in_columns "$columns" tree $base
    exits 0
    holds cmp "$scratch/wide" "$scratch/out"
done
in_columns 1 tree $base
exits 0
holds test "$(widest)" -le 20
# Machines get the same whatever there is room for.
run tree $base -o dot
cp "$scratch/out" "$scratch/wide"
in_columns 40 tree $base -o dot
holds cmp "$scratch/wide" "$scratch/out"

# A terminal without COLUMNS says itself how wide it is.
if command -v script >/dev/null; then
    TERM=dumb script -qec "stty cols 40; '$VITESS_OPERATOR' tree $base" /dev/null </dev/null | tr -d '\r' >"$scratch/out"
    called='tree in a terminal of 40 columns'
    holds test "$(widest)" -le 40
    holds test "$(widest)" -gt 30
    holds grep -q VitessCluster "$scratch/out"
fi

done_checking
