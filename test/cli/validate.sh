# validate: every problem with its place, and nothing else.
. test/cli/checks.sh

for file in examples/*.yaml; do
    run validate "$file"
    exits 0
    says ' is valid'
done
run validate examples/*.yaml
exits 0
holds test "$(grep -c ' is valid$' "$scratch/out")" = "$(ls examples/*.yaml | wc -l)"

cat >"$scratch/bad.yaml" <<'YAML'
# a comment
apiVersion: v1
kind: Secret
metadata: {name: other}
---
apiVersion: vitess.io/v1alpha1
kind: VitessCluster
metadata:
  name: bad
spec:
  cells:
  - name: global
    etcd: {size: 3}
    vtctld: {}
  - name: Zone1
    vtgate:
      replicas: many
  keyspaces:
  - name: main
    cells: [zone1]
    shards:
    - keyRange: {start: "", end: "8g"}
    - keyRange: {start: "80", end: ""}
    tablets:
      masterEligible:
        replicas: 250
        volumClaim: {}
YAML
run validate "$scratch/bad.yaml"
exits 1
says "$scratch/bad.yaml:15:"
says ': spec.cells[1].name: must be '
says ', got "Zone1"'
says "$scratch/bad.yaml:17:"
says ': spec.cells[1].vtgate.replicas: '
says "$scratch/bad.yaml:22:"
says ': spec.keyspaces[0].shards[0].keyRange.end: '
says "$scratch/bad.yaml:26:"
says ': spec.keyspaces[0].tablets.masterEligible.replicas: '
says ', got 250'
says "$scratch/bad.yaml:27:"
says 'volumClaim'
# Every line is file:line:col: path: rule.
holds test -z "$(grep -vE '^[^:]+:[0-9]+:[0-9]+: spec[^ ]*: ' "$scratch/out")"
complains "$scratch/bad.yaml:3:1: skipped: Secret is not a VitessCluster"
lines=$out

# Standard input, and a good file beside the bad one.
run validate - <"$scratch/bad.yaml"
exits 1
holds test "$out" = "${lines//$scratch\/bad.yaml/standard input}"
run validate examples/my-vitess.yaml "$scratch/bad.yaml"
exits 1
says 'examples/my-vitess.yaml: VitessCluster vitess is valid'

cat >"$scratch/other.yaml" <<'YAML'
apiVersion: vitess.io/v9
kind: VitessCluster
metadata: {name: x}
spec: {}
YAML
run validate - <"$scratch/other.yaml"
exits 1
says 'standard input:1:1: apiVersion: must be vitess.io/v1alpha1 or planetscale.com/v2, got "vitess.io/v9"'

# A list, as `kubectl get vitessclusters -o yaml` prints it: each item counts, at its own place.
{
    printf 'apiVersion: v1\nkind: List\nitems:\n- '
    sed 's/^/  /; s/end: "80"/end: "8g"/' examples/my-vitess.yaml | grep -v '^ *#' | sed '1s/^ *//'
    printf -- '- apiVersion: v1\n  kind: ConfigMap\n'
} >"$scratch/list.yaml"
run validate "$scratch/list.yaml"
exits 1
says "$scratch/list.yaml:$(grep -n 8g "$scratch/list.yaml" | cut -d: -f1):31: spec.keyspaces[0].shards[0].keyRange.end: must be hex"
says "$scratch/list.yaml:$(grep -n ConfigMap "$scratch/list.yaml" | cut -d: -f1 | awk '{print $1 - 1}'):3: metadata.name: is required"

# Flags are judged by the program that gets them, advice refuses nothing.
sed 's/^      replicas: 2/&\n      flags: {querry-timeout: 30}/' examples/my-vitess.yaml >"$scratch/flags.yaml"
run validate "$scratch/flags.yaml"
exits 1
says "$scratch/flags.yaml:$(grep -n querry "$scratch/flags.yaml" | cut -d: -f1):15: spec.cells[1].vtgate.flags.querry-timeout: is no flag of vtgate in Vitess 24 (did you mean \"query-timeout\"?)"
sed 's/^spec:/&\n  image: vitess\/lite:latest/' examples/my-vitess.yaml >"$scratch/latest.yaml"
run validate "$scratch/latest.yaml"
exits 0
says "VitessCluster vitess is valid"
says "$scratch/latest.yaml:$(grep -n latest "$scratch/latest.yaml" | cut -d: -f1):3: advice: spec.image: vitess/lite:latest names no version"

# Two clusters of a namespace that want one name: the later one says it.
sed 's/name: vitess$/name: prod/; s/zone1/eu-zone1/' examples/my-vitess.yaml | grep -v '^ *#' >"$scratch/prod.yaml"
sed 's/name: vitess$/name: prod-eu/' examples/my-vitess.yaml | grep -v '^ *#' >"$scratch/prod-eu.yaml"
run validate "$scratch/prod.yaml" "$scratch/prod-eu.yaml"
exits 1
says "$scratch/prod.yaml: VitessCluster prod is valid"
says "$scratch/prod-eu.yaml:$(grep -n 'name: zone1' "$scratch/prod-eu.yaml" | cut -d: -f1):5: spec.cells[1].name: makes VitessCell \"prod-eu-zone1\", as spec.cells[1].name of VitessCluster prod in this namespace does; rename one of them"
holds test "$(wc -l <"$scratch/out")" = 2
{
    cat "$scratch/prod.yaml"
    echo ---
    sed 's/name: prod-eu/&\n  namespace: other/' "$scratch/prod-eu.yaml"
} >"$scratch/both.yaml"
run validate "$scratch/both.yaml"
exits 0
# Keyspaces, too.
sed 's/name: prod-eu/name: prod/; s/name: zone1/name: eu/; s/cells: \[zone1\]/cells: [eu]/; s/name: main/name: zone1-main/' "$scratch/prod-eu.yaml" >"$scratch/eu.yaml"
run validate "$scratch/prod-eu.yaml" "$scratch/eu.yaml"
exits 1
says 'spec.keyspaces[0].name: makes VitessKeyspace "prod-eu-zone1-main", as spec.keyspaces[0].name of VitessCluster prod-eu in this namespace does; rename one of them'

# What is no manifest at all.
printf 'a: [1\n' >"$scratch/broken.yaml"
run validate "$scratch/broken.yaml"
exits 1
says "$scratch/broken.yaml:"
printf -- '- a\n---\nkind: X\n---\napiVersion: v1\nkind: X\n---\n# nothing\n' >"$scratch/objects.yaml"
run validate "$scratch/objects.yaml"
exits 1
says 'must be a mapping'
says 'apiVersion: is required'
says 'metadata.name: is required'
run validate "$scratch/missing.yaml"
exits 3
complains "cannot read $scratch/missing.yaml: No such file or directory"
run validate
exits 2
complains 'needs a FILE'

done_checking
