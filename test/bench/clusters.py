"""The clusters that bodies are of, one class an API: what it writes, and where a status says what."""


def resources(cpu, memory, limit):
    return {'resources': {'requests': {'cpu': cpu, 'memory': memory}, 'limits': {'memory': limit}}}


CLAIM = {'accessModes': ['ReadWriteOnce'], 'resources': {'requests': {'storage': '4Gi'}}}
SHARDS_A_KEYSPACE = 500


def bounds(i, shards):
    return {'start': '' if i == 0 else f'{i * 65536 // shards:04x}',
            'end': '' if i + 1 == shards else f'{(i + 1) * 65536 // shards:04x}'}


def keyspaces(keyspace, shards, tablets):
    """As many as the shards need, each by keyspace(NAME, SHARDS, TABLETS)."""
    return [keyspace(f'main{first // SHARDS_A_KEYSPACE}', min(SHARDS_A_KEYSPACE, shards - first), tablets)
            for first in range(0, shards, SHARDS_A_KEYSPACE)]


class V1alpha1:
    prefix = ''  # of a hook's name in that of a body
    version = 'v1alpha1'
    controller = '-controller'
    component = 'vitess.io/component'
    # A cluster is up after 35 steps. Then each tablet takes 28 to move, and some are to have moved; the
    # other hooks see a rollout at once.
    steps = {'shard': 140}

    @staticmethod
    def pool(replicas):
        return {'replicas': replicas, 'volumeClaim': CLAIM, 'vttablet': resources('100m', '256Mi', '512Mi'),
                'mysql': resources('100m', '512Mi', '1Gi')}

    @classmethod
    def keyspace(cls, name, shards, tablets):
        pools = {'masterEligible': cls.pool(tablets - tablets // 2)}
        if tablets > 1:
            pools['batch'] = cls.pool(tablets // 2)
        return {'name': name, 'cells': ['zone1'], 'tablets': pools,
                'shards': [{'keyRange': bounds(i, shards)} for i in range(shards)]}

    @classmethod
    def manifest(cls, shards, tablets):
        return {'apiVersion': 'vitess.io/v1alpha1', 'kind': 'VitessCluster', 'metadata': {'name': 'vitess'},
                'spec': {'cells': [{'name': 'global', 'etcd': {'size': 3}, 'vtctld': {}},
                                   {'name': 'zone1', 'vtgate': {'replicas': 2}}],
                         'keyspaces': keyspaces(cls.keyspace, shards, tablets)}}

    @staticmethod
    def edit(cluster, image):
        cluster['spec']['image'] = image

    @staticmethod
    def updated(status):
        return status['updatedTablets']


class V2:
    prefix = 'v2.'
    version = 'v2'
    controller = '-controller-v2'
    component = 'planetscale.com/component'
    steps = {'shard': 160}

    @staticmethod
    def pool(kind, replicas):
        return {'cell': 'zone1', 'type': kind, 'replicas': replicas, 'dataVolumeClaimTemplate': CLAIM,
                'vttablet': resources('100m', '256Mi', '512Mi'), 'mysqld': resources('100m', '512Mi', '1Gi')}

    @classmethod
    def keyspace(cls, name, shards, tablets):
        pools = [cls.pool('replica', tablets - tablets // 2)]
        if tablets > 1:
            pools.append(cls.pool('rdonly', tablets // 2))
        return {'name': name, 'durabilityPolicy': 'none', 'partitionings': [{'equal': {
            'parts': shards, 'shardTemplate': {'databaseInitScriptSecret': {'name': 'init', 'key': 'init_db.sql'},
                                               'tabletPools': pools}}}]}

    @classmethod
    def manifest(cls, shards, tablets):
        image = 'vitess/lite:v24.0.4'
        images = {name: image for name in ('vtctld', 'vtgate', 'vttablet', 'vtbackup', 'vtorc')}
        return {'apiVersion': 'planetscale.com/v2', 'kind': 'VitessCluster', 'metadata': {'name': 'vitess'},
                'spec': {'images': images | {'mysqld': {'mysql80Compatible': image}},
                         'cells': [{'name': 'zone1', 'gateway': {'replicas': 2}}],
                         'updateStrategy': {'type': 'Immediate'},
                         'keyspaces': keyspaces(cls.keyspace, shards, tablets)}}

    @staticmethod
    def edit(cluster, image):
        cluster['spec']['images']['vttablet'] = image

    @staticmethod
    def updated(status):
        return status['memory']['updatedTablets']


def api_of(hook):
    """Of "shard" or "v2.shard"."""
    return V2 if hook.startswith(V2.prefix) else V1alpha1


def plain(hook):
    """The hook without its API: "shard"."""
    return hook.removeprefix(api_of(hook).prefix)
