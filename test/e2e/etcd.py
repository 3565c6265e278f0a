#!/usr/bin/env python3
"""The members of a real etcd, changed by the real hook of VitessCell: test/e2e/etcd.py PROGRAM ETCD

It plays Metacontroller, the controller of StatefulSets, the kubelet and the tasks, on addresses of the
loopback: each member runs with the arguments of its template and what the ConfigMap says as it starts,
each task its script. So etcd judges the flags, the order and the questions; a key that is written at
the beginning has to be there at the end.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

PROGRAM, ETCD = (os.path.realpath(path) for path in sys.argv[1:3])
GROUPS = ["ConfigMap.v1", "PersistentVolumeClaim.v1", "Pod.v1", "Service.v1", "Deployment.apps/v1",
          "StatefulSet.apps/v1", "HorizontalPodAutoscaler.autoscaling/v2",
          "NetworkPolicy.networking.k8s.io/v1", "PodDisruptionBudget.policy/v1",
          "VitessKeyspace.vitess.io/v1alpha1"]
NAME = "vitess-global-etcd"
LAST = "metacontroller.k8s.io/last-applied-configuration"


def sync(hook, parent, children):
    request = {"parent": parent, "children": children, "related": {}, "finalizing": False}
    answer = subprocess.run([PROGRAM, "sync", hook], input=json.dumps(request), text=True, capture_output=True)
    if answer.returncode != 0:
        sys.exit(f"{hook}: {answer.stderr}")
    return json.loads(answer.stdout)


def here(text):
    """Each member has an address of its own; the client Service leads to the first."""
    text = re.sub(rf"{NAME}-(\d)\.{NAME}-peer\.default\.svc", lambda found: f"127.0.7.{int(found[1]) + 1}", text)
    return text.replace(f"{NAME}-client.default.svc", "127.0.7.1")


def there(text):
    return re.sub(r"127\.0\.7\.(\d):2380", lambda found: f"{NAME}-{int(found[1]) - 1}.{NAME}-peer.default.svc:2380", text)


class Cluster:
    def __init__(self, size):
        cluster = {"apiVersion": "vitess.io/v1alpha1", "kind": "VitessCluster",
                   "metadata": {"name": "vitess", "namespace": "default", "uid": "u", "generation": 1},
                   "spec": {"cells": [{"name": "global", "etcd": {"size": size}, "vtctld": {}}]}}
        cells = sync("cluster", cluster, {"Pod.v1": {}, "VitessCell.vitess.io/v1alpha1": {}})["children"]
        self.cell = next(each for each in cells if each["kind"] == "VitessCell")
        self.cell["metadata"].update(uid="cell", generation=1)
        self.objects, self.members, self.folder, self.made = {}, {}, tempfile.mkdtemp(), 0

    def find(self, kind, name):
        return next((each for (of, its), each in self.objects.items() if of.startswith(kind + ".") and its == name), None)

    def apply(self, wanted):
        kept = {}
        for child in wanted:
            group, _, version = child["apiVersion"].rpartition("/")
            key = (f"{child['kind']}.{group + '/' if group else ''}{version}", child["metadata"]["name"])
            before = self.objects.get(key, {})
            made = json.loads(json.dumps(child))
            same = before.get("spec") == made.get("spec")
            made["metadata"].update(uid=before.get("metadata", {}).get("uid", f"uid-{key[1]}"),
                                    generation=before.get("metadata", {}).get("generation", 0) + (not same),
                                    ownerReferences=[{"uid": "cell", "controller": True}])
            made["metadata"].setdefault("annotations", {})[LAST] = json.dumps(child)
            if "status" in before:
                made["status"] = before["status"]
            kept[key] = made
        self.objects = kept

    def claim(self, ordinal):
        name = f"data-{NAME}-{ordinal}"
        if self.find("PersistentVolumeClaim", name) is None:
            self.made += 1
            spec = self.set["spec"]["volumeClaimTemplates"][0]["spec"]
            self.objects["PersistentVolumeClaim.v1", name] = {
                "apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": spec,
                "metadata": {"name": name, "namespace": "default", "uid": f"claim-{self.made}",
                             "labels": self.set["spec"]["selector"]["matchLabels"],
                             "ownerReferences": [{"uid": "cell", "controller": True}]},
                "status": {"phase": "Bound", "capacity": {"storage": spec["resources"]["requests"]["storage"]}}}
        return self.find("PersistentVolumeClaim", name)["metadata"]["uid"]

    def run_member(self, ordinal):
        uid = self.claim(ordinal)
        container = self.set["spec"]["template"]["spec"]["containers"][0]
        data = self.find("ConfigMap", f"{NAME}-members")["data"]
        words = []
        for word in container["args"]:
            for variable in container["env"]:
                key = variable["valueFrom"].get("configMapKeyRef", {}).get("key")
                word = word.replace(f"$({variable['name']})", data[key] if key else f"{NAME}-{ordinal}")
            word = here(word).replace("0.0.0.0", f"127.0.7.{ordinal + 1}")
            words.append(word.replace("/var/etcd/data", f"{self.folder}/{uid}"))
        log = open(f"{self.folder}/{NAME}-{ordinal}.log", "a")
        self.members[ordinal] = subprocess.Popen([ETCD, *words, "--unsafe-no-fsync"], stdout=log, stderr=log)

    def ready(self, ordinal):
        try:
            return b'"true"' in urllib.request.urlopen(f"http://127.0.7.{ordinal + 1}:2381/health", timeout=2).read()
        except OSError:
            return False

    def run_task(self, pod):
        command = pod["spec"]["containers"][0]["command"]
        if "curl" not in command:  # Vitess is not here
            code, message = 0, ""
        else:
            answer = f"{self.folder}/{pod['metadata']['name']}"
            words = [here(word.replace("/dev/termination-log", answer).replace("$$", "$")) for word in command]
            code = subprocess.run(words, capture_output=True).returncode
            message = there(open(answer).read())
        print(f"  {pod['metadata']['name']}: {message[:100]}")
        pod["status"] = {"phase": "Succeeded" if code == 0 else "Running", "containerStatuses": [
            {"name": "task", "restartCount": 0, "state": {"terminated": {"exitCode": code, "message": message}}}]}

    def step(self):
        groups = {group: {} for group in GROUPS}
        for (group, name), each in self.objects.items():
            groups[group][f"default/{name}"] = each
        answer = sync("cell", self.cell, groups)
        self.cell["status"] = answer["status"]
        self.apply(answer["children"])
        self.set = self.find("StatefulSet", NAME)
        size = self.set["spec"]["replicas"]
        for ordinal in [each for each in self.members if each >= size]:
            self.members.pop(ordinal).kill()
        for ordinal in range(size):
            if ordinal not in self.members or self.members[ordinal].poll() is not None:
                self.run_member(ordinal)
        for (group, _), each in list(self.objects.items()):
            count = each.get("spec", {}).get("replicas", 1)
            ready = sum(map(self.ready, range(count))) if each is self.set else count
            if group.split(".")[0] in ("StatefulSet", "Deployment"):
                each["status"] = {"observedGeneration": each["metadata"]["generation"], "replicas": count,
                                  "updatedReplicas": count, "readyReplicas": ready, "availableReplicas": ready,
                                  "conditions": [{"type": "Available", "status": "True"}]}
            elif group == "Pod.v1" and "status" not in each:
                self.run_task(each)
        time.sleep(0.5)

    def settle(self, size):
        end = time.time() + 120
        while True:
            self.step()
            data = self.find("ConfigMap", f"{NAME}-members")["data"]
            known = self.cell["status"]["etcd"].get("members", [])
            if (data["initial-cluster"].startswith("closed") and len(data) == 2 and len(known) == size
                    and self.set["status"]["readyReplicas"] == size == self.set["spec"]["replicas"]):
                break
            if time.time() > end:
                sys.exit(f"not within two minutes: {data} {json.dumps(self.cell['status'], indent=1)}\n{self.folder}")
        listed = self.call("cluster/member/list", {"linearizable": True})["members"]
        assert len(listed) == size and not any(each.get("isLearner") or not each.get("name") for each in listed), listed
        value = self.call("kv/range", {"key": base64.b64encode(b"key").decode()})["kvs"][0]["value"] if self.made > 1 else None
        assert value in (None, base64.b64encode(b"value").decode()), value
        print(f"{size} members")

    def call(self, method, body, ordinal=0):
        request = urllib.request.Request(f"http://127.0.7.{ordinal + 1}:2379/v3/{method}", json.dumps(body).encode())
        return json.load(urllib.request.urlopen(request, timeout=10))

    def edit(self, size):
        self.cell["spec"]["etcd"]["size"] = size
        self.cell["metadata"]["generation"] += 1

    def lose(self, ordinal):
        process = self.members.pop(ordinal)
        process.kill()
        process.wait()
        uid = self.claim(ordinal)
        del self.objects["PersistentVolumeClaim.v1", f"data-{NAME}-{ordinal}"]
        shutil.rmtree(f"{self.folder}/{uid}")


cluster = Cluster(1)
try:
    cluster.settle(1)
    cluster.call("kv/put", {"key": base64.b64encode(b"key").decode(), "value": base64.b64encode(b"value").decode()})
    cluster.edit(3)
    cluster.settle(3)
    for lost in (1, 2):
        print(f"member {lost} loses its volume")
        cluster.lose(lost)
        while cluster.step() or cluster.set["status"]["readyReplicas"] == 3:
            pass
        cluster.settle(3)
    cluster.edit(1)
    cluster.settle(1)
finally:
    for member in cluster.members.values():
        member.kill()
shutil.rmtree(cluster.folder)
