# validate: what people get wrong in a manifest, and what they are told, word for word.
. test/cli/checks.sh

# slip SED: examples/my-vitess.yaml with one slip in it
slip() {
    sed "$1" examples/my-vitess.yaml >"$scratch/slip.yaml"
}

# tells LINE:COLUMN: MESSAGE..: all that validate says of the file
tells() {
    local expected=
    run validate "$scratch/slip.yaml"
    exits 1
    for line in "$@"; do
        expected+="$scratch/slip.yaml:$line"$'\n'
    done
    checks=$((checks + 1))
    [ "$out"$'\n' = "$expected" ] || fail "must say $*"
    [ -z "$err" ] || fail "must be silent on stderr"
}

# --- YAML ---

slip '34s/    cells/     cells/'
tells '34:6: "cells" is indented by 5 spaces, but "name" in line 33, which has a value already, by 4: line them up'
tab='this line is indented with a tab, which YAML forbids: use spaces'
slip $'22s/      resources/\t  resources/'
tells "22:1: $tab"
slip $'41s/        replicas/\treplicas/'
tells "41:1: $tab"
slip '36s/"80"/"80/'
tells '36:34: the quote that opens here is closed in line 37 only: close it where the text ends'
slip '41s/: /:/'
tells '41:18: a space is missing behind the colon of "replicas:3"'
slip '40s/://'
tells '40:21: a colon is missing behind "masterEligible"'
slip '33s/- name/-name/'
tells '33:4: a space is missing behind the dash of "-name: main"'
slip $'41s/: /:\u00a0/'
tells '41:18: this is a non-breaking space, which YAML takes for a letter: write a plain space'
slip '41s/3/{{ .Values.replicas }}/'
tells '41:19: {{ .Values.replicas }} is a template that was not filled in: first run the file through what fills it in, such as helm template or envsubst'
iconv -f UTF-8 -t UTF-16 examples/my-vitess.yaml >"$scratch/slip.yaml"
tells '1:1: the file is UTF-16: save it as UTF-8 (iconv -f UTF-16 -t UTF-8 FILE)'
printf '{\n  "apiVersion": "vitess.io/v1alpha1",\n  "kind": "VitessCluster",\n  "metadata": {"name": "vitess",},\n  "spec": {}\n}\n' >"$scratch/slip.yaml"
tells '4:32: JSON has no comma in front of a closing bracket: take it out'
cat examples/my-vitess.yaml examples/my-vitess.yaml >"$scratch/slip.yaml"
tells '61:1: duplicate key "apiVersion", which is in line 8 already; between two objects a line with --- is missing'
# What is no slip.
sed 's/$/\r/' examples/my-vitess.yaml >"$scratch/slip.yaml"
run validate "$scratch/slip.yaml"
exits 0
{ printf '\xef\xbb\xbf'; cat examples/my-vitess.yaml; } >"$scratch/slip.yaml"
run validate "$scratch/slip.yaml"
exits 0

# --- values as they were typed ---

slip '26s/zone1/no/; 34s/zone1/no/'
tells '26:5: spec.cells[1].name: must be text, got no, which YAML reads as false: write "no"' \
    '34:13: spec.keyspaces[0].cells[0]: must be text, got no, which YAML reads as false: write "no"'
slip '26s/zone1/001/; 34s/zone1/001/'
tells '26:5: spec.cells[1].name: must be text, got 001, which YAML reads as 1: write "001"' \
    '34:13: spec.keyspaces[0].cells[0]: must be text, got 001, which YAML reads as 1: write "001"'
