#!/usr/bin/env python3
"""Requests of real size, in three states of a cluster: FOLDER/NAME.json for each.

    test/bench/bodies.py PROGRAM FOLDER [NAME..]        shard-rest-31, or patterns: 'shard-*', '*-rest-*'

  first  nothing is there yet
  rest   all is Ready and Updated, and the answer changes nothing
  roll   an image update is under way, and one tablet is down for it

They come from the embedded cluster: `simulate --record` brings one up by the hooks themselves, until
nothing is due any more. What a real API server adds is laid over them by managed.py, and the answer
has to stay the same to the byte.
"""
import fnmatch
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

import clusters
import managed
from clusters import api_of, plain

# name of the cluster: shards, tablets of each, for which hooks ("v2.shard" is that of
# planetscale.com/v2). A VitessShard has 200 tablets at the most (100 a pool), a keyspace 512 shards.
CLUSTERS = {
    '3': (1, 3, ('shard', 'v2.shard')),
    '31': (1, 31, ('shard', 'v2.shard')),
    '200': (1, 200, ('shard',)),
    '1': (1, 3, ('cell',)),
    '100': (100, 3, ('cluster', 'keyspace')),
    '500': (500, 1, ('keyspace',)),
    '1000': (1000, 1, ('cluster', 'cell')),
}
STATES = ('rest', 'roll', 'first')
EDITED = 'vitess/lite:v24.0.5'


def names():
    return [f'{hook}-{state}-{size}' for size, (_, _, hooks) in CLUSTERS.items()
            for hook in hooks for state in STATES]


class Trouble(Exception):
    pass


def argument(hook):
    """Of `sync`: "shard", "v2/shard"."""
    return hook.replace('.', '/')


def sync(program, hook, body):
    run = subprocess.run([program, 'sync', argument(hook)], input=body, capture_output=True, check=False)
    if run.returncode != 0:
        raise Trouble(f'sync {hook}: {run.stderr.decode().strip()}')
    return run.stdout


def items(request):
    return [item for group in request['children'].values() for item in group.values()]


def identity(item):
    return item['apiVersion'], item['kind'], item['metadata']['name']


def condition(status, kind):
    """A list, or a mapping by type."""
    conditions = status.get('conditions', [])
    if isinstance(conditions, dict):
        conditions = [condition | {'type': name} for name, condition in conditions.items()]
    return next((c['status'] for c in conditions if c['type'] == kind), 'missing')


def is_task(api, item):
    return item['metadata'].get('labels', {}).get(api.component) == 'task'


def unrest(api, request, answer):
    """Why the answer to the request would change something, or None: then the cluster is at rest."""
    for kind in ('Ready', 'Updated'):
        if condition(answer['status'], kind) != 'True':
            return f'{kind} is {condition(answer["status"], kind)}'
    if 'resyncAfterSeconds' in answer:
        return 'asks to be called again'
    status = dict(request['parent']['status'])
    status.pop('observedGeneration', None)
    if status != answer['status']:
        return 'the status changes'
    applied = {identity(item): json.loads(item['metadata']['annotations'][managed.APPLIED]) for item in items(request)}
    wanted = {identity(item): item for item in answer['children']}
    for item in [*answer['children'], *items(request)]:
        if is_task(api, item):
            return f'the task {identity(item)[2]} is there'
        if wanted.get(identity(item)) != applied.get(identity(item)):
            return f'{identity(item)} changes'
    return None


def rolling(api, request, answer):
    """A rollout is under way; of a shard: some tablets have moved, and the next one has just gone."""
    if condition(answer['status'], 'Updated') != 'False':
        return False
    if request['parent']['kind'] != 'VitessShard':
        return True
    tablets = [item for item in items(request) if item['kind'] == 'Pod' and not is_task(api, item)]
    claims = [item for item in items(request) if item['kind'] == 'PersistentVolumeClaim']
    return len(tablets) == len(claims) - 1 and len(api.updated(answer['status'])) > 0


class Record:
    """The calls of one hook, about its biggest object, in the order in which they were made."""

    def __init__(self, folder, hook):
        self.api, hook = api_of(hook), plain(hook)
        files = sorted(f for f in os.listdir(folder) if re.fullmatch(rf'\d+-{hook}-sync\.request\.json', f))
        self.requests, self.answers = [], []
        for file in files:
            with open(os.path.join(folder, file), 'rb') as f:
                self.requests.append(f.read())
            with open(os.path.join(folder, file.replace('.request.', '.answer.')), 'rb') as f:
                self.answers.append(f.read())
        if not files:
            raise Trouble(f'no call of the {hook} hook is recorded')
        self.parents = [self.parent(body) for body in self.requests]
        self.edited = next((i for i, body in enumerate(self.requests) if EDITED.encode() in body), len(files))

    @staticmethod
    def parent(body):
        return re.search(rb'"finalizing":false,"parent":.*?"name":"([^"]*)","namespace"', body, re.S).group(1)

    def biggest(self):
        last = {self.parents[i]: len(self.requests[i]) for i in range(self.edited)}
        return max(last, key=last.get)

    def pick(self, state):
        name = self.biggest()
        mine = [i for i in range(len(self.requests)) if self.parents[i] == name]
        if state == 'first':
            request = json.loads(self.requests[mine[0]])
            if items(request):
                raise Trouble('the first call has children already')
            return request
        if state == 'rest':
            last = [i for i in mine if i < self.edited][-1]
            request, answer = json.loads(self.requests[last]), json.loads(self.answers[last])
            why = unrest(self.api, request, answer)
            if why:
                raise Trouble(f'{name.decode()} does not come to rest: {why}')
            return request
        for i in reversed([i for i in mine if i >= self.edited]):
            request, answer = json.loads(self.requests[i]), json.loads(self.answers[i])
            if rolling(self.api, request, answer):
                return request
        raise Trouble(f'{name.decode()} is never seen in a rollout')


