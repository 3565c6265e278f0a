# How options are written, and what is said of wrong ones.
. test/cli/checks.sh

run version -o json
answers '.[0].version == "0.1.0"'
json=$out
for form in '-ojson' '-o=json' '--output json' '--output=json'; do
    # Word splitting is wanted.
    run version $form
    exits 0
    holds test "$out" = "$json"
done

run version --output
exits 2
complains '--output needs text|json'
run version --otput=json
exits 2
complains 'there is no option --otput; did you mean --output?'
run version -x
exits 2
complains 'there is no option -x'
run version --output xml
exits 2
complains "--output must be one of text, json, got 'xml'"
run simulate --seed seven x.yaml
exits 2
complains "--seed must be a whole number, got 'seven'"
run simulate --steps=-1 x.yaml
exits 2
complains "--steps must not be negative, got '-1'"
run sync --pretty=perhaps shard
exits 2
complains "--pretty must be true or false, got 'perhaps'"
run tree --color=sometimes x.yaml
exits 2
complains "--color must be one of auto, always, never, got 'sometimes'"
# Colours in a pipe, when somebody wants them there.
run tree --color=always examples/my-vitess.yaml
exits 0
says $'\033['
FORCE_COLOR=1 run tree examples/my-vitess.yaml
says $'\033['
for plain in '' --color=never; do
    FORCE_COLOR='' run tree $plain examples/my-vitess.yaml
    holds test -z "$(grep $'\033' "$scratch/out")"
done
FORCE_COLOR=1 run tree --color=never examples/my-vitess.yaml
holds test -z "$(grep $'\033' "$scratch/out")"
run version extra
exits 2
complains 'takes no argument'

# Nobody may take a full disk for a complete answer.
"$VITESS_OPERATOR" version >/dev/full 2>"$scratch/err"
code=$?
called='vitess-operator version >/dev/full'
err=$(cat "$scratch/err")
exits 3
complains 'cannot write the output'

done_checking
