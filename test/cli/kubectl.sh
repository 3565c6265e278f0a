# kubectl-vitess, with a kubectl that answers from files and notes how it was called.
. test/cli/checks.sh

base=examples/my-vitess.yaml
"$VITESS_OPERATOR" simulate $base --record "$scratch/record" >"$scratch/simulated"
cat "$scratch"/record/*.request.json | jq -s -f test/cli/observed.jq >"$scratch/all.json"

mkdir "$scratch/bin"
cat >"$scratch/bin/kubectl" <<'SH'
#!/usr/bin/env bash
# Notes its words; what stands before the command is not looked at.
printf '%s\n' "$*" >>"$FAKE/log"
while [[ ${1:-} == -* ]]; do shift 2; done
[ -z "${FAKE_DOWN:-}" ] || { echo 'The connection to the server was refused' >&2; exit 1; }
case $* in
"get vt -o jsonpath={range .items[*]}{.metadata.name}"*) cat "$FAKE/clusters" ;;
"get vt "*"?(@.type==\"Ready\")"*) cat "$FAKE/ready" ;;
"get pods -l vitess.io/cluster="*",vitess.io/component=vtgate -o "*'[?(@.name=="vtgate")].ports[?(@.name=="mysql")]'*) printf '%b' "${FAKE_VTGATES-3306,True,,vitess-zone1-vtgate-x-1\\n}" ;;
"get pods -l vitess.io/cluster="*",vitess.io/component=vtctld -o "*'[?(@.name=="vtctld")].ports[?(@.name=="grpc")]'*) printf '%b' "${FAKE_VTCTLDS-15999,True,,vitess-global-vtctld-x-1\\n}" ;;
"get pods -l "*vitess.io/tablet-uid=0214747901*) echo vitess.io/keyspace=main,vitess.io/shard=x-80 ;;
"get pods -l "*vitess.io/tablet-uid=*) ;;
"get vts -l vitess.io/cluster=vitess,vitess.io/keyspace=main,vitess.io/shard=x-80 "*) echo main/-80 ;;
"get vts -l "*) printf 'main/80-\nmain/-80\nmain/-80\n' ;;
"get vtc -l vitess.io/cluster=vitess "*.spec.client.tls.*) printf '%b' "${FAKE_TLS:-vitess-global-vtctld:15999\n\n\n\n\n}" ;;
"get events "*) printf 'LAST TYPE REASON KIND NAME MESSAGE\n1 Warning SyncError VitessShard vitess-zone1-main boo\n2 Normal Pulled Pod stranger hidden\n' ;;
"get vt,vtc,vtk,vts,pods,pvc "*json) cat "$FAKE/all.json" ;;
"exec "*" GetBackups main/-80") echo 2026-01-01.000000.zone1-0214747901 ;;
"exec "*" GetBackups "*) exit "${FAKE_CODE:-0}" ;;
"exec "*) exit "${FAKE_CODE:-0}" ;;
"get vt vitess -o yaml") cat "$FAKE/vt.yaml" ;;
"get compositecontrollers") echo 'Error from server (Forbidden): no' >&2; exit 1 ;;
*) echo "answer of: $*" ;;
esac
SH
chmod +x "$scratch/bin/kubectl"
export FAKE=$scratch PATH="$scratch/bin:$PATH"
echo vitess >"$FAKE/clusters"
echo True >"$FAKE/ready"

# --- usage ---

plugin --help
exits 0
for command in status tree plan sql vtctldclient primaries promote backups report; do
    says "  $command "
    plugin "$command" -h
    [ "$command" = vtctldclient ] || says 'usage: kubectl vitess'
    plugin --help
done
holds test -z "$(awk 'length > 110' "$scratch/out")"
plugin
exits 2
complains 'usage: kubectl vitess'
plugin stat
exits 2
complains "'stat' is no command"
complains "See 'kubectl vitess --help'."
plugin status --nonsense
exits 2
complains 'there is no option --nonsense'
plugin status -n
exits 2
complains '-n needs a value'
plugin status more
exits 2
plugin plan
exits 2
complains 'plan needs the FILE that is to be applied'
plugin promote
exits 2
plugin vtctldclient
exits 2
plugin backups main
exits 2
complains 'such as main/-80'
plugin -A report
exits 2
complains '--all-namespaces is for status and tree'
plugin sql vitess more
exits 2
plugin sql -u app
exits 2
complains 'there is no option -u; those of mysql stand behind --: kubectl vitess sql -- -u'
plugin sql 'select 1'
exits 2
complains "what mysql is to do stands behind --: kubectl vitess sql -- -e 'select 1'"

# --- what is passed through ---

plugin --context prod -n vt --kubeconfig=/x status
exits 0
calls '--context prod -n vt --kubeconfig /x get vt,vtc,vtk,vts -o wide'
plugin status --namespace=vt
calls '-n vt get vt,vtc,vtk,vts -o wide'
plugin status -A
calls 'get vt,vtc,vtk,vts -A -o wide'

# --- which cluster ---

printf 'a\nb\n' >"$FAKE/clusters"
plugin sql
exits 2
complains 'which one? --vt NAME says it: a b'
plugin --vt b vtctldclient GetTablets
exits 0
calls 'get pods -l vitess.io/cluster=b,vitess.io/component=vtctld -o jsonpath='
plugin sql a
exits 0
calls 'get pods -l vitess.io/cluster=a,vitess.io/component=vtgate -o jsonpath='
plugin sql c
exits 1
complains 'there is no VitessCluster c; there is: a b'
: >"$FAKE/clusters"
plugin report
exits 1
complains 'there is no VitessCluster here; --namespace says where to look'
echo vitess >"$FAKE/clusters"
FAKE_DOWN=1 plugin report
exits 3
complains 'The connection to the server was refused'
FAKE_DOWN=1 plugin tree
exits 3
is_silent

# --- status ---

plugin status
exits 0
says 'answer of: get vt,vtc,vtk,vts -o wide'
printf 'True\nFalse\n' >"$FAKE/ready"
plugin status
exits 1
: >"$FAKE/ready"
plugin status
exits 1
complains 'there is no VitessCluster here'

# --- tree and plan: with the program ---

export VITESS_OPERATOR
plugin tree
exits 0
says '● VitessCluster vitess  Ready, 6/6 tablets'
plugin tree -A -o dot
exits 0
says 'digraph vitess {'
calls 'get vt,vtc,vtk,vts,pods,pvc -A -o json'
sed 's/^spec:/&\n  image: vitess\/lite:v24.0.5/' $base >"$scratch/newer.yaml"
plugin plan "$scratch/newer.yaml"
exits 2
says '6 tablets restart, 2 reparents'
plan=$out
plugin plan - <"$scratch/newer.yaml"
exits 2
holds test "$out" = "$plan"
plugin plan $base -o json
exits 0
answers '.[0].ready'
VITESS_OPERATOR=$scratch/none plugin tree
exits 3
complains "there is no $scratch/none on PATH"

# --- primaries ---

plugin primaries
exits 0
calls 'get pods -l vitess.io/cluster=vitess,vitess.io/component=vttablet,vitess.io/tablet-type=primary -L vitess.io/keyspace,vitess.io/shard,vitess.io/cell'
plugin primaries main
exits 2
complains "kubectl vitess: primaries takes no argument, got 'main'"

# --- in the Pods ---

plugin sql -- -u app -e 'select 1'
exits 0
calls 'exec -i pod/vitess-zone1-vtgate-x-1 -c vtgate -- mysql -h 127.0.0.1 -P 3306 -u app -e select 1'
FAKE_CODE=7 plugin sql
exits 7
FAKE_VTGATES='' plugin sql
exits 1
complains "VitessCluster vitess has no Pod of vtgate; 'kubectl vitess status' says what there is"
# By the port of the very Pod: flags move it, and in the middle of a rollout Pods differ.
FAKE_VTGATES='13306,False,,a\n13307,True,2026-01-01T00:00:00Z,b\n13308,True,,c\n13309,True,,d\n' plugin sql
calls 'exec -i pod/c -c vtgate -- mysql -h 127.0.0.1 -P 13308'
FAKE_VTGATES='13307,True,2026-01-01T00:00:00Z,b\n13306,False,,a\n' plugin sql
calls 'exec -i pod/a -c vtgate -- mysql -h 127.0.0.1 -P 13306'
FAKE_VTGATES='13307,True,2026-01-01T00:00:00Z,b\n' plugin sql
calls 'exec -i pod/b -c vtgate -- mysql -h 127.0.0.1 -P 13307'
FAKE_VTGATES=',True,,a\n' plugin sql
calls 'exec -i pod/a -c vtgate -- mysql -h 127.0.0.1 -P 3306'
for words in 'vtctldclient GetTablets' 'promote zone1-0214747901' 'backups main/-80' backups; do
    # shellcheck disable=SC2086 # words
    FAKE_VTCTLDS='25999,True,,a\n' plugin $words
    exits 0
    calls 'exec -i pod/a -c vtctld -- /vt/bin/vtctldclient --server localhost:25999 '
done
FAKE_VTCTLDS='' plugin vtctldclient GetTablets
exits 1
complains 'VitessCluster vitess has no Pod of vtctld'
plugin -n vt vtctldclient GetTablets --keyspace main -n x
exits 0
calls '-n vt exec -i pod/vitess-global-vtctld-x-1 -c vtctld -- /vt/bin/vtctldclient --server localhost:15999 GetTablets --keyspace main -n x'
FAKE_TLS='vitess-global-vtctld:15999\n/f/ca.crt\n/f/tls.crt\n/f/tls.key\nvitess\n' plugin vtctldclient GetTablets
calls '/vt/bin/vtctldclient --server vitess-global-vtctld:15999 --vtctld-grpc-ca /f/ca.crt --vtctld-grpc-cert /f/tls.crt --vtctld-grpc-key /f/tls.key --vtctld-grpc-server-name vitess GetTablets'
plugin promote zone1-0214747901
exits 0
calls 'vitess.io/cell=zone1,vitess.io/tablet-uid=0214747901'
calls '-- /vt/bin/vtctldclient --server localhost:15999 PlannedReparentShard --new-primary zone1-0214747901 main/-80'
plugin promote zone1-0000000001
exits 1
complains "VitessCluster vitess has no tablet zone1-0000000001; 'kubectl vitess vtctldclient GetTablets' lists them"
plugin backups main/-80
exits 0
holds test "$out" = 2026-01-01.000000.zone1-0214747901
plugin backups
exits 0
holds test "$out" = 'main/-80
  2026-01-01.000000.zone1-0214747901
main/80-'
FAKE_CODE=1 plugin backups
exits 1

# --- report: whole, whatever cannot be had, and without Secrets ---

plugin --operator-namespace ops report
exits 0
for section in versions operator VitessCluster events 'log of the operator'; do
    holds grep -qx "===== $section" "$scratch/out"
done
says 'vitess-zone1-main boo'
lacks 'stranger'
says 'Error from server (Forbidden): no
(not to be had: exit code 1)'
calls '-n ops logs --tail=2000 --timestamps deployment/vitess-operator'
holds test -z "$(grep -iE 'secret|configmap' "$FAKE/log")"

# What is called a password is not in it, wherever it stands; what is the name of a Secret is.
cat >"$FAKE/vt.yaml" <<'YAML'
metadata:
  annotations:
    metacontroller.k8s.io/last-applied-configuration: '{"spec":{"flags":{"db-app-password":"LEAK1","port":"15001"},"env":[{"name":"AWS_SECRET_ACCESS_KEY","value":"LEAK2"}],"tlsSecret":"keep-1"}}'
spec:
  flags:
    db-app-password: LEAK3
    db_dba_password: LEAK4
    db-credentials-file: /keep-2
  tlsSecret: keep-3
  mysql:
    config: |
      [mysqld]
      some_password = LEAK5
  env:
  - name: API_TOKEN
    value: LEAK6
  - name: AWS_ACCESS_KEY_ID
    value: LEAK7
  - name: FROM
    valueFrom:
      secretKeyRef:
        key: password
        name: keep-4
  - name: HOME
    value: /keep-5
  args:
  - --vtgate-password=LEAK8
  - --command=mysql --password LEAK9 --host keep-6
  imagePullSecrets:
  - name: keep-7
  volumes:
  - name: users
    secret:
      secretName: keep-8
YAML
plugin report
exits 0
lacks LEAK
for n in 1 2 3 4 5 6 7 8; do
    says "keep-$n"
done
says 'db-app-password: (left out)'

done_checking
