# simulate: what it shows, what it answers, what it refuses.
. test/cli/checks.sh

base=examples/my-vitess.yaml
sed 's/^spec:/&\n  image: vitess\/lite:v24.0.5/' $base >"$scratch/newer.yaml"
sed 's/^spec:/&\n  image: vitess\/lite:v24.0.9/' $base >"$scratch/broken.yaml"
sed 's/cells: .zone1.$/cells: [zone9]/' $base >"$scratch/invalid.yaml"
sed 's/replicas: 3/replicas: 300/' $base >"$scratch/refused.yaml"

# For people, off a terminal: one line a change, and last what kubectl would say.
run simulate $base
exits 0
says ' + VitessCell default/vitess-zone1'
says ' * main/-80: primary zone1-'
says '0 violations'
holds test "$(tail -2 "$scratch/out")" = "$(printf 'NAME     READY\nvitess   True')"
holds test -z "$(grep $'\033' "$scratch/out")"
lines=$out
run simulate - <$base
holds test "$out" = "$lines"
run simulate -o lines $base
holds test "$out" = "$lines"

# The same seed gives the same run.
run simulate --seed 7 $base
exits 0
seventh=$out
run simulate --seed 7 $base
holds test "$out" = "$seventh"

# JSON: one object a step, and last the summary.
run simulate -o json $base
exits 0
answers 'all(.[:-1][]; has("step") and has("events"))'
answers '[.[:-1][].step] == ([.[:-1][].step] | unique)'
answers 'last.summary | .ready and .violations == [] and .writesAtRest == 0 and .podsRestarted == 0'
answers 'last.summary.steps == ([.[].step // 0] | max)'
answers '[.[].events[]? | select(.verb == "create" and .kind == "VitessShard")] | length == 2'

# An edit: one tablet after the other, one planned reparent a shard.
run simulate -o json $base --then "$scratch/newer.yaml"
exits 0
answers 'last.summary | .ready and .podsRestarted == 6 and .reparents == 2 and .minServing == 2'
answers '[.[].events[]? | select(.actor == "user" and .verb == "update")] | length == 1'
# In mid-rollout.
run simulate -o json $base --then "$scratch/newer.yaml" --then "$base@20"
exits 0
answers 'last.summary | .ready and .podsRestarted < 12'

# An image that cannot be pulled stops after one tablet, and editing again mends it.
run simulate -o json $base --then "$scratch/broken.yaml" --fail 'image=vitess/lite:v24.0.9@1'
exits 1
answers 'last.summary | (.ready | not) and .podsRestarted <= 1'
complains 'VitessCluster vitess: Updated is False'
run simulate -o json $base --then "$scratch/broken.yaml" --then $base \
    --fail 'image=vitess/lite:v24.0.9@1'
exits 0

# A spec that cannot work freezes the tree.
run simulate $base --then "$scratch/invalid.yaml"
exits 1
complains 'Ready is False, InvalidSpec'
complains '  spec.keyspaces[0].cells[0]: must be a cell of spec.cells'
says 'vitess   False'
# One that the schema refuses never gets that far.
run simulate $base --then "$scratch/refused.yaml" --then "$scratch/newer.yaml"
exits 1
complains "$scratch/refused.yaml:41:9: the API server refuses this VitessCluster: "
says '0 tablets restarted'
says 'vitess   True'

# Everything that was asked and answered can be asked again.
run simulate --record "$scratch/record" -o json $base
exits 0
calls=$(jq -s 'last.summary.hookCalls' "$scratch/out")
holds test "$(find "$scratch/record" -name '*.request.json' | wc -l)" -ge 10
called="sync of $calls recorded requests"
for request in $(find "$scratch/record" -name '*-sync.request.json' | sort | head -12); do
    hook=$(basename "$request" | cut -d- -f2)
    "$VITESS_OPERATOR" sync "$hook" "$request" >"$scratch/again" 2>/dev/null
    holds test "$(cat "$scratch/again")" = "$(cat "${request%.request.json}.answer.json")"
