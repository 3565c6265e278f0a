# How bodies arrive: in pieces, broken, slowly, too large.
# shellcheck shell=bash disable=SC2154 # what helpers.sh sets

test_chunked_bodies() {
    start
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    local plain="$code $body"
    post /v1alpha1/cluster/sync "$work/request" -H 'Transfer-Encoding: chunked'
    equal 'chunked by curl' "$code $body" "$plain"

    local socket byte
    open_socket socket
    send "$socket" "$(post_head '' 'Transfer-Encoding: chunked')"
    # The smallest chunks there are, with extensions, and trailers at the end.
    while IFS= read -r -n 1 byte; do
        printf '1;x=y\r\n%s\r\n' "${byte:-$'\n'}" >&"$socket"
    done <"$work/request"
    send "$socket" '0\r\nX-Trailer: 1\r\n\r\n'
    receive "$socket"
    equal 'one byte a chunk' "$code $body" "$plain"
    # The connection is good for another request.
    send "$socket" "$(get_head /healthz)"
    receive "$socket"
    equal 'afterwards' "$code" 200
    stop
}

test_broken_chunks() {
    start
    local socket text
    for text in 'xyz\r\n' '-1\r\n' 'ffffffffffffffffff\r\n' '2\r\n{}x\r\n' '\r\n'; do
        open_socket socket
        send "$socket" "$(post_head '' 'Transfer-Encoding: chunked')$text"
        until_true is_closed_or_refused "$socket"
        close_socket "$socket"
    done
    get /healthz
    equal 'the server lives' "$code" 200
    equal 'requests answered' "$(metric 'vitess_operator_requests_total{hook="v1alpha1/cluster/sync",code="200"}')" ''
    stop
}

# Closed, or an answer of 4xx: never a 200.
is_closed_or_refused() {
    local line status=0
    IFS= read -r -t 0.05 -u "$1" line || status=$?
    if [ "$status" -eq 0 ]; then
        [[ $line == 'HTTP/1.1 4'* ]] || fail "answered $line"
        return 0
    fi
    [ "$status" -le 128 ]
}

test_truncated_bodies_get_no_answer() {
    start
    local count=0 head_text socket
    for head_text in "$(post_head 100)" "$(post_head '' 'Transfer-Encoding: chunked')5\\r\\n"; do
        count=$((count + 1))
        open_socket socket
        send "$socket" "$head_text{\"a\""
        until_true metric_is vitess_operator_requests_in_flight 1
        close_socket "$socket"
        until_true metric_is 'vitess_operator_requests_unfinished_total{reason="client-gone"}' "$count"
        until_true metric_is vitess_operator_requests_in_flight 0
    done
    stop
}

test_garbage_instead_of_http() {
    start
    local socket text
    for text in 'x\r\n\r\n' '\x00\x01\x02\r\n\r\n' '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' \
        'GET / HTTP/9.9\r\n\r\n' 'POST /sync-shard HTTP/1.1\r\n\r\n' 'GET /healthz HTTP/1.1\r\nHost\r\n\r\n'; do
        open_socket socket
        send "$socket" "$text"
        close_socket "$socket"
    done
    get /healthz
    equal 'the server lives' "$code" 200
    stop
}

test_pipelined_requests() {
    start
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    local answer=$body length socket
    length=$(wc -c <"$work/request")
    open_socket socket
    {
        # shellcheck disable=SC2059
        printf "$(get_head /healthz)$(post_head "$length")"
        cat "$work/request"
        # Its body, which looks like a request, must be dropped and not be taken for one.
        printf 'POST /nothing HTTP/1.1\r\nHost: t\r\nContent-Length: 30\r\n\r\nGET /version HTTP/1.1\r\nHost: t\r\n'
        # shellcheck disable=SC2059
        printf "$(post_head "$length")"
        cat "$work/request"
        # shellcheck disable=SC2059
        printf "$(get_head /readyz)"
    } >&"$socket"
    receive "$socket"
    equal 'first' "$code $body" $'200 ok\n'
    receive "$socket"
    equal 'second' "$code $body" "200 $answer"
    receive "$socket"
    equal 'third' "$code" 404
    receive "$socket"
    equal 'fourth' "$code $body" "200 $answer"
    receive "$socket"
    equal 'fifth' "$code $body" $'200 ok\n'
    stop
}

