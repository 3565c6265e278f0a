#!/usr/bin/env python3
"""Whether everything that the CRDs of the last release take, new CRDs take as well.

    compatible.py OLD.json NEW.json    each of them what `vitess-operator crds -o json` prints
    compatible.py --check OLD.json     breaks OLD in every way that has to be noticed

Exits 1 with a line for each change that is not compatible. Such a change needs a new version of the API
beside the old one. At a release: vitess-operator crds -o json | jq -c . >test/manifests/last-release/crds.json
"""

import copy
import json
import re
import sys

LOWER_BOUNDS = ("minimum", "minLength", "minItems", "minProperties")
UPPER_BOUNDS = ("maximum", "maxLength", "maxItems", "maxProperties")
# A change of these changes what is taken, merged, or kept, in whatever direction.
FIXED = (
    "type",
    "format",
    "default",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-type",
    "x-kubernetes-list-map-keys",
)
# Narrower on purpose, as CHANGELOG.md says, or another pattern that takes more. To be emptied at a release: one that is not needed is an error.
DELIBERATE = (
    r"lags\.\*: pattern was null, is .*cntrl",  # flags of two lines
    r"spec\.lockserver\.(addresses\[\]|root): pattern was .*cntrl",
    r"spec\.keyspaces\[\]\.name: pattern was .*, is .*A-Z",  # capitals and "_" as well
    r"\.key: (pattern|maxLength) was null",  # texts that Kubernetes takes for no key of a Secret
    # Parts of Pods, claims and Services that the API server would have refused, or dropped, later.
    r"\.(template|[a-zA-Z]*[rR]esources|volumeClaim|selector|annotations|imagePullSecrets)\b"
    r".*(: (is no longer x-kubernetes-preserve|is required now|only .* are taken|\"Block\" is)"
    r"|: (pattern|maxLength|minimum|minItems) was )",
    r"\.service: has the new rule .*has\(self\.(external|node|loadB|allocate)",  # of fields that are new
    r"masterEligible\.replicas: minimum was 0, is 1",  # which a rule of the last release refuses
    r"keyspaces\[\]: has the new rule !has\(self\.equal\)",  # likewise
    r"\.etcd\.version: (pattern|maxLength) was null",  # of which there is no image
    # Of which a Pod that has two is made once and could never change again.
    r"\.template\b.*: x-kubernetes-list-(type|map-keys) was null",
    r"has the new rule .*self\.tls|has the new rule .*c\.etcd\.tls",  # of a field that is new itself
)


def shown(value):
    return json.dumps(value, sort_keys=True)


def compare_values(path, old, new):
    """What one value may be."""
    for key in FIXED:
        if old.get(key) != new.get(key):
            yield f"{path}: {key} was {shown(old.get(key))}, is {shown(new.get(key))}"
    for value in old.get("enum", []):
        if "enum" in new and value not in new["enum"]:
            yield f"{path}: {shown(value)} is no longer taken"
    if "enum" in new and "enum" not in old:
        yield f"{path}: only {shown(new['enum'])} are taken now"
    if new.get("pattern") not in (None, old.get("pattern")):
        yield f"{path}: pattern was {shown(old.get('pattern'))}, is {shown(new['pattern'])}"
    for key in LOWER_BOUNDS:
        if key in new and new[key] > old.get(key, float("-inf")):
            yield f"{path}: {key} was {shown(old.get(key))}, is {new[key]}"
    for key in UPPER_BOUNDS:
        if key in new and new[key] < old.get(key, float("inf")):
            yield f"{path}: {key} was {shown(old.get(key))}, is {new[key]}"
    for key in ("nullable", "x-kubernetes-preserve-unknown-fields"):
        if old.get(key) and not new.get(key):
            yield f"{path}: is no longer {key}"
    known = [rule["rule"] for rule in old.get("x-kubernetes-validations", [])]
    for rule in new.get("x-kubernetes-validations", []):
        if rule["rule"] not in known:
            yield f"{path}: has the new rule {rule['rule']}"


def compare_schemas(path, old, new):
    yield from compare_values(path, old, new)
    for name in new.get("required", []):
        if name not in old.get("required", []):
            yield f"{path}.{name}: is required now"
    for name, schema in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from compare_schemas(f"{path}.{name}", schema, new["properties"][name])
        elif not new.get("x-kubernetes-preserve-unknown-fields"):
            yield f"{path}.{name}: is gone"
    for key, suffix in (("items", "[]"), ("additionalProperties", ".*")):
        if key in old and key in new:
            yield from compare_schemas(path + suffix, old[key], new[key])
        elif key in old:
            yield f"{path}{suffix}: is gone"


def compare_versions(name, old, new):
    versions = {version["name"]: version for version in new}
    for version in old:
        path = f"{name} {version['name']}"
        now = versions.get(version["name"])
        if now is None or (version["served"] and not now["served"]):
            yield f"{path}: is no longer served"
            continue
        for resource in version.get("subresources", {}):
            if resource not in now.get("subresources", {}):
                yield f"{path}: the subresource {resource} is gone"
        yield from compare_schemas(
            path + ":", version["schema"]["openAPIV3Schema"], now["schema"]["openAPIV3Schema"]
        )


def compare(old, new):
    crds = {crd["metadata"]["name"]: crd["spec"] for crd in new["items"]}
    for crd in old["items"]:
        name, spec = crd["metadata"]["name"], crd["spec"]
        if name not in crds:
            yield f"{name}: is gone"
            continue
        now = crds[name]
        for key in ("group", "scope"):
            if spec[key] != now[key]:
                yield f"{name}: {key} was {spec[key]}, is {now[key]}"
        if spec["names"]["kind"] != now["names"]["kind"]:
            yield f"{name}: kind was {spec['names']['kind']}, is {now['names']['kind']}"
        for short in spec["names"].get("shortNames", []):
            if short not in now["names"].get("shortNames", []):
                yield f"{name}: the short name {short} is gone"
        yield from compare_versions(name, spec["versions"], now["versions"])


