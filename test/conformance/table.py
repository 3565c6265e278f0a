#!/usr/bin/env python3
"""The table of what the operator of PlanetScale does and what this one does, as Markdown.

    table.py PROGRAM [FOLDER]    from `PROGRAM crds --api v2` and the rows of FOLDER (test/conformance)
    table.py --check PROGRAM     breaks the rows in every way that has to be noticed

fields.tsv has a row for each field of each kind: its path, what theirs does with it, what ours does, and
the tests that prove it ("check_v2_status/cells_say_what_theirs_say": a test of test/unit or test/sim, or the
path of a script). A path that ends with "..." is of all below as well: its third column is "as PATH", and
what is below must be what is below PATH, but for fields that have rows of their own. What Kubernetes
describes has one row. behaviours.tsv has a row for each behaviour, under headings ("## ...").

Exits 1 with a line for each field without a row, row without a field, and test that does not exist.
`make manifests` writes the table.
"""

import copy
import json
import os
import re
import subprocess
import sys

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
THEIRS = ROOT + "/test/vectors/planetscale-v2/manifests/docs-v24.0.4/operator.yaml"
# Kubernetes describes its own.
KUBERNETES = {
    "affinity", "apiResources", "behavior", "dataVolumeClaimTemplate", "extraEnv", "extraVolumeMounts",
    "extraVolumes", "imagePullSecrets", "initContainers", "lifecycle", "metrics", "resources", "selector",
    "sidecarContainers", "strategy", "tolerations", "topologySpreadConstraints", "volume", "webResources",
}
NO_FIELD = "no such field"
# Behind the release that the docs install; its source is what the rows are about.
NEWER = {
    "VitessBackupSchedule.spec.backupMethod", "VitessCluster.spec.backup.schedules[].backupMethod",
    "VitessBackupSchedule.spec.tolerations", "VitessCluster.spec.backup.schedules[].tolerations",
}


def below(schema, path):
    """(path, sentence) of each field below, in the order of their names."""
    for name, field in sorted(schema.get("properties", {}).items()):
        place = path + "." + name
        yield place, field.get("description", "")
        if name in KUBERNETES:
            continue
        while True:
            if "items" in field:
                field, place = field["items"], place + "[]"
            elif isinstance(field.get("additionalProperties"), dict):
                field, place = field["additionalProperties"], place + "{}"
            else:
                break
        yield from below(field, place)


def fields_of(crds):
    fields = {}
    for crd in crds:
        kind = crd["spec"]["names"]["kind"]
        schema = crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
        for part in ("spec", "status"):
            fields.update(below(schema.get(part, {}), kind + "." + part))
    return fields


def rows_of(path, columns):
    with open(path) as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if line.startswith("##"):
                yield [line]
            elif line and not line.startswith("#"):
                row = line.split("\t")
                if len(row) != columns:
                    sys.exit("%s:%d: has %d columns, not %d" % (path, number, len(row), columns))
                yield row


class Rows:
    """fields.tsv, and what is wrong with it."""

    def __init__(self, rows, fields, theirs):
        self.rows = {row[0]: row for row in rows}
        self.fields, self.theirs, self.problems = fields, theirs, []
        if len(self.rows) < len(rows):
            self.problems.append("two rows have one path")

    def above(self, path):
        """The row of all below something that the path is below."""
        ends = sorted((key[:-3] for key in self.rows if key.endswith("...")), key=len, reverse=True)
        for end in ends:
            if path == end or (path.startswith(end) and path[len(end)] in ".[{"):
                return end
        return None

    def row(self, path):
        return self.rows.get(path) or self.rows.get((self.above(path) or "") + "...")

    def names_below(self, start):
        return {path[len(start):] for path in self.fields if path.startswith(start) and path != start}

    def check_alike(self, start, row):
        target = row[2][len("as "):]
        if not row[2].startswith("as ") or not (target in self.fields or self.names_below(target + ".")):
            self.problems.append("%s...: must say as what, got \"%s\"" % (start, row[2]))
            return
        for name in self.names_below(start) ^ self.names_below(target):
            own = self.rows.get(start + name)
            if own is None and self.above(start + name) == start:
                self.problems.append("%s is not as %s" % (start + name, target + name))

    def check_row(self, row):
        path = row[0]
        if path.endswith("..."):
            self.check_alike(path[:-3], row)
        elif path not in self.fields:
            self.problems.append("%s is no field" % path)
        elif (path not in self.theirs and path not in NEWER) != row[1].startswith(NO_FIELD):
            self.problems.append("%s: theirs %s, the row says \"%s\"" %
                                 (path, "has it" if path in self.theirs else "lacks it", row[1]))

    def check(self):
        for path in self.fields:
            if self.row(path) is None:
                self.problems.append("%s has no row" % path)
        for path in self.theirs.keys() - self.fields.keys():
            self.problems.append("%s is theirs, and no field of ours" % path)
        for row in self.rows.values():
            self.check_row(row)
        return self.problems


