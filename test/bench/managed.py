"""Objects as a real API server returns them.

The simulator writes what hooks read. A real object carries more: managedFields (about as long as
its spec), and what kubelet adds to a Pod's status. No hook decides by any of it, and every hook has
to get past it, so a benchmark without it flatters.
"""
import hashlib
import json

# What makes the item of a list that is a map (+listMapKey of the API's types). All other lists are
# atomic, and so are all lists of custom resources that do not say otherwise.
LIST_KEYS = {
    'conditions': ('type',),
    'containers': ('name',),
    'env': ('name',),
    'initContainers': ('name',),
    'ownerReferences': ('uid',),
    'podIPs': ('ip',),
    'topologySpreadConstraints': ('topologyKey', 'whenUnsatisfiable'),
    'volumeMounts': ('mountPath',),
    'volumes': ('name',),
}
ATOMIC = {'nodeSelector', 'fieldRef', 'labelSelector', 'resourceFieldRef', 'secretKeyRef'}
# Fields that are always there have no entry for themselves.
REQUIRED = {'f:metadata', 'f:spec', 'f:status', 'f:containers'}
APPLIED = 'metacontroller.k8s.io/last-applied-configuration'


def list_keys(name, items):
    if name == 'ports' and items:
        return ('containerPort' if 'containerPort' in items[0] else 'port', 'protocol')
    return LIST_KEYS.get(name, ())


def fields(name, value):
    """The FieldsV1 of who wrote `value`, the field `name`."""
    owned = {} if 'f:' + name in REQUIRED else {'.': {}}
    if isinstance(value, dict) and value and name not in ATOMIC:
        return owned | {'f:' + key: fields(key, field) for key, field in value.items()}
    if isinstance(value, list):
        keys = list_keys(name, value)
        if keys and all(isinstance(item, dict) for item in value):
            return owned | {'k:' + text({key: item.get(key) for key in keys}):
                            {'.': {}} | {'f:' + key: fields(key, field) for key, field in item.items()}
                            for item in value}
        if name == 'finalizers':
            return owned | {'v:' + text(item): {} for item in value}
    return {}


def entry(manager, version, time, owned, subresource=None):
    written = {'apiVersion': version, 'fieldsType': 'FieldsV1', 'fieldsV1': owned, 'manager': manager,
               'operation': 'Update', 'time': time}
    return written | ({'subresource': subresource} if subresource else {})


def newest(value):
    """The newest timestamp in a status: what is dressed up must not look newer than it was."""
    if isinstance(value, dict):
        return max((newest(item) for item in value.values()), default='')
    if isinstance(value, list):
        return max((newest(item) for item in value), default='')
    return value if isinstance(value, str) and len(value) == 20 and value[10:11] == 'T' and value[19] == 'Z' else ''


STATUS_WRITERS = {'Pod': 'kubelet', 'PersistentVolumeClaim': 'kube-controller-manager',
                  'Deployment': 'kube-controller-manager', 'StatefulSet': 'kube-controller-manager',
                  'PodDisruptionBudget': 'kube-controller-manager'}


def manage(item, writer='metacontroller'):
    meta = item['metadata']
    created = meta.get('creationTimestamp', '2026-01-01T00:00:00Z')
    written = {'metadata': {key: meta[key] for key in ('annotations', 'labels', 'ownerReferences') if key in meta}}
    written |= {key: value for key, value in item.items()
                if key not in ('apiVersion', 'kind', 'metadata', 'status')}
    entries = [entry(writer, item['apiVersion'], created,
                     {'f:' + key: fields(key, value) for key, value in written.items()})]
    if item.get('status'):
        entries.append(entry(STATUS_WRITERS.get(item['kind'], 'metacontroller'), item['apiVersion'],
                             newest(item['status']) or created,
                             {'f:status': fields('status', item['status'])}, 'status'))
    meta['managedFields'] = entries


def identity(*parts):
    return hashlib.sha256('/'.join(parts).encode()).hexdigest()


def kubelet(pod):
    """What kubelet 1.36 says of a Pod and nobody here asks for."""
    status, spec, meta = pod.get('status', {}), pod['spec'], pod['metadata']
    if 'hostIP' not in status:
        return
    status['observedGeneration'] = meta.get('generation', 1)
    status['hostIPs'] = [{'ip': status['hostIP']}]
    status['resources'] = {}
    conditions = status.get('conditions', [])
    if conditions:
        conditions.insert(0, conditions[0] | {'type': 'PodReadyToStartContainers', 'status': 'True'})
    for condition in conditions:
        condition |= {'lastProbeTime': None, 'observedGeneration': meta.get('generation', 1)}
    containers = {container['name']: container for group in ('initContainers', 'containers')
                  for container in spec.get(group, [])}
    for group in ('initContainerStatuses', 'containerStatuses'):
        for container in status.get(group, []):
            wanted = containers.get(container['name'], {})
            container |= {'containerID': 'containerd://' + identity(meta['uid'], container['name']),
                          'imageID': 'docker.io/' + container['image'].split(':')[0] + '@sha256:' +
                                     identity(container['image'])} if container['imageID'] else {}
            if 'requests' in wanted.get('resources', {}):
                container |= {'allocatedResources': wanted['resources']['requests'],
                              'resources': wanted['resources']}
            container['user'] = {'linux': {'gid': 999, 'supplementalGroups': [999], 'uid': 999}}
            container['volumeMounts'] = [
                mount | ({'recursiveReadOnly': 'Disabled'} if mount.get('readOnly') else {})
                for mount in wanted.get('volumeMounts', [])]


def observed(item, writer='metacontroller'):
    if item['kind'] == 'Pod':
        kubelet(item)
    manage(item, writer)


def dress(request, controller):
    """The whole request of a sync hook, in place."""
    request['controller'] = json.loads(json.dumps(controller))
    meta = request['controller']['metadata']
    meta |= {'creationTimestamp': '2026-01-01T00:00:00Z', 'generation': 1, 'resourceVersion': '1',
             'uid': '00000000-0000-4000-8000-000000000000',
             'annotations': {'kubectl.kubernetes.io/last-applied-configuration': text(controller) + '\n'}}
    manage(request['controller'], 'kubectl-client-side-apply')
    top = request['parent']['kind'] == 'VitessCluster'
    observed(request['parent'], 'kubectl-client-side-apply' if top else 'metacontroller')
    for groups in (request['children'], request['related'] or {}):
        for group in groups.values():
            for item in group.values():
                observed(item)


def text(value):
    """As Go's encoding/json writes it: keys sorted bytewise, and what HTML might take for its own escaped."""
    plain = json.dumps(value, ensure_ascii=False, separators=(',', ':'), sort_keys=True)
    for byte in '<>&\u2028\u2029':
        plain = plain.replace(byte, f'\\u{ord(byte):04x}')
    return plain
