# Limits other than that of the body.
# shellcheck shell=bash disable=SC2154 # what helpers.sh sets


test_depth_limit() {
    start --max-depth 20
    local opening closing
    opening=$(printf '[%.0s' {1..19}) closing=$(printf ']%.0s' {1..19})
    post_text /v1alpha1/cluster/sync "{\"a\":$opening$closing}"
    equal 'code' "$code" 400
    lacks 'as deep as it may be' "$body" deeper
    post_text /v1alpha1/cluster/sync "{\"a\":[$opening$closing]}"
    equal 'code' "$code" 400
    contains 'too deep' "$body" 'deeper than 20'
    # Deep enough to overflow the stack of a thread, if it got there.
    head -c 10000000 /dev/zero | tr '\0' '[' >"$work/text"
    post /v1alpha1/cluster/sync "$work/text"
    equal 'code' "$code" 400
    contains 'much too deep' "$body" 'deeper than 20'
    stop
}

# 3 MB that would be a million values.
million_values() {
    cluster_request | sed 's/"related":{}/"related":{},"filler":[/;/"filler"/q' | sed 's/\["*,.*$/[/' | tr -d '\n'
    head -c 2999997 /dev/zero | sed 's/\x00\x00\x00/[],/g'
    printf '[]]}'
}

test_arena_limit() {
    million_values >"$work/request"
    start --max-arena 1Mi
    post /v1alpha1/cluster/sync "$work/request"
    equal 'code' "$code" 503
    contains 'text' "$body" memory
    contains 'a 503' "$head" 'Retry-After: 1'
    [ "$(metric 'vitess_operator_arena_peak_bytes{hook="v1alpha1/cluster/sync"}')" -lt 2000000 ] ||
        fail 'the request took more memory than it may'
    cluster_request >"$work/small"
    post /v1alpha1/cluster/sync "$work/small"
    equal 'a small one' "$code" 200
    stop
    start
    post /v1alpha1/cluster/sync "$work/request"
    equal 'with the default limit' "$code" 200
    stop
}

test_connection_limit() {
    start --max-connections 2 --threads 2
    local first second third
    open_socket first
    open_socket second
    send "$first" "$(get_head /healthz)"
    receive "$first"
    send "$second" "$(get_head /healthz)"
    receive "$second"
    send "$first" "$(get_head /metrics)"
    receive "$first"
    contains 'connections' "$body" $'\nvitess_operator_connections 2\n'
    # The third one gets the place of the one that has rested for longest.
    open_socket third
    send "$third" "$(get_head /healthz)"
    receive "$third"
    equal 'the third one' "$code" 200
    until_true is_closed "$second"
    send "$first" "$(get_head /metrics)"
    receive "$first"
    contains 'connections' "$body" $'\nvitess_operator_connections 2\n'
    contains 'answers' "$body" $'requests_total{hook="healthz",code="200"} 3\n'
    contains 'closed' "$body" $'\nvitess_operator_connections_closed_for_others_total 1\n'
    stop
}

test_many_connections() {
    start --max-connections 16
    cluster_request >"$work/request"
    local i
    for ((i = 0; i < 200; i++)); do
        printf 'url = "http://127.0.0.1:%s/v1alpha1/cluster/sync"\noutput = "/dev/null"\n' "$port"
    done >"$work/urls"
    curl -sS --no-progress-meter --parallel --parallel-immediate --parallel-max 100 --max-time 100 \
        -H 'Connection: close' -H 'Expect:' -H 'Content-Type: application/json' \
        --data-binary "@$work/request" -w '%{http_code}\n' -K "$work/urls" >"$work/codes"
    # 429 is an answer too where more than --max-requests come at once, but 16 connections cannot.
    equal 'codes' "$(sort "$work/codes" | uniq -c | tr -s ' ')" ' 200 200'
    equal 'counted' "$(metric 'vitess_operator_requests_total{hook="v1alpha1/cluster/sync",code="200"}')" 200
    stop
}

test_overload() {
    start --max-requests 1
    cluster_request >"$work/request"
    local socket length
    length=$(wc -c <"$work/request")
    open_socket socket
    send "$socket" "$(post_head "$length")"
    head -c 100 "$work/request" >&"$socket"
    until_true metric_is vitess_operator_requests_in_flight 1
    # Metacontroller repeats a 429 without an Event, but at once where Retry-After is missing.
    post /v1alpha1/cluster/sync "$work/request"
    equal 'one too many' "$code" 429
    contains 'one too many' "$head" 'Retry-After: 1'
    contains 'one too many' "$body" '--max-requests'
    get /readyz
    equal 'pages are not limited' "$code" 200
    tail -c +101 "$work/request" >&"$socket"
    receive "$socket"
    equal 'the first one' "$code" 200
    until_true metric_is vitess_operator_requests_in_flight 0
    post /v1alpha1/cluster/sync "$work/request"
    equal 'afterwards' "$code" 200
    equal 'counted' "$(metric 'vitess_operator_requests_total{hook="v1alpha1/cluster/sync",code="429"}')" 1
    stop
}

# Metacontroller keeps its connections for 90 seconds; the time-out itself is proven with a clock
# of its own in test/unit/check_clients.c.
test_idle_time_out_is_longer_than_that_of_metacontroller() {
    local code=0 text
    text=$(timeout 60 "$program" serve --idle-timeout 90 2>&1) || code=$?
    equal 'exit code' "$code" 2
    contains 'message' "$text" '--idle-timeout: must be a whole number of seconds from 91'
}
