# What the HTTP tests are written with. Sourced by test/http/run.
# shellcheck shell=bash disable=SC2034,SC2154 # set here, used there

work=$(mktemp -d)
log=$work/log
server='' port='' probes=''
# What the requests of a test use beside the port.
scheme=http trust=()

clean_up() {
    if [ -n "$server" ]; then
        kill -KILL "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "$*"
    if [ -s "$log" ]; then
        echo "--- log of the server"
        tail -n 20 "$log"
    fi
    exit 1
}

# --- checks ---

# equal WHAT IS EXPECTED
equal() {
    [ "$2" = "$3" ] || fail "$1: got '$2', expected '$3'"
}

# contains WHAT TEXT PART
contains() {
    [[ $2 == *"$3"* ]] || fail "$1: no '$3' in: $2"
}

lacks() {
    [[ $2 != *"$3"* ]] || fail "$1: '$3' is in: $2"
}

# until_true COMMAND..: asks again and again, with a bound that no machine reaches.
until_true() {
    local tries
    for ((tries = 0; tries < 3000; tries++)); do
        if "$@"; then
            return 0
        fi
        sleep 0.01
    done
    fail "never true: $*"
}

logged() {
    grep -q -- "$1" "$log"
}

# --- the server ---

start() {
    : >"$log"
    "$program" serve --listen 127.0.0.1:0 "$@" 2>"$log" &
    server=$!
    until_true listening
    port=$(sed -n 's/.*"address":"127\.0\.0\.1:\([0-9]*\)".*/\1/p' "$log")
    [ -n "$port" ] || port=$(sed -n 's/.*address=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$log")
    [ -n "$port" ] || fail 'no port in the log'
    probes=$(sed -n 's/.*"probes":"127\.0\.0\.1:\([0-9]*\)".*/\1/p' "$log")
}

listening() {
    kill -0 "$server" 2>/dev/null || fail 'the server has ended'
    logged listening
}

# It ends by itself, with 0 and nothing for a sanitizer to say.
ended() {
    local code=0
    wait "$server" || code=$?
    server=''
    equal 'exit code' "$code" 0
    if grep -E 'Sanitizer|runtime error' "$log"; then
        fail 'a sanitizer spoke'
    fi
}

stop() {
    kill -TERM "$server"
    ended
}

# --- requests ---

# get PATH [CURL OPTION..]: sets code, head and body.
get() {
    local path=$1
    shift
    code=$(curl -sS --max-time 60 --path-as-is -o "$work/body" -D "$work/head" -w '%{http_code}' \
        "${trust[@]}" "$@" "$scheme://127.0.0.1:$port$path") || fail "curl: $path $*"
    body=$(tr -d '\0' <"$work/body")
    head=$(tr -d '\r' <"$work/head")
}

# post PATH FILE [CURL OPTION..]
post() {
    local path=$1 file=$2
    shift 2
    get "$path" -H 'Content-Type: application/json' -H 'Expect:' --data-binary "@$file" "$@"
}

# post_text PATH TEXT
post_text() {
    printf '%s' "$2" >"$work/text"
    post "$1" "$work/text"
}

# The value of a sample of /metrics: metric 'name{label="value"}'
metric() {
    curl -sS --max-time 60 "${trust[@]}" "$scheme://127.0.0.1:$port/metrics" |
        awk -v name="$1" 'substr($0, 1, length(name) + 1) == name " " { print $NF }'
}

metric_is() {
    [ "$(metric "$1")" = "$2" ]
}

# A request of Metacontroller for a VitessCluster without children; its spec is the argument.
cluster_request() {
    cat <<END
{"controller":{"kind":"CompositeController"},"parent":{"apiVersion":"vitess.io/v1alpha1",
"kind":"VitessCluster","metadata":{"name":"vitess","namespace":"default","generation":7,
"uid":"6f1f2c7e-0000-4000-8000-000000000001","resourceVersion":"1"},"spec":${1-"{}"}},
"children":{"Pod.v1":{},"VitessCell.vitess.io/v1alpha1":{}},"related":{},"finalizing":false}
END
}

# --- bare connections, for what curl does not do ---

# open_socket NAME: a connection whose descriptor is in $NAME.
open_socket() {
    local descriptor
    exec {descriptor}<>"/dev/tcp/127.0.0.1/$port"
    printf -v "$1" '%d' "$descriptor"
}

close_socket() {
    local descriptor=$1
    exec {descriptor}>&-
}

# send DESCRIPTOR TEXT: \r\n and the like are written as printf takes them.
send() {
    # shellcheck disable=SC2059
    printf "$2" >&"$1"
}

# receive DESCRIPTOR: the next answer; sets code, head and body.
receive() {
    local line length=0
    code='' head='' body=''
    while IFS= read -r -t 60 -u "$1" line; do
        line=${line%$'\r'}
        [ -n "$line" ] || break
        head+=$line$'\n'
    done
    [ -n "$head" ] || fail 'no answer'
    code=${head#* }
    code=${code%%[^0-9]*}
    length=$(sed -n 's/^[Cc]ontent-[Ll]ength: *//p' <<<"$head")
    if [ "${length:-0}" -gt 0 ]; then
        IFS= LC_ALL=C read -r -d '' -t 60 -u "$1" -N "$length" body || fail 'an answer that is cut off'
    fi
}

# The connection has been closed by the server (and not merely gone quiet).
is_closed() {
    local byte status=0
    IFS= read -r -d '' -t 0.01 -u "$1" -N 1 byte || status=$?
    [ "$status" -gt 0 ] && [ "$status" -le 128 ]
}

# post_head LENGTH [HEADER..]: the head of a request to the cluster's hook, for send.
post_head() {
    local length=$1
    shift
    printf 'POST /v1alpha1/cluster/sync HTTP/1.1\\r\\nHost: t\\r\\n'
    printf 'Content-Type: application/json\\r\\n'
    [ -z "$length" ] || printf 'Content-Length: %s\\r\\n' "$length"
    [ $# -eq 0 ] || printf '%s\\r\\n' "$@"
    printf '\\r\\n'
}

get_head() {
    printf 'GET %s HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n' "$1"
}

# --- the port for probes, and crowds ---

# probe PATH [CURL OPTION..]: get, but at the port for probes
probe() {
    local scheme=http trust=() port=$probes
    get "$@"
}

both_answer() {
    get /healthz
    equal "/healthz with $1" "$code $body" '200 ok'
    probe /readyz
    equal "/readyz of probes with $1" "$code $body" '200 ok'
    probe /metrics
    contains "/metrics of probes with $1" "$body" vitess_operator_connections
}

crowd=()

# open_crowd COUNT [TEXT]: that many connections that send TEXT and no more
open_crowd() {
    local i socket
    for ((i = 0; i < $1; i++)); do
        open_socket socket
        crowd+=("$socket")
        # Whoever is closed by then is closed.
        [ -z "${2-}" ] || send "$socket" "$2" 2>/dev/null || true
    done
}

close_crowd() {
    local socket
    for socket in "${crowd[@]}"; do
        close_socket "$socket"
    done
    crowd=()
}

half_head='POST /v1alpha1/cluster/sync HTTP/1.1\r\nHost: t\r\n'

# stays WHAT TEXT: three times as many connections as there are places send that and stay.
stays() {
    open_crowd 60 "$2"
    both_answer "$1"
    close_crowd
}
