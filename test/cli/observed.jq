# Recorded requests (jq -s) as the List that kubectl prints of what they observe: each object as it was seen
# last. Tasks are left out: that they have gone is in no request.
[.[] | .parent, (.children, .related | .[]?[]?)]
| map(select(.metadata.uid != null and (.metadata.labels | .["vitess.io/component"] // .["planetscale.com/component"]) != "task"))
| group_by(.metadata.uid) | map(max_by(.metadata.resourceVersion | tonumber))
| {apiVersion: "v1", kind: "List", metadata: {resourceVersion: ""}, items: .}