def simulate(api, program, folder, shards, tablets, steps):
    before, after = os.path.join(folder, 'before.json'), os.path.join(folder, 'after.json')
    cluster = api.manifest(shards, tablets)
    with open(before, 'w', encoding='utf-8') as f:
        json.dump(cluster, f)
    api.edit(cluster, EDITED)
    with open(after, 'w', encoding='utf-8') as f:
        json.dump(cluster, f)
    edit = ['--then', after, '--steps', str(steps)] if steps else []
    record = os.path.join(folder, 'calls')
    run = subprocess.run([program, 'simulate', before, *edit, '--record', record, '-o', 'lines'],
                         capture_output=True, check=False)
    if run.returncode > 1:
        raise Trouble(run.stderr.decode())
    return record


def controllers(program, api):
    """By the name of the hook."""
    text = subprocess.run([program, 'controllers', '--api', api.version], capture_output=True, check=True).stdout
    import yaml
    return {api.prefix + item['metadata']['name'].removeprefix('vitess').removesuffix(api.controller): item
            for item in yaml.safe_load_all(text) if item and item['kind'] == 'CompositeController'}


def forget_others(program, folder):
    """What another build made is not at rest for this one."""
    digest = hashlib.sha256()
    for file in (program, __file__, clusters.__file__, managed.__file__):
        with open(file, 'rb') as f:
            digest.update(f.read())
    stamp = os.path.join(folder, 'made-by')
    if os.path.exists(stamp):
        with open(stamp, encoding='utf-8') as f:
            if f.read() == digest.hexdigest():
                return
    for file in os.listdir(folder):
        if file.endswith('.json'):
            os.remove(os.path.join(folder, file))
    with open(stamp, 'w', encoding='utf-8') as f:
        f.write(digest.hexdigest())


def make_of(api, program, folder, size, missing):
    """Bodies of clusters of one API and size: (hook, state) each."""
    shards, tablets, _ = CLUSTERS[size]
    hooks = controllers(program, api)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        steps = max(api.steps.get(plain(hook), 60) if state == 'roll' else 0 for hook, state in missing)
        calls = simulate(api, program, work, shards, tablets, steps)
        for hook in sorted({hook for hook, _ in missing}):
            record = Record(calls, hook)
            for state in [state for name, state in missing if name == hook]:
                name = f'{hook}-{state}-{size}'
                try:
                    body = finish(program, hook, record.pick(state), hooks[hook])
                except Trouble as trouble:
                    raise Trouble(f'{name}: {trouble}') from None
                path = os.path.join(folder, name + '.json')
                with open(path + '.new', 'wb') as f:
                    f.write(body)
                os.replace(path + '.new', path)


def make(program, folder, wanted):
    """The bodies whose names are `wanted`; those that are there already from the same program stay."""
    os.makedirs(folder, exist_ok=True)
    forget_others(program, folder)
    wanted = [name for name in wanted if not os.path.exists(os.path.join(folder, name + '.json'))]
    for size, (_, _, kinds) in CLUSTERS.items():
        missing = [(hook, state) for hook in kinds for state in STATES if f'{hook}-{state}-{size}' in wanted]
        for api in {api_of(hook) for hook, _ in missing}:
            make_of(api, program, folder, size, [one for one in missing if api_of(one[0]) is api])


def finish(program, hook, request, controller):
    plain = sync(program, hook, managed.text(request).encode())
    managed.dress(request, controller)
    body = managed.text(request).encode()
    if sync(program, hook, body) != plain:
        raise Trouble('is answered differently when it has managedFields')
    return body


def chosen(parts):
    found = [name for name in names() if not parts or any(fnmatch.fnmatch(name, part) for part in parts)]
    if not found:
        raise Trouble(f'no body is called like {" or ".join(parts)}; there are {", ".join(names())}')
    return found


def main():
    program, folder, *parts = sys.argv[1:]
    make(os.path.realpath(program), folder, chosen(parts))


if __name__ == '__main__':
    try:
        main()
    except Trouble as trouble:
        sys.exit(f'bodies: {trouble}')
