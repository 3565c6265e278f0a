# Crowds of connections: whoever sends nothing, half of something, or goes away in the middle, and
# the port for probes, which none of them reaches.
# shellcheck shell=bash disable=SC2034,SC2154 # what helpers.sh sets

descriptors() {
    local all=("/proc/$server/fd"/*)
    echo "${#all[@]}"
}

has_descriptors() {
    [ "$(descriptors)" -ge "$1" ]
}

# --- clients that go away ---

# wedge THREADS CONNECTIONS ROUNDS: the kernel has the end of every connection of every thread to
# tell at the same moment, and no other connection ever comes.
wedge() {
    local round alone
    start --threads "$1" --max-connections "$2"
    get /healthz
    alone=$(descriptors)
    for ((round = 0; round < $3; round++)); do
        open_crowd "$2" "$half_head"
        until_true has_descriptors $((alone + $2 - 1))
        kill -STOP "$server"
        close_crowd
        kill -CONT "$server"
        get /healthz
        equal "round $round" "$code $body" '200 ok'
    done
    stop
}

# libmicrohttpd looks at no event as long as it gets 128 at once: two threads with 128 each.
test_256_clients_that_go_away_stop_nobody() {
    trap '' PIPE
    wedge 2 256 20
}

test_other_multiples_of_128_stop_nobody() {
    trap '' PIPE
    wedge 1 128 3
    wedge 1 384 3
    wedge 3 384 2
}

# The same events, but of clients that were late: the server ends them in one go itself.
test_256_clients_that_are_late_stop_nobody() {
    trap '' PIPE
    start --threads 2 --max-connections 256 --client-timeout 1
    open_crowd 256 "$half_head"
    until_true late_are 256
    both_answer 'late clients'
    close_crowd
    stop
}

# Whoever asks for the number is a connection too, and may be one that was closed for it.
late_are() {
    local count
    count=$(port=$probes metric 'vitess_operator_connections_timed_out_total{reason="client"}')
    [ "$count" -ge "$1" ]
}

# --- clients that stay ---

test_slow_clients_keep_nobody_out() {
    trap '' PIPE
    local length
    cluster_request >"$work/request"
    length=$(wc -c <"$work/request")
    # Nobody is late here: it is the crowd that moves.
    start --max-connections 20 --max-requests 4 --client-timeout 3600
    stays 'nothing sent' ''
    stays 'half a line' 'POST /v1alpha1/clus'
    stays 'half a head' "$half_head"
    stays 'half a body' "$(post_head "$length")$(head -c 100 "$work/request")"
    stays 'half a chunk' "$(post_head '' 'Transfer-Encoding: chunked')ffff\\r\\n"
    stays 'half a body of a page' 'GET /metrics HTTP/1.1\r\nHost: t\r\nContent-Length: 99\r\n\r\nx'
    stays 'an answer and a rest' "$(get_head /healthz)"
    stays 'an answer and half a head' "$(get_head /healthz)$half_head"
    [ "$(metric vitess_operator_connections_closed_for_others_total)" -gt 0 ] || fail 'nobody was closed'
    until_true logged '"event":"closed-for-others"'
    post /v1alpha1/cluster/sync "$work/request"
    equal 'a hook afterwards' "$code" 200
    until_true metric_is vitess_operator_requests_in_flight 0
    stop
}

test_a_hook_request_keeps_its_place() {
    trap '' PIPE
    local socket
    start --max-connections 4 --client-timeout 3600
    cluster_request >"$work/request"
    open_socket socket
    send "$socket" "$(post_head "$(wc -c <"$work/request")")"
    head -c 100 "$work/request" >&"$socket"
    until_true metric_is vitess_operator_requests_in_flight 1
    open_crowd 40 "$half_head"
    both_answer 'a crowd'
    tail -c +101 "$work/request" >&"$socket"
    receive "$socket"
    equal 'the hook' "$code" 200
    close_crowd
    stop
}

# Every place has a hook request: nobody is closed for another, and probes still get through.
test_hooks_that_fill_every_place() {
    trap '' PIPE
    local socket
    start --max-connections 2 --max-requests 2 --client-timeout 3600
    cluster_request >"$work/request"
    open_crowd 2 "$(post_head "$(wc -c <"$work/request")")"
    until_true probe_metric_is vitess_operator_requests_in_flight 2
    open_socket socket
    send "$socket" "$(get_head /healthz)"
    probe /healthz
    equal 'the port for probes' "$code $body" '200 ok'
    cat "$work/request" >&"${crowd[0]}"
    receive "${crowd[0]}"
    equal 'the first hook' "$code" 200
    receive "$socket"
    equal 'the one that waited' "$code" 200
    cat "$work/request" >&"${crowd[1]}"
    receive "${crowd[1]}"
    equal 'the second hook' "$code" 200
    stop
}

probe_metric_is() {
    port=$probes metric_is "$@"
}

# --- connections that never send anything ---

test_whoever_never_asks_is_closed_early() {
    local kept silent
    start --client-timeout 3
    open_socket kept
    send "$kept" "$(get_head /healthz)"
    receive "$kept"
    open_socket silent
    # Not after --idle-timeout, which is two minutes.
    until_true metric_is 'vitess_operator_connections_timed_out_total{reason="idle"}' 1
    until_true is_closed "$silent"
    send "$kept" "$(get_head /healthz)"
    receive "$kept"
    equal 'one that has asked before' "$code" 200
    equal 'slow clients' "$(metric 'vitess_operator_connections_timed_out_total{reason="client"}')" 0
    stop
}

# --- the port for probes ---

test_the_port_for_probes_has_pages_alone() {
    start
    local page
    for page in /healthz /readyz /metrics /version; do
        probe "$page"
        equal "$page" "$code" 200
    done
    cluster_request >"$work/request"
    port=$probes post /v1alpha1/cluster/sync "$work/request"
    equal 'a hook' "$code" 404
    equal 'a hook' "$body" 'nothing is at this path of this port (--probe-listen), and the hooks are at that of --listen; there are:
GET /healthz
GET /readyz
GET /metrics
GET /version'
    post /v1alpha1/cluster/sync "$work/request"
    equal 'a hook at its port' "$code" 200
    stop
}

test_the_port_for_probes_has_its_own_places() {
    trap '' PIPE
    start --max-connections 1 --client-timeout 3600
    port=$probes open_crowd 100 "$half_head"
    both_answer 'a crowd at probes'
    close_crowd
    stop
}

test_the_port_for_probes_can_be_left_out() {
    start --probe-listen none
    equal 'its port' "$probes" ''
    get /healthz
    equal 'healthz' "$code $body" '200 ok'
    stop
}

test_the_port_for_probes_in_use() {
    start
    local status=0 text
    text=$(timeout 60 "$program" serve --listen 127.0.0.1:0 --probe-listen "127.0.0.1:$port" 2>&1) || status=$?
    equal 'exit code' "$status" 3
    equal 'message' "$text" "vitess-operator: serve: cannot listen on 127.0.0.1:$port (--probe-listen): \
Address already in use: name another port, or none"
    stop
}

# --- what the system cannot give ---

test_more_connections_than_files() {
    local status=0 text
    text=$(ulimit -n 200 && timeout 60 "$program" serve --listen 127.0.0.1:0 --threads 2 2>&1) || status=$?
    equal 'exit code' "$status" 3
    equal 'message' "$text" "vitess-operator: serve: max-connections (default): must be at most 100 where a \
process may open 200 files, got 256: lower it, or raise that (ulimit -n 356)"
    (
        ulimit -n 200
        start --threads 2 --max-connections 100
        both_answer 'few files'
        stop
    )
}