done

# A picture that shows the run without scripts.
run simulate --picture "$scratch/run.svg" $base
exits 0
holds grep -q '<svg xmlns="http://www.w3.org/2000/svg"' "$scratch/run.svg"
holds grep -q '@keyframes' "$scratch/run.svg"
holds grep -q $'vitess\u00a0\u00a0\u00a0True' "$scratch/run.svg"
holds test -z "$(grep -E '<script|http[^"]*//[^w]' "$scratch/run.svg")"
if command -v xmllint >/dev/null; then
    holds xmllint --noout "$scratch/run.svg"
fi
run simulate --picture "$scratch/none/run.svg" $base
exits 3
complains 'cannot write'

# A fault that names nothing is no fault that the cluster has borne.
for fault in pod=nope node=node-99@5 image=nope:1 task=no-such-task@5 hook=VitessNothing@2 pod=nope@90000; do
    run simulate -o lines --fail "$fault" "$base"
    exits 2
    complains "--fail ${fault%@*}: nothing of that name was there, or the run was over before"
done
run simulate -o lines --fail stop=5@3 --fail hook=shard@4 "$base"
exits 0

# A terminal gets a tree that is redrawn in place.
if command -v script >/dev/null; then
    called='simulate on a terminal'
    TERM=xterm script -qec "stty cols 100 rows 30; '$VITESS_OPERATOR' simulate --pace 0 $base" \
        "$scratch/out" >/dev/null 2>&1
    code=$?
    out=$(cat "$scratch/out")
    exits 0
    says $'\033[?25l'
    says $'\033[?25h'
    says '★'
    holds test "$(tr -d '\r' <"$scratch/out" | grep -c '^vitess   True$')" = 1
    TERM=xterm NO_COLOR=1 script -qec "'$VITESS_OPERATOR' simulate $base" "$scratch/out" >/dev/null 2>&1
    out=$(cat "$scratch/out")
    says ' + VitessCell default/vitess-zone1'
    holds test -z "$(grep $'\033' "$scratch/out")"
fi

# Over HTTP the run is the same.
coproc SERVER { exec "$VITESS_OPERATOR" serve --listen 127.0.0.1:0 2>&1; }
server=$SERVER_PID
exec {log}<&"${SERVER[0]}"
port=
while [ -z "$port" ] && read -r line <&"$log"; do
    port=$(grep -oE '127\.0\.0\.1:[0-9]+' <<<"$line" | head -1 | cut -d: -f2)
done
# A server whose log nobody reads stops.
cat <&"$log" >/dev/null &
run simulate --url "http://127.0.0.1:$port" $base
exits 0
holds test "$out" = "$lines"
kill "$server" 2>/dev/null
wait "$server" 2>/dev/null
run simulate --url "http://127.0.0.1:$port" $base
exits 3
complains 'the server cannot be reached: 127.0.0.1'

# What is refused.
run simulate
exits 2
complains 'needs a FILE'
run simulate --url localhost:1 $base
exits 2
complains "--url must be http://HOST[:PORT], got 'localhost:1'"
run simulate --url https://localhost:1 $base
exits 2
complains "--url must be http://HOST[:PORT], of a server without --tls-cert: there is no TLS here, got 'https://localhost:1'"
run simulate --fail nonsense $base
exits 2
complains '--fail nonsense: '
run simulate $base --then "$scratch/missing.yaml"
exits 3
complains 'cannot read'
is_silent
run simulate --steps 5 $base
exits 1
printf 'apiVersion: vitess.io/v1alpha1\nkind: VitessCluster\nmetadata: {name: UPPER}\nspec: {cells: []}\n' \
    >"$scratch/upper.yaml"
run simulate "$scratch/upper.yaml"
exits 1
complains "$scratch/upper.yaml:3:12: the API server refuses this VitessCluster: "

done_checking