slip '37s/"80"/80/'
tells '37:18: spec.keyspaces[0].shards[1].keyRange.start: must be text, got 80: write "80"'
slip '36s/"80"/1e3/'
tells '36:29: spec.keyspaces[0].shards[0].keyRange.end: must be text, got 1e3, which YAML reads as 1000: write "1e3"'
slip '36s/"80"/0x10/'
tells '36:29: spec.keyspaces[0].shards[0].keyRange.end: must be text, got 0x10, which YAML reads as 16: write "0x10"'
slip '36s/"80"/010/'
tells '36:29: spec.keyspaces[0].shards[0].keyRange.end: must be text, got 010, which YAML reads as 8: write "010"'
slip '17s/3/on/'
tells '17:7: spec.cells[0].etcd.size: must be a whole number, got on, which YAML reads as true'
slip '17s/3/0x10/'
tells '17:7: spec.cells[0].etcd.size: must be between 1 and 5, got 0x10, which YAML reads as 16'
slip '11s/vitess/1/'
tells '11:3: metadata.name: must be text, got 1: write "1"'
slip '41s/3/<REPLICAS>/'
tells '41:9: spec.keyspaces[0].tablets.masterEligible.replicas: must be a whole number, got "<REPLICAS>": it is a template that was not filled in'
slip $'33s/main/\u201cmain\u201d/'
tells $'33:5: spec.keyspaces[0].name: must be letters, digits, "-" and "_", with a letter or digit at both ends, such as "my_app", got "\u201cmain\u201d": its quotes are typographic ones, which are letters to YAML; write "'

# --- one problem for one cause ---

needs_primary='without a tablet of type replica no shard can have a primary'
slip '41s/replicas/replica/'
tells '41:9: spec.keyspaces[0].tablets.masterEligible.replica: is not a known field (did you mean "replicas"?)'
slip '41s/3/-1/'
tells "41:9: spec.keyspaces[0].tablets.masterEligible.replicas: must be between 1 and 100: $needs_primary, got -1"
slip '41s/3/0/'
tells "41:9: spec.keyspaces[0].tablets.masterEligible.replicas: must be between 1 and 100: $needs_primary, got 0"
slip '41s/ 3//'
tells "41:9: spec.keyspaces[0].tablets.masterEligible.replicas: is required, at least 1, here or in tablets.defaults: $needs_primary"

slip '36s/: ""/:""/; 36s/: "80"/:"80"/'
colon='is not a known field: a space is missing behind the colon'
tells "36:18: spec.keyspaces[0].shards[0].keyRange[\"start:\\\"\\\"\"]: $colon" \
    "36:28: spec.keyspaces[0].shards[0].keyRange[\"end:\\\"80\\\"\"]: $colon"
slip '40s/      m/    m/'
tells '40:5: spec.keyspaces[0].masterEligible: belongs to tablets here'
slip '27s/vtgate:/vtgat:/; 27s/$/ {}/; 28,31d'
tells '27:5: spec.cells[1].vtgat: is not a known field (did you mean "vtgate"?)'

# --- words ---

slip '28s/$/\n      service: {type: Nodeport}/'
tells '29:17: spec.cells[1].vtgate.service.type: must be one of "ClusterIP", "NodePort", "LoadBalancer", got "Nodeport" (did you mean "NodePort"?)'
slip '34s/$/\n    durabilityPolicy: semisync/'
tells '35:5: spec.keyspaces[0].durabilityPolicy: must be one of "none", "semi_sync", "semi_sync_with_rdonly_ack", "cross_cell", "cross_cell_with_rdonly_ack", got "semisync" (did you mean "semi_sync"?)'
slip '34s/$/\n    turndownPolicy: immediate/'
tells '35:5: spec.keyspaces[0].turndownPolicy: must be one of "RequireIdle", "Immediate", got "immediate" (did you mean "Immediate"?)'
slip '12s/$/\n  imagePullPolicy: always/'
tells '13:3: spec.imagePullPolicy: must be one of "Always", "IfNotPresent", "Never", got "always" (did you mean "Always"?)'
slip '27s/vtgate/gateway/'
tells '27:5: spec.cells[1].gateway: is called vtgate here'
slip '35s/.*/    partitionings:/; 36s/.*/    - equal: {parts: 2}/; 37d'
tells '35:5: spec.keyspaces[0].partitionings: is called shards here, each with its keyRange: shards: [{keyRange: {start: "", end: "80"}}, {keyRange: {start: "80", end: ""}}]'
slip '42s/volumeClaim/dataVolumeClaimTemplate/'
tells '42:9: spec.keyspaces[0].tablets.masterEligible.dataVolumeClaimTemplate: is called volumeClaim here'

