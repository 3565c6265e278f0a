# The version in both forms.
. test/cli/checks.sh

run version
exits 0
holds grep -qE '^vitess-operator [0-9]+\.[0-9]+\.[0-9]+ \(revision [0-9]+\)$' "$scratch/out"
text=$out
for word in --version -V; do
    run $word
    exits 0
    holds test "$out" = "$text"
done
run version -o json
exits 0
answers '.[0].apis | index("vitess.io/v1alpha1")'
answers '.[0].revision >= 1'
answers '.[0].images.vitess | test("^vitess/lite:v[0-9]+")'

done_checking