# --- the check of the check ---


def cluster(crds):
    return crds["items"][0]["spec"]


def field(crds, *names):
    """Schema of spec.<names> of the first kind; "[]" goes to the items of a list."""
    schema = cluster(crds)["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    for name in names:
        schema = schema["items"] if name == "[]" else schema["properties"][name]
    return schema


def removed(crds):
    del field(crds, "cells", "[]")["properties"]["vtgate"]


def v1alpha2(crds):
    cluster(crds)["versions"][0]["name"] = "v1alpha2"


# Each takes CRDs and breaks them; the text has to be among the findings, which must not be more.
BREAKS = [
    (lambda c: c["items"].pop(3), "vitessshards.vitess.io: is gone"),
    (v1alpha2, "v1alpha1: is no longer served"),
    (lambda c: cluster(c)["versions"][0].update(served=False), "v1alpha1: is no longer served"),
    (lambda c: cluster(c).update(scope="Cluster"), "scope was Namespaced, is Cluster"),
    (lambda c: cluster(c)["names"].update(kind="Vitess"), "kind was VitessCluster, is Vitess"),
    (lambda c: cluster(c)["names"].update(shortNames=[]), "the short name vt is gone"),
    (lambda c: cluster(c)["versions"][0].update(subresources={}), "the subresource status is gone"),
    (removed, ".spec.cells[].vtgate: is gone"),
    (lambda c: field(c, "image").update(type="integer"), '.spec.image: type was "string", is "integer"'),
    (lambda c: field(c)["required"].append("image"), ".spec.image: is required now"),
    (
        lambda c: field(c, "imagePullPolicy")["enum"].remove("Never"),
        '.spec.imagePullPolicy: "Never" is no longer taken',
    ),
    (lambda c: field(c, "cells", "[]", "etcd", "version").update(enum=["3.5.17"]), "are taken now"),
    (lambda c: field(c, "image").update(pattern="^a$"), ".spec.image: pattern was"),
    (lambda c: field(c, "cells", "[]", "etcd", "version").update(pattern="^a$"), "pattern was null"),
    (lambda c: field(c, "cells", "[]", "etcd", "size").update(minimum=3), "size: minimum was 1, is 3"),
    (lambda c: field(c, "cells", "[]", "etcd", "size").update(maximum=3), "size: maximum was 5, is 3"),
    (lambda c: field(c, "cells").update(maxItems=2), ".spec.cells: maxItems was 32, is 2"),
    (lambda c: field(c, "cells").update(minItems=1), ".spec.cells: minItems was null, is 1"),
    (lambda c: field(c, "revision").update(default=1), ".spec.revision: default was null, is 1"),
    (lambda c: field(c, "cells").pop("x-kubernetes-list-map-keys"), "x-kubernetes-list-map-keys was"),
    (
        lambda c: field(c, "template").pop("x-kubernetes-preserve-unknown-fields"),
        ".spec.template: is no longer x-kubernetes-preserve-unknown-fields",
    ),
    (lambda c: field(c, "backupFlags").pop("additionalProperties"), ".spec.backupFlags.*: is gone"),
    (
        lambda c: field(c)["x-kubernetes-validations"].append({"rule": "has(self.image)", "message": "no"}),
        "has the new rule has(self.image)",
    ),
]

# These are for everybody.
EXTENSIONS = [
    lambda c: field(c)["properties"].update(new={"type": "string", "enum": ["a"]}),
    lambda c: field(c, "imagePullPolicy")["enum"].append("Sometimes"),
    lambda c: field(c, "imagePullPolicy").pop("enum"),
    lambda c: field(c, "image").pop("pattern"),
    lambda c: field(c, "cells", "[]", "etcd", "size").update(minimum=0, maximum=7),
    lambda c: field(c, "cells").pop("maxItems"),
    lambda c: field(c).update(required=[]),
    lambda c: field(c).pop("x-kubernetes-validations"),
    lambda c: field(c, "image").update(description="Another one."),
    lambda c: cluster(c)["versions"].append(dict(cluster(c)["versions"][0], name="v1")),
    lambda c: c["items"].append(copy.deepcopy(c["items"][0])),
]


def check(old):
    well = True
    for change, wanted in BREAKS:
        new = copy.deepcopy(old)
        change(new)
        found = list(compare(old, new))
        if len(found) != 1 or wanted not in found[0]:
            print(f"must be found, alone: {wanted}\n  found: {found}")
            well = False
    for number, change in enumerate(EXTENSIONS):
        new = copy.deepcopy(old)
        change(new)
        found = list(compare(old, new))
        if found or new == old:
            print(f"must be compatible: extension {number}\n  found: {found}")
            well = False
    return well


def main(arguments):
    documents = []
    for path in arguments[-1:] if arguments[0] == "--check" else arguments:
        with open(path, encoding="utf-8") as file:
            documents.append(json.load(file))
    if arguments[0] == "--check":
        return 0 if check(documents[0]) else 1
    found = list(compare(*documents))
    unneeded = [why for why in DELIBERATE if not any(re.search(why, line) for line in found)]
    found = [line for line in found if not any(re.search(why, line) for why in DELIBERATE)]
    for line in found + [f"is deliberate, but is not there: {why}" for why in unneeded]:
        print(line)
    return 1 if found or unneeded else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