# --- around the spec ---

no_kind='is no kind of vitess.io/v1alpha1, got'
slip '9s/VitessCluster/VitesCluster/'
tells "9:1: kind: $no_kind \"VitesCluster\" (did you mean \"VitessCluster\"?)"
slip '9s/VitessCluster/vitesscluster/'
tells "9:1: kind: $no_kind \"vitesscluster\" (did you mean \"VitessCluster\"?)"
slip '9s/VitessCluster/VitessShards/'
tells "9:1: kind: $no_kind \"VitessShards\" (did you mean \"VitessShard\"?)"
slip '9s/VitessCluster/Database/'
tells "9:1: kind: $no_kind \"Database\" (did you mean \"VitessCluster\"?)"
slip '$s/$/\nspecs: {}/'
tells '54:1: specs: is not a known field (did you mean "spec"?)'
slip '12s/spec/specs/'
tells '12:1: specs: is not a known field (did you mean "spec"?)'
slip '11s/$/\n  label: {a: b}/'
tells '12:3: metadata.label: is not a known field (did you mean "labels"?)'
# The API server's own rules of metadata.
slip '11s/$/\n  namespace: My_NS/'
tells '12:3: metadata.namespace: must be a DNS label such as "zone1", got "My_NS"'
slip "11s/\$/\n  labels: {a: 'b c'}/"
tells "12:12: metadata.labels.a: must be a label value (at most 63 letters, digits, '-', '_' and '.'), got \"b c\""
slip '11s/$/\n  labels: {a: 1}/'
tells '12:12: metadata.labels.a: must be text, got 1: write "1"'
slip '11s/$/\n  labels: {a b: c}/'
tells '12:3: metadata.labels: must have keys such as "team" or "example.com/team", got "a b"'
slip '11s/$/\n  annotations: {a: true}/'
tells '12:17: metadata.annotations.a: must be text, got true: write "true"'
slip '11s/$/\n  replicas: 1/'
tells '12:3: metadata.replicas: is not a known field'
slip '10,11d; s/^kind.*/&\nname: vitess/'
tells '8:1: metadata.name: is required' '10:1: name: belongs to metadata'
slip '12,$d'
tells '8:1: spec: is required'
slip '12s/$/ x/; 13,$d'
tells '12:1: spec: must be a mapping, got "x"'
slip '9d; 41s/3/x/'
tells '8:1: kind: is required'
{ cat examples/my-vitess.yaml; echo ---; cat examples/my-vitess.yaml; } >"$scratch/slip.yaml"
run validate "$scratch/slip.yaml"
exits 1
says "$scratch/slip.yaml:65:3: metadata.name: must differ between objects, VitessCluster \"vitess\" is in line 11 already"
# One namespace each is fine.
{ cat examples/my-vitess.yaml; echo ---; sed '11s/$/\n  namespace: other/' examples/my-vitess.yaml; } >"$scratch/slip.yaml"
run validate "$scratch/slip.yaml"
exits 0
printf -- '- a\n' >"$scratch/slip.yaml"
tells '1:1: must be a mapping with apiVersion, kind, metadata and spec, got ["a"]'
printf 'hello\n' >"$scratch/slip.yaml"
tells '1:1: must be a mapping with apiVersion, kind, metadata and spec, got "hello"'

# --- nothing to validate ---

