#!/usr/bin/env python3
"""Pods of tasks in requests, as this build makes them: what was applied is replaced by what is asked for today.

Where a build renders tasks or the templates of tablets in another way, a trial or a failing task of an older one is
asked anew, and the case would no longer show what it is about.

    test/golden/renew.py PROGRAM CASE...      such as shard/preflight-is-refused, v2/shard/at-rest-nothing-changes
"""
import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

APPLIED = "metacontroller.k8s.io/last-applied-configuration"


COMPONENTS = ("vitess.io/component", "planetscale.com/component")


def is_task(child):
    labels = child["metadata"].get("labels", {})
    return any(labels.get(key) == "task" for key in COMPONENTS)


def asked(program, case, request):
    """Pods of tasks that are asked for where none is there."""
    for group in request["children"].values():
        for name in [name for name, child in group.items() if is_task(child)]:
            del group[name]
    command = [program, "sync", case.rpartition("/")[0], "-o", "json"]
    answer = json.loads(subprocess.run(command, input=json.dumps(request), text=True, stdout=subprocess.PIPE, check=True).stdout)
    return {child["metadata"]["name"]: child for child in answer["children"] if child["kind"] == "Pod" and is_task(child)}


def renew(program, case):
    path = Path(__file__).parent / case / "request.yaml"
    text = path.read_text()
    # The last anchor of a name counts, as in YAML; PyYAML takes no second one. What they hold is not of interest here.
    readable = re.sub(r"(state|lastState): [&*]id\w+", r"\1:", text)
    pods = asked(program, case, yaml.safe_load(readable))
    lines = text.split("\n")
    for i, line in enumerate(lines):
        found = re.match(r"( *)" + re.escape(APPLIED) + r": '(.*)'$", line)
        name = found and json.loads(found[2].replace("''", "'"))["metadata"]["name"]
        if name in pods:
            applied = json.dumps(pods[name], separators=(",", ":"), sort_keys=True, ensure_ascii=False).replace("'", "''")
            lines[i] = f"{found[1]}{APPLIED}: '{applied}'"
    path.write_text("\n".join(lines))


for argument in sys.argv[2:]:
    renew(sys.argv[1], argument)
