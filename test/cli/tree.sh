# tree: the picture in all its forms.
. test/cli/checks.sh

base=examples/my-vitess.yaml
run tree $base
exits 0
holds test "$(head -1 "$scratch/out" | cut -d' ' -f1-3)" = '● VitessCluster vitess'
says '├─ '
says 'StatefulSet vitess-global-etcd  3/3  quay.io/coreos/etcd:'
says 'PersistentVolumeClaim vitess-vttablet-zone1-0214747900  4Gi'
holds test "$(grep -c '★ Pod .* primary' "$scratch/out")" = 2
holds test "$(grep -c '● Pod .* replica' "$scratch/out")" = 4
holds test -z "$(grep $'\033' "$scratch/out")"
tree=$out
run tree - <$base
holds test "$out" = "$tree"

LC_ALL=C run tree $base
exits 0
says '|- '
holds test -z "$(LC_ALL=C grep '[^ -~]' "$scratch/out")"

run tree -o dot $base
exits 0
says 'digraph vitess {'
says '"VitessCluster default/vitess" -> "VitessCell default/vitess-zone1";'
if command -v dot >/dev/null; then
    holds dot -Tsvg -o /dev/null "$scratch/out"
fi

run tree -o svg $base
exits 0
says '<svg xmlns="http://www.w3.org/2000/svg"'
# A primary does not look as if it were busy.
primary=$(sed -n 's/.*\.primary \.stripe[^{]*{fill:\(#[0-9a-f]*\)}.*/\1/p' "$scratch/out")
busy=$(sed -n 's/.*\.busy \.stripe[^{]*{fill:\(#[0-9a-f]*\)}.*/\1/p' "$scratch/out")
holds test "$primary $busy" = '#8250df #bf8700'
says '>vitess-zone1-main-x-80</text>'
holds test -z "$(grep '<script' "$scratch/out")"
if command -v xmllint >/dev/null; then
    holds xmllint --noout "$scratch/out"
fi

run tree
exits 2
run tree $base $base
exits 2
complains 'needs one FILE'
run tree "$scratch/missing.yaml"
exits 3
sed 's/cells: .zone1.$/cells: [zone9]/' $base >"$scratch/invalid.yaml"
run tree "$scratch/invalid.yaml"
exits 1
complains 'InvalidSpec'
is_silent

done_checking
