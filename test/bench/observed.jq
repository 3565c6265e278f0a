# Turns an answer of the shard hook into the request of the next sync, with every child observed as
# a cluster at rest shows it. Arguments: parent, the VitessShard; primary, name of the primary.
def last_applied: tojson;
def meta($i): . + {
    uid: ("00000000-0000-4000-8000-" + ("000000000000" + ($i | tostring))[-12:]),
    resourceVersion: "1000", generation: 1, creationTimestamp: "2026-01-01T00:00:00Z",
    managedFields: [{manager: "metacontroller", operation: "Update", apiVersion: "v1",
      time: "2026-01-01T00:00:00Z", fieldsType: "FieldsV1",
      fieldsV1: {"f:metadata": {"f:annotations": {".": {}}, "f:labels": {".": {}}},
        "f:spec": {"f:containers": {"k:{\"name\":\"vttablet\"}": {".": {}, "f:args": {}, "f:image": {},
          "f:env": {".": {}}, "f:ports": {".": {}}, "f:resources": {".": {}}}}}}}]};
def ready: {phase: "Running", startTime: "2026-01-01T00:00:00Z",
    conditions: [{type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:10Z"}],
    containerStatuses: [{name: "vttablet", ready: true, restartCount: 0}]};
def observe($i): . as $o | .metadata |= (meta($i) |
      .annotations["metacontroller.k8s.io/last-applied-configuration"] = ($o | last_applied))
    | if .kind == "Pod" then .status = ready else . end;
{controller: {}, parent: $parent[0], related: {"VitessShard.vitess.io/v1alpha1": {}},
 finalizing: false,
 children: ({"Pod.v1": {}, "PersistentVolumeClaim.v1": {}, "PodDisruptionBudget.policy/v1": {}} +
   ([.children | to_entries[] | .key as $i | .value | observe($i)]
    | map(select((.metadata.labels["vitess.io/component"] // "") != "task"))
    | group_by(.kind + "." + .apiVersion)
    | map({key: (.[0].kind + "." + .[0].apiVersion),
           value: (map({key: (.metadata.namespace + "/" + .metadata.name), value: .}) | from_entries)})
    | from_entries))}
