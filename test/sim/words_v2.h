#ifndef VITESS_OPERATOR_TEST_WORDS_V2_H
#define VITESS_OPERATOR_TEST_WORDS_V2_H

/* What scripts about a cluster of planetscale.com/v2 say often (v2.h makes it). */

#define CUTS "spec.keyspaces[0].partitionings"
#define TEMPLATE CUTS "[0].equal.shardTemplate"
#define POOL TEMPLATE ".tabletPools[0]"
#define VTTABLET(tag) "set spec.images.vttablet \"vitess/lite:" tag "\"\n"
#define IMAGE VTTABLET("v24.0.5")
#define EXTERNAL "set spec.updateStrategy {'type':'External'}\n"
#define BACKUPS                                                                                    \
    "set spec.backup {'engine':'builtin','locations':[{'volume':{'hostPath':{'path':'/tmp',"       \
    "'type':'Directory'}}}]}\n"

#define CELL1 "vitess-zone1-df6c6f6a"
#define CELL2 "vitess-zone2-9c87f2cf"
#define KEYSPACE "vitess-main-d6817e7b"
#define SHARD "vitess-main-x-x-992d0bc5"
#define VTGATE "vitess-zone1-vtgate-1c6a88c4"
#define ETCD "vitess-etcd-10d9aea7"
#define CLAIM "PersistentVolumeClaim"

#define RELEASE(kind, name) "annotate " kind " " name " rollout.planetscale.com/released \n"
#define SERVES(shard, whether) "vtctl SetShardIsPrimaryServing main/" shard " " whether "\n"

#define RDONLY(cell, replicas)                                                                     \
    "{'cell':'" cell "','type':'rdonly','replicas':" replicas ",'dataVolumeClaimTemplate':{"       \
    "'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'4Gi'}}},'vttablet':{"     \
    "'resources':{}},'mysqld':{'resources':{}}}"
#define REPLICA(cell, replicas)                                                                    \
    "{'cell':'" cell "','type':'replica','replicas':" replicas ",'dataVolumeClaimTemplate':{"      \
    "'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'4Gi'}}},'vttablet':{"     \
    "'resources':{}},'mysqld':{'resources':{}}}"
#define EQUAL(parts)                                                                               \
    "{'equal':{'parts':" parts ",'shardTemplate':{'databaseInitScriptSecret':{'name':'init',"      \
    "'key':'init_db.sql'},'tabletPools':[" REPLICA("zone1", "2") "]}}}"
#define AUTOSCALER(least)                                                                          \
    "set spec.cells[0].gateway {'autoscaler':{'minReplicas':" least ",'maxReplicas':5,'metrics':[" \
    "{'type':'Resource','resource':{'name':'cpu','target':{'type':'Utilization',"                  \
    "'averageUtilization':80}}}]}}\n"
#define LOOKUP(more) "{'name':'lookup'," more "'partitionings':[" EQUAL("1") "]}"

#endif