for text in '' '# nothing\n' 'null\n'; do
    printf "$text" >"$scratch/slip.yaml"
    tells '1:1: holds no VitessCluster: it is empty'
done
printf -- '---\n---\n' >"$scratch/slip.yaml"
tells '1:1: holds no VitessCluster: it is empty'
run validate - </dev/null
exits 1
says 'standard input:1:1: holds no VitessCluster: it is empty'
printf 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' >"$scratch/others.yaml"
run validate "$scratch/others.yaml"
exits 1
says "$scratch/others.yaml:1:1: holds no VitessCluster, only Secret, ConfigMap"
complains "$scratch/others.yaml:6:1: skipped: ConfigMap is not a VitessCluster"
# Beside a VitessCluster other objects may have a file of their own.
run validate "$scratch/others.yaml" examples/my-vitess.yaml
exits 0
lacks 'holds no'
printf '# nothing\n' >"$scratch/empty.yaml"
run validate "$scratch/empty.yaml" examples/my-vitess.yaml
exits 1
says "$scratch/empty.yaml:1:1: holds no VitessCluster: it is empty"
says 'examples/my-vitess.yaml: VitessCluster vitess is valid'

# --- << and anchors ---

cat >"$scratch/slip.yaml" <<'YAML'
apiVersion: vitess.io/v1alpha1
kind: VitessCluster
metadata: {name: vitess}
spec:
  cells:
  - {name: global, etcd: {}, vtctld: {}}
  - name: zone1
    vtgate: &gate
      replicas: 2
      service: {type: Nodeport}
  - name: zone2
    vtgate:
      <<: *gate
      replicas: x
YAML
port='must be one of "ClusterIP", "NodePort", "LoadBalancer", got "Nodeport" (did you mean "NodePort"?)'
tells "10:17: spec.cells[1].vtgate.service.type: $port" "10:17: spec.cells[2].vtgate.service.type: $port" \
    '14:7: spec.cells[2].vtgate.replicas: must be a whole number, got "x"'

# --- other commands tell the same ---

slip '41s/: /:/'
for command in render simulate plan tree; do
    more=
    [ "$command" != plan ] || more=examples/my-vitess.yaml
    # shellcheck disable=SC2086 # no word where there is none
    run $command $more "$scratch/slip.yaml"
    complains "$scratch/slip.yaml:41:18: a space is missing behind the colon of \"replicas:3\""
done

# --- JSON ---

sed '26s/zone1/no/; 34s/zone1/no/; 41s/3/x/' examples/my-vitess.yaml >"$scratch/slip.yaml"
run validate -o json "$scratch/slip.yaml" "$scratch/others.yaml" examples/my-vitess.yaml
exits 1
answers 'length == 1 and .[0].format_version == 1 and .[0].valid == false'
answers '.[0].clusters | map([.name, .line, .valid]) == [["vitess", 8, false], ["vitess", 8, true]]'
answers '.[0].problems | map([.line, .column, .path]) == [[26, 5, "spec.cells[1].name"],
    [34, 13, "spec.keyspaces[0].cells[0]"],
    [41, 9, "spec.keyspaces[0].tablets.masterEligible.replicas"]]'
answers '.[0].problems[0] | .kind == "VitessCluster" and .name == "vitess" and .value == false and
    .message == "must be text, got no, which YAML reads as false: write \"no\""'
answers '.[0].notes | map([.line, .kind, .name]) == [[2, "Secret", "a"], [6, "ConfigMap", "a"]]'
holds test -z "$err"
run validate --output=json examples/my-vitess.yaml
exits 0
answers '.[0] | .valid and .problems == [] and .advice == [] and .notes == []'
run validate -o json - </dev/null
exits 1
answers '.[0].problems == [{file: "standard input", line: 1, column: 1, message: "holds no VitessCluster: it is empty"}]'
run validate -o yaml examples/my-vitess.yaml
exits 2
complains "--output must be one of text, json, got 'yaml'"

done_checking