def missing_test(name):
    if "/" in name and os.path.isfile(ROOT + "/" + name):
        return False
    file, _, test = name.partition("/")
    for folder in ("unit", "sim"):
        path = "%s/test/%s/%s.c" % (ROOT, folder, file)
        if os.path.isfile(path) and re.search(r"^START_TEST\(%s\)$" % re.escape(test), open(path).read(), re.M):
            return False
    return True


def check_tests(rows):
    for row in rows:
        if len(row) == 1 or row[2].startswith("as "):
            continue
        for name in filter(None, row[3].split(", ")):
            if missing_test(name):
                yield "%s: there is no test %s" % (row[0], name)
        if not row[3] and not row[2].startswith("not yet"):
            yield "%s: names no test" % row[0]


def cell(text):
    return text.replace("|", "\\|")


def line(*cells):
    return "| " + " | ".join(cell(text) for text in cells) + " |"


def tests_cell(text):
    return ", ".join("`%s`" % name for name in filter(None, text.split(", ")))


def field_lines(rows):
    kind, shown = None, set()
    for path, sentence in rows.fields.items():
        row = rows.row(path)
        if path.partition(".")[0] != kind:
            kind = path.partition(".")[0]
            yield from ("", "### " + kind, "", "| field | behaviour | theirs | ours | test |",
                        "| --- | --- | --- | --- | --- |")
        if row[0] in shown:
            continue
        shown.add(row[0])
        name = row[0].partition(".")[2]
        if row[0].endswith("..."):
            yield line("`%s` and below" % name[:-3], sentence if row[0] == path + "..." else "",
                       *["as `%s`" % row[2][len("as "):]] * 2, tests_cell(row[3]))
        else:
            yield line("`%s`" % name, sentence, row[1], row[2], tests_cell(row[3]))


def behaviour_lines(rows):
    for row in rows:
        if len(row) == 1:
            yield from ("", "#" + row[0], "", "| behaviour | theirs | ours | test |", "| --- | --- | --- | --- |")
        else:
            yield line(row[0], row[1], row[2], tests_cell(row[3]))


INTRODUCTION = """# planetscale.com/v2: every field and behaviour

Made by `make manifests` from the CRDs and from test/conformance, whose script fails where a field has no row or
a test does not exist; do not edit. *Theirs* is the operator of PlanetScale at the commit that
[the vectors](../test/vectors/README.md) are of, *ours* is this one ([planetscale-v2.md](planetscale-v2.md) is the
short of it). *yes*: it does what the behaviour says. Tests are those of test/unit and test/sim;
`check_v2_conformance/every_field_counts` changes each field in turn, and some object of Kubernetes changes.

## Behaviours"""


def table(rows, behaviours):
    yield INTRODUCTION
    yield from behaviour_lines(behaviours)
    yield from ("", "## Fields")
    yield from field_lines(rows)


def load(program, folder):
    crds = json.loads(subprocess.check_output([program, "crds", "--api", "v2", "-o", "json"]))["items"]
    with open(THEIRS) as file:
        theirs = [one for one in yaml.safe_load_all(file) if one and one["kind"] == "CustomResourceDefinition"]
    return (list(rows_of(folder + "/fields.tsv", 4)), fields_of(crds), fields_of(theirs),
            list(rows_of(folder + "/behaviours.tsv", 4)))


def problems_of(fields, known, theirs, behaviours):
    return Rows(fields, known, theirs).check() + list(check_tests(fields + behaviours))


def notices(what, fields, known, theirs, behaviours):
    if not problems_of(fields, known, theirs, behaviours):
        sys.exit("not noticed: " + what)


def check_itself(program):
    fields, known, theirs, behaviours = load(program, HERE)
    least = next(row for row in fields if row[0] == "VitessCell.status.idle")
    alike = next(row for row in fields if row[0] == "VitessCell.spec...")
    notices("a field without a row", [row for row in fields if row is not least], known, theirs, behaviours)
    notices("two rows", fields + [least], known, theirs, behaviours)
    for index, text, what in ((0, least[0] + "s", "a row without a field"), (3, "check_v2_status/nothing", "no test"),
                              (3, "", "a row that names no test"), (1, NO_FIELD, "a field of theirs")):
        row = copy.copy(least)
        row[index] = text
        notices(what, [row if one is least else one for one in fields], known, theirs, behaviours)
    for text in ("as VitessCluster.spec.vtadmin", "as VitessCluster.spec.nothing", "yes"):
        row = alike[:2] + [text, alike[3]]
        notices(text, [row if one is alike else one for one in fields], known, theirs, behaviours)
    notices("a field that is no longer ours", fields, known, dict(theirs, **{"VitessCell.spec.more": ""}), behaviours)
    notices("a new field", fields, dict(known, **{"VitessCell.spec.gateway.more": ""}), theirs, behaviours)
    notices("a test of a behaviour", fields, known, theirs, [behaviours[1][:3] + ["check_nothing/none"]])


def main():
    if sys.argv[1] == "--check":
        check_itself(sys.argv[2])
        return
    fields, known, theirs, behaviours = load(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else HERE)
    problems = problems_of(fields, known, theirs, behaviours)
    if problems:
        sys.exit("\n".join(problems))
    print("\n".join(table(Rows(fields, known, theirs), behaviours)))


main()
