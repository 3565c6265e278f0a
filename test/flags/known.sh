#!/usr/bin/env bash
# Writes lib/vitess/known_flags.c, the flags of each program of Vitess and of etcd, from their sources:
#
#   make flags-update                       the versions of VERSIONS below, from the Go module proxy
#
# Each module has what a program prints for --help, which Vitess' own tests hold against the
# programs. What --help leaves out, since it is deprecated but still taken, is listed here, as
# `grep -rE 'Mark(Hidden|Deprecated)\(' go` finds it. VTAdmin has no such text, so it is built and
# asked; that takes some minutes. etcd declares its flags in two files. Read the difference before it is committed.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Of each major version the first and the newest: what any of them takes is not refused.
VERSIONS='v0.23.0 v0.23.3 v0.24.0 v0.24.4'
ETCD_VERSIONS='v3.5.0 v3.5.21 v3.5.35 v3.6.0 v3.6.16 v3.7.0 v3.7.3'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# stdin: --help; stdout: "major binary name type"
flags_of() {
    sed -nE 's/^ +(-[A-Za-z0-9], )?--([A-Za-z0-9_.-]+)( ([A-Za-z][A-Za-z0-9_.]*))?( .*|$)/\2 \4/p' |
        awk -v major="$1" -v binary="$2" '{print major, binary, $1, $2 == "" ? "bool" : $2}'
}

help_of_vtadmin() {
    (cd "$1" && go build -mod=mod -o "$scratch/vtadmin" ./go/cmd/vtadmin) && "$scratch/vtadmin" --help
}

folder_of() {
    go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",*$/\1/p'
}

# etcd_flags MINOR FOLDER: fs.UintVar(&cfg.MaxWalFiles, "max-wals", ..), those that it takes and ignores,
# and three that are declared in other ways.
etcd_flags() {
    local minor=$1 files=("$2/etcdmain/config.go" "$2/embed/config.go")
    cat "${files[@]}" | tr '\n' ' ' |
        grep -oE '\bfs\.[A-Z][A-Za-z0-9]*\([^"]*("[*]?"[^"]*)*"[a-z][a-z0-9-]*"' |
        sed -nE "s/^fs\.([A-Za-z0-9]*)\(.*\"(.*)\"\$/3$minor etcd \2 \L\1/p" | sed 's/var$//'
    tr '\n' ' ' <"${files[0]}" | grep -oE 'ignored += \[\]string\{[^}]*\}' | grep -oE '"[^"]+"' | tr -d '"' |
        sed "s/.*/3$minor etcd & string/"
    printf "3$minor etcd %s bool\n" version help
    [ "$minor" = 5 ] || echo "3$minor etcd feature-gates string"
}

hidden() {
    local binary
    # go/vt/servenv/servenv.go, go/cmd/vtadmin/main.go: glog, deprecated in 24.
    for binary in vtgate vttablet vtctld vtorc mysqlctld vtadmin; do
        printf "24 $binary %s\n" 'alsologtostderr bool' 'logtostderr bool' 'log_dir string' \
            'log_backtrace_at traceLocations' 'stderrthreshold severityFlag' 'v Level' 'vmodule vModuleFlag'
    done
    # go/vt/vtgate/grpcvtgateservice/server.go
    echo '23 vtgate grpc-send-session-in-streaming bool'
    # go/vt/vttablet/tabletserver/tabletenv/config.go, go/vt/vttablet/common/flags.go
    echo '23 vttablet twopc-enable bool'
    echo '24 vttablet twopc-enable bool'
    echo '24 vttablet watch-replication-stream bool'
    echo '24 vttablet vreplication-enable-http-log bool'
    # go/vt/vtctld/vtctld.go
    printf '24 vtctld %s\n' 'cell string' 'proxy-tablets bool' 'action-timeout duration' \
        'tablet-health-keep-alive duration'
    # Not released yet, but in the documentation of 25.
    printf '25 vtgate %s\n' 'denied-system-variables strings' 'slow-query-threshold duration' \
        'vstream-metrics-include-caller bool'
    echo '25 vttablet queryserver-config-schema-max-table-count int'
    printf '25 vtadmin %s\n' 'ui bool' 'ui-addr string' 'ui-debug-json bool' 'ui-read-only bool' \
        'ui-trust-proxy-https bool'
}

for version in $VERSIONS; do
    folder=$(folder_of "vitess.io/vitess@$version")
    major=${version#v0.} major=${major%%.*}
    for binary in vtgate vttablet vtctld vtorc mysqlctld; do
        flags_of "$major" "$binary" <"$folder/go/flags/endtoend/$binary.txt"
    done
    # The first of a major version does not build with every Go; none added a flag to VTAdmin later.
    [[ $version == *.0 ]] || help_of_vtadmin "$folder" | flags_of "$major" vtadmin
done >"$scratch/all"
hidden >>"$scratch/all"
for version in $ETCD_VERSIONS; do
    minor=${version#v3.}
    etcd_flags "${minor%%.*}" "$(folder_of "go.etcd.io/etcd/server/v3@$version")" >>"$scratch/all"
done

LC_ALL=C sort -u -k3,3 -k2,2 -k1,1n "$scratch/all" | awk '
function kind(type) {
    if (type == "bool") return "BOOL"
    if (type == "duration") return "DURATION"
    if (type == "time.Duration") return "SECONDS"
    if (type ~ /^int/) return "INT"
    if (type ~ /^uint/) return "UINT"
    if (type ~ /^float/) return "FLOAT"
    return "TEXT"
}
function minors(set,    i, text) {
    for (i = 1; i <= split(set, each, " "); i++) text = text (i > 1 ? " | " : "") "E" each[i]
    return text
}
function majors(set) {
    return set == " 23 24" ? "BOTH" : set == " 23" ? "V23" : set == " 24" ? "V24" : set == " 25" ? "V25" : "?" set
}
function flush_row(    i, row) {
    if (name == "") return
    row = "    {\"" name "\", FLAG_" type
    for (i = 1; i <= 6; i++)
        if (taken[order[i]] != "") row = row ", ." order[i] " = " majors(taken[order[i]])
    if (taken["etcd"] != "") row = row ", .etcd = " minors(taken["etcd"])
    print row "},"
    delete taken
    vitess = ""
}
BEGIN {
    split("vtgate vttablet vtctld vtorc mysqlctld vtadmin", order, " ")
    print "#include \"known_flags.h\"\n"
    print "/* Written by test/flags/known.sh (make flags-update) from the sources of Vitess and etcd. Sorted by name. */\n"
    print "/* clang-format off */"
    print "const struct known_flag known_flags[] = {"
}
{
    if ($3 != name) { flush_row(); name = $3; type = "" }
    # Where programs or versions differ, whatever any of them takes; Vitess has a word before etcd.
    if ($2 == "etcd" || type == "" || (index(taken["etcd"], " ") && vitess == "")) type = kind($4)
    else if (kind($4) != type) type = "TEXT"
    if ($2 != "etcd") vitess = "has it"
    if (index(taken[$2], " " $1) == 0) taken[$2] = taken[$2] " " $1
}
END {
    flush_row()
    print "    {NULL, FLAG_TEXT, 0, 0, 0, 0, 0, 0, 0},"
    print "};\n/* clang-format on */"
}' >lib/vitess/known_flags.c
echo "lib/vitess/known_flags.c: $(grep -c '^    {"' lib/vitess/known_flags.c) flags"
