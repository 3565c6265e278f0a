#!/usr/bin/env python3
"""Holds what Helm makes of the chart against what `vitess-operator install` prints.

    helm.py RENDERED.yaml INSTALLED NAMESPACE

INSTALLED is JSON or YAML. They may differ in what each line of WANTED says and in nothing else.
"""
import json
import sys

import yaml


def load(path):
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [thing for thing in yaml.load_all(open(path), loader) if thing]


def key(thing):
    return thing["kind"], thing["metadata"]["name"]


def without(thing, *path):
    """Takes a field out and gives its value."""
    for step in path[:-1]:
        thing = thing[step]
    return thing.pop(path[-1], None) if isinstance(thing, dict) else None


def expect(condition, text):
    if not condition:
        sys.exit(text)


def main():
    rendered = load(sys.argv[1])
    installed = load(sys.argv[2])
    if len(installed) == 1:
        installed = installed[0]["items"]
    namespace = sys.argv[3]
    helm = {key(thing): thing for thing in rendered}
    expect(len(helm) == len(rendered), "two objects of one kind and name")

    plain = {key(thing): thing for thing in installed if thing["kind"] != "Namespace"}
    # Of Helm it is a policy of its own; policies add up.
    metrics = helm.pop(("NetworkPolicy", "vitess-operator-metrics"), None)
    if metrics:
        policy = plain[("NetworkPolicy", "vitess-operator")]
        expect(policy["spec"]["ingress"].pop() == metrics["spec"]["ingress"][0], "the policies for metrics differ")
    expect(helm.keys() == plain.keys(), f"objects differ: {helm.keys() ^ plain.keys()}")

    for name, thing in helm.items():
        if name[0] == "CustomResourceDefinition":
            expect(without(thing, "metadata", "annotations") == {"helm.sh/resource-policy": "keep"}, f"{name} is not kept")
        if name[0] == "Deployment":
            pod = thing["spec"]["template"]
            expect(len(without(pod, "metadata", "annotations")["checksum/config"]) == 64, "no checksum of the settings")
            for field, empty in (("imagePullSecrets", []), ("nodeSelector", {}), ("affinity", {}),
                                 ("priorityClassName", "")):
                expect(without(pod, "spec", field) == empty, f"{field} is not empty")
            container = pod["spec"]["containers"][0]
            expect(without(container, "imagePullPolicy") == "IfNotPresent", "imagePullPolicy")
        place = thing["metadata"].get("namespace")
        expect(place in (None, namespace), f"{name} is in namespace {place}")
        other = plain[name]
        expect(thing == other, f"{name} differs:\n{json.dumps(thing, indent=1)}\n{json.dumps(other, indent=1)}"[:4000])
    print(f"{len(helm)} objects are the same")


main()
