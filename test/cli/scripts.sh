# The scripts in a tablet's Pod, run here: what they make of a volume, and when they give mysqld up.
. test/cli/checks.sh

run render examples/my-vitess.yaml -o json
exits 0
pod=$(jq -s '[.. | objects | select(.kind == "Pod" and .metadata.labels["vitess.io/component"] == "vttablet")][0]' <"$scratch/out")
vt=$scratch/vt
data=$vt/vtdataroot/vt_0214747900
ports=$scratch/proc/net/tcp

# command FILTER: what the container's command is here, where / is $scratch, and no process is ended.
command_of() {
    mapfile -d '' -t words < <(jq -j "$1 | .[] | . + \"\\u0000\"" <<<"$pod")
    words[2]="kill() { echo \"ended \$1\"; }
$(sed "s#/vt/#$vt/#g; s#/proc/#$scratch/proc/#g" <<<"${words[2]}")"
    for i in "${!words[@]}"; do
        [ "$i" -lt 3 ] || words[i]=${words[i]/#\/vt/$vt}
    done
}
begin() {
    command_of '.spec.initContainers[] | select(.name == "init-vtdataroot").command'
    run_words
}
look() {
    command_of '.spec.initContainers[] | select(.name == "mysql").startupProbe.exec.command'
    run_words
}
run_words() {
    "${words[@]}" >"$scratch/out" 2>"$scratch/err"
    code=$?
    called="${words[3]}"
    out=$(cat "$scratch/out")
    err=$(cat "$scratch/err")
}
# process NUMBER NAME
process() {
    mkdir -p "$scratch/proc/$1/fd"
    echo "$2" >"$scratch/proc/$1/comm"
}
fresh() {
    rm -rf "$vt" "$scratch/proc"
    mkdir -p "$vt/vtdataroot" "$vt/shared" "$scratch/proc/net"
    echo '   0: 00000000:0CEA 00000000:0000 0A 00000000:00000000' >"$ports"
    process 1 mysqlctld
}
# made DATABASE..: what mysqlctld makes, and databases in it
made() {
    local database
    mkdir -p "$data/innodb"
    echo >"$data/my.cnf"
    for database in mysql performance_schema sys '#innodb_temp' "$@"; do mkdir -p "$data/data/$database"; done
}

called=render
holds test "$(jq -r .metadata.name <<<"$pod")" = vitess-vttablet-zone1-0214747900

# --- an empty volume, and mysqld answers ---

fresh
begin
exits 0
holds test -e "$data.new"
holds test "$(readlink "$vt/shared/stderr.err")" = /dev/stderr
holds grep -q 'log-error=.*/stderr.err$' "$vt/shared/operator.cnf"
made
process 20 mysqld
look
exits 1
lacks ended
holds test -e "$data.new"
echo '   1: 00000000:3A99 00000000:0000 0A 00000000:00000000' >>"$ports"
look
exits 0
holds test ! -e "$data.new"
holds test -e "$data/my.cnf"
# Whatever is on the volume from now on stays.
begin
exits 0
holds test -e "$data/my.cnf"
holds test ! -e "$data.new"

# A connection to that port is none that listens, nor is another port that ends alike.
fresh
process 20 mysqld
echo '   1: 0100007F:3A99 0100007F:9C40 01 00000000:00000000' >>"$ports"
look
exits 1
echo '   1: 00000000:3A98 00000000:3A99 0A 00000000:00000000' >>"$ports"
look
exits 1
# Of IPv6.
echo '   1: 00000000000000000000000000000000:3A99 00000000000000000000000000000000:0000 0A 00000000:00000000' >"$ports"6
look
exits 0

# --- mysqld ends before it answers ---

fresh
begin
made
for _ in {1..29}; do
    look
    exits 1
    lacks ended
done
# One that comes back is waited for anew.
process 21 mysqld_safe
look
exits 1
rm -r "$scratch/proc/21"
for _ in {1..29}; do
    look
    lacks ended
done
holds test -e "$data/my.cnf"
look
exits 1
says 'ended 1'
holds grep -q 'larger memory limit' "$scratch/proc/1/fd/2"
# It never had anything in it, and is made again.
holds test ! -e "$data"
holds test -e "$data.new"
look
exits 1
lacks ended

# Of a tablet that has run, everything stays.
fresh
made _vt vt_main
for _ in {1..30}; do look; done
says 'ended 1'
holds test -e "$data/data/vt_main"

# --- a node that restarts while MySQL is made ---

fresh
begin
made
begin
exits 0
holds test ! -e "$data"
holds test -e "$data.new"

# Where a build that knows nothing of the mark has run in between, everything stays.
for database in _vt vt_main 'a b'; do
    fresh
    begin
    made "$database"
    begin
    exits 0
    holds test -e "$data/data/$database"
done

# Whose data is there already, from a snapshot of a volume or an older build.
fresh
made _vt
begin
exits 0
holds test -e "$data/data/_vt"
holds test ! -e "$data.new"

done_checking