test_expect_100_continue() {
    start --max-body 1Mi
    cluster_request >"$work/request"
    local socket
    open_socket socket
    send "$socket" "$(post_head "$(wc -c <"$work/request")" 'Expect: 100-continue')"
    receive "$socket"
    equal 'go on' "$code" 100
    cat "$work/request" >&"$socket"
    receive "$socket"
    equal 'the answer' "$code" 200
    open_socket socket
    send "$socket" "$(post_head 1048577 'Expect: 100-continue')"
    receive "$socket"
    equal 'too large' "$code" 413
    stop
}

test_body_limit() {
    start --max-body 4Ki
    cluster_request >"$work/request"
    # As large as it may be, and one byte more.
    local length
    length=$(wc -c <"$work/request")
    head -c $((4096 - length)) /dev/zero | tr '\0' ' ' >>"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'just not too large' "$code" 200
    post /v1alpha1/cluster/sync "$work/request" -H 'Transfer-Encoding: chunked'
    equal 'just not too large, chunked' "$code" 200
    printf ' ' >>"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'too large' "$code" 413
    contains 'too large' "$body" '4096 bytes'
    head -c 300000 /dev/zero | tr '\0' ' ' >>"$work/request"
    # The whole of it is read and dropped, so the answer arrives and the connection goes on.
    post /v1alpha1/cluster/sync "$work/request" -H 'Transfer-Encoding: chunked'
    equal 'too large, chunked' "$code" 413

    # Refused by its announced length: nothing of the body is ever sent.
    local socket
    open_socket socket
    send "$socket" "$(post_head 4097)"
    receive "$socket"
    equal 'announced' "$code" 413
    contains 'announced' "$head" 'Connection: close'
    open_socket socket
    send "$socket" "$(post_head 99999999999999)"
    receive "$socket"
    equal 'announced, 100 TB' "$code" 413
    # More than 64 bits is libmicrohttpd's to refuse.
    open_socket socket
    send "$socket" "$(post_head 99999999999999999999999)"
    receive "$socket"
    [[ $code == 4?? ]] || fail "a length of more than 64 bits: $code"
    stop
}

test_huge_body() {
    start
    # 63 MiB of one string, as a large annotation or managedFields would be.
    {
        printf '{"filler":"'
        head -c $((63 * 1024 * 1024)) /dev/zero | tr '\0' x
        printf '",'
        cluster_request | tail -c +2
    } >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'code' "$code" 200
    local large=$body
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'the answer without it' "$body" "$large"
    stop
}

# One byte now and then is not silence, so an idle time-out would never end it.
drip_until_closed() {
    local socket=$1
    { printf x >&"$socket"; } 2>/dev/null || return 0
    is_closed "$socket"
}

test_slow_clients_are_closed() {
    trap '' PIPE
    start --client-timeout 1
    local socket text count=0
    for text in "$(post_head 1000000)" 'POST /v1alpha1/cluster/sync HTTP/1.1\r\nHost: t\r\nX-Slow: ' \
        "$(post_head '' 'Transfer-Encoding: chunked')fffff\\r\\n"; do
        count=$((count + 1))
        open_socket socket
        send "$socket" "$text"
        until_true drip_until_closed "$socket"
        until_true metric_is 'vitess_operator_connections_timed_out_total{reason="client"}' "$count"
        until_true metric_is 'vitess_operator_requests_unfinished_total{reason="client-timeout"}' "$count"
    done
    logged '"event":"client-timeout"' || fail 'nothing in the log'
    equal 'in flight' "$(metric vitess_operator_requests_in_flight)" 0
    stop
}

test_clients_that_do_not_read_are_closed() {
    trap '' PIPE
    start --client-timeout 1
    local socket
    open_socket socket
    # More answers than the buffers between the two hold; none is ever read.
    write_until_closed "$socket" &
    local writer=$!
    until_true metric_is 'vitess_operator_connections_timed_out_total{reason="client"}' 1
    wait "$writer" || true
    stop
}

write_until_closed() {
    local request i
    # shellcheck disable=SC2059
    request=$(printf "$(get_head /metrics)x")
    request=${request%x}
    for ((i = 0; i < 20000; i++)); do
        { printf '%s' "$request" >&"$1"; } 2>/dev/null || return 0
    done
}
