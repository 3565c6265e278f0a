# How the server starts, reloads and ends.
# shellcheck shell=bash disable=SC2154 # what helpers.sh sets

test_ends_at_once_when_idle() {
    local signal socket
    for signal in TERM INT; do
        start --drain-timeout 3600
        # A connection that is kept does not hold it up.
        open_socket socket
        send "$socket" "$(get_head /healthz)"
        receive "$socket"
        kill "-$signal" "$server"
        ended
        logged '"event":"stopped","abandoned":0' || fail 'not in the log'
        close_socket "$socket"
    done
}

# start_half: a server with a request of which a part has arrived, on $socket.
start_half() {
    start --client-timeout 3600 "$@"
    cluster_request >"$work/request"
    open_socket socket
    send "$socket" "$(post_head "$(wc -c <"$work/request")")"
    head -c 100 "$work/request" >&"$socket"
    until_true metric_is vitess_operator_requests_in_flight 1
}

test_running_requests_end_and_new_ones_are_refused() {
    local socket
    start_half --drain-timeout 3600
    kill -TERM "$server"
    until_true logged '"event":"draining","inFlight":1'
    get /readyz
    equal 'readyz' "$code $body" '503 shutting down'
    get /healthz
    equal 'healthz' "$code" 200
    post /v1alpha1/cluster/sync "$work/request"
    equal 'a new request' "$code $body" '503 shutting down'
    contains 'a new request' "$head" 'Retry-After: 1'
    contains 'a new request' "$head" 'Connection: close'
    tail -c +101 "$work/request" >&"$socket"
    receive "$socket"
    equal 'the running request' "$code" 200
    contains 'the running request' "$head" 'Connection: close'
    contains 'the running request' "$body" '"children":['
    ended
    if curl -sS --max-time 60 "http://127.0.0.1:$port/healthz" 2>/dev/null; then
        fail 'the port is still open'
    fi
}

test_the_port_for_probes_fails_when_it_ends() {
    local socket
    start_half --drain-timeout 3600
    kill -TERM "$server"
    until_true logged '"event":"draining","inFlight":1'
    probe /readyz
    equal 'readyz' "$code $body" '503 shutting down'
    probe /healthz
    equal 'healthz' "$code" 200
    tail -c +101 "$work/request" >&"$socket"
    receive "$socket"
    equal 'the running request' "$code" 200
    ended
}

test_ends_within_the_bound() {
    local socket
    start_half --drain-timeout 1
    kill -TERM "$server"
    ended
    logged '"event":"stopped","abandoned":1' || fail 'not in the log'
}

test_a_second_signal_ends_at_once() {
    local socket
    start_half --drain-timeout 3600
    kill -TERM "$server"
    until_true logged '"event":"draining"'
    kill -TERM "$server"
    ended
}

reload() {
    local before
    before=$(grep -c '"event":"reload' "$log" || true)
    kill -HUP "$server"
    until_true reloaded_more_than "$before"
}

reloaded_more_than() {
    [ "$(grep -c '"event":"reload' "$log")" -gt "$1" ]
}

test_reload() {
    local config=$work/serve.yaml
    cluster_request >"$work/request"
    printf 'max-body: 1Ki\n' >"$config"
    start --config "$config" --max-depth 100
    head -c 2000 /dev/zero | tr '\0' ' ' >>"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'before' "$code" 413

    printf 'max-body: 1Mi\nlog-level: debug\nthreads: 5\nmax-depth: 17\n' >"$config"
    reload
    logged '"event":"reloaded".*"needsRestart":"threads"' || fail 'what needs a restart is not said'
    post /v1alpha1/cluster/sync "$work/request"
    equal 'after' "$code" 200
    get /healthz
    until_true logged '"level":"debug"'
    # Flags still go before the file.
    post_text /v1alpha1/cluster/sync "{\"a\":$(printf '[%.0s' {1..50})$(printf ']%.0s' {1..50})}"
    lacks 'the flag' "$body" deeper
    equal 'good reloads' "$(metric 'vitess_operator_config_reloads_total{result="success"}')" 1
    stop
}

test_a_broken_file_changes_nothing() {
    local config=$work/serve.yaml
    printf 'max-body: 1Ki\n' >"$config"
    start --config "$config"
    cluster_request >"$work/request"
    head -c 2000 /dev/zero | tr '\0' ' ' >>"$work/request"

    # One good line among bad ones is not taken over either.
    printf 'max-body: 1Mi\nmax-bodies: 3\nmax-depth: deep\n' >"$config"
    reload
    logged "\"event\":\"reload-failed\",\"message\":\"$config:2:1: max-bodies: is no setting; $config:3:" ||
        fail 'the problems are not in the log'
    post /v1alpha1/cluster/sync "$work/request"
    equal 'the old limit' "$code" 413
    printf 'max-body: {\n' >"$config"
    reload
    rm "$config"
    reload
    logged 'No such file' || fail 'the missing file is not in the log'
    post /v1alpha1/cluster/sync "$work/request"
    equal 'the old limit' "$code" 413
    equal 'bad reloads' "$(metric 'vitess_operator_config_reloads_total{result="failure"}')" 3
    equal 'last one' "$(metric vitess_operator_config_last_reload_successful)" 0

    printf 'max-body: 1Mi\n' >"$config"
    reload
    post /v1alpha1/cluster/sync "$work/request"
    equal 'the new limit' "$code" 200
    equal 'last one' "$(metric vitess_operator_config_last_reload_successful)" 1
    stop
}

test_port_in_use() {
    start
    local status=0 text
    text=$(timeout 60 "$program" serve --listen "127.0.0.1:$port" 2>&1) || status=$?
    equal 'exit code' "$status" 3
    equal 'message' "$text" \
        "vitess-operator: serve: cannot listen on 127.0.0.1:$port (--listen): Address already in use"
    stop
    # And it is free again at once.
    : >"$log"
    "$program" serve --listen "127.0.0.1:$port" --probe-listen none 2>"$log" &
    server=$!
    until_true listening
    get /healthz
    equal 'the next server' "$code" 200
    stop
}

test_addresses() {
    local address status text
    for address in 192.0.2.1:0 nowhere.invalid:0; do
        status=0
        text=$(timeout 60 "$program" serve --listen "$address" 2>&1) || status=$?
        equal "$address" "$status" 3
        contains "$address" "$text" "cannot listen on $address"
    done
    # Every address: 127.0.0.1 as well.
    for address in '[::]:0' ':0' '0.0.0.0:0'; do
        : >"$log"
        "$program" serve --listen "$address" 2>"$log" &
        server=$!
        until_true listening
        port=$(sed -n 's/.*"address":"[^"]*:\([0-9]*\)".*/\1/p' "$log")
        get /healthz
        equal "$address" "$code" 200
        stop
    done
}
