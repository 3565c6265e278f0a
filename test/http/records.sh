# Metrics and the log.
# shellcheck shell=bash disable=SC2034,SC2154 # what helpers.sh sets

test_metrics_are_as_prometheus_wants_them() {
    start
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    post_text /v1alpha1/shard/sync '{'
    get /nothing
    get /metrics
    cp "$work/body" "$work/scrape"
    stop
    if ! command -v promtool >/dev/null; then
        [ "${CI-}" != true ] || fail 'promtool is missing: apt-get install prometheus'
        echo 'SKIPPED: promtool is missing, so the names of the metrics are not checked: apt-get install prometheus'
        return
    fi
    local said
    said=$(promtool check metrics <"$work/scrape" 2>&1) || fail "promtool: $said"
    equal 'promtool' "$said" ''
}

test_counts() {
    start
    cluster_request >"$work/request"
    local i hook='hook="v1alpha1/cluster/sync"'
    for i in 1 2 3; do
        post /v1alpha1/cluster/sync "$work/request"
    done
    post_text /v1alpha1/cluster/sync '{'
    equal '200' "$(metric "vitess_operator_requests_total{$hook,code=\"200\"}")" 3
    equal '400' "$(metric "vitess_operator_requests_total{$hook,code=\"400\"}")" 1
    equal 'durations' "$(metric "vitess_operator_request_duration_seconds_bucket{$hook,code=\"200\",le=\"+Inf\"}")" 3
    equal 'bytes in' "$(metric "vitess_operator_request_size_bytes_sum{$hook,code=\"200\"}")" \
        $((3 * $(wc -c <"$work/request")))
    [ "$(metric "vitess_operator_response_size_bytes_sum{$hook,code=\"200\"}")" -gt 0 ] || fail 'bytes out'
    [ "$(metric "vitess_operator_arena_peak_bytes{$hook}")" -gt 0 ] || fail 'arena'
    # One object, however often it was synced.
    equal 'objects' "$(curl -sS "http://127.0.0.1:$port/metrics" |
        awk '/^vitess_operator_objects{hook="v1alpha1\/cluster\/sync"/ { sum += $NF } END { print sum }')" 1
    [ "$(metric process_start_time_seconds | cut -d. -f1)" -le "$(date +%s)" ] || fail 'start time'
    stop
}

# Gauges over objects, by how each stood at its last sync.
test_problems_of_specs() {
    start
    local hook='hook="v1alpha1/cluster/sync"'
    cluster_request '{"bogus":1}' >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'a bad spec' "$code" 200
    contains 'a bad spec' "$body" '"reason":"InvalidSpec"'
    [ "$(metric "vitess_operator_problems{$hook}")" -ge 1 ] || fail 'no problem counted'
    equal 'frozen' "$(metric "vitess_operator_objects{$hook,outcome=\"frozen\"}")" 1
    cluster_request '{"cells":[{"name":"a","etcd":{"image":"quay.io/coreos/etcd:v3.5.17"}}]}' >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    lacks 'a good spec' "$body" InvalidSpec
    equal 'problems' "$(metric "vitess_operator_problems{$hook}")" 0
    equal 'frozen' "$(metric "vitess_operator_objects{$hook,outcome=\"frozen\"}")" 0
    equal 'well' "$(metric "vitess_operator_objects{$hook,outcome=\"ok\"}")" 1
    stop
}

# The VitessCluster is the only object that labels name, and only what can be a name does.
test_names_that_become_labels() {
    start
    local i
    for i in one two three; do
        cluster_request | sed "s/\"name\":\"vitess\"/\"name\":\"marked-$i\"/; s/0001\"/000$i\"/" >"$work/request"
        post /v1alpha1/cluster/sync "$work/request"
        get "/marked-$i-path"
    done
    cluster_request | sed 's/"name":"vitess"/"name":"other\\"} 1"/' >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    get /metrics
    contains 'metrics' "$body" 'vitess_operator_cluster_ready{namespace="default",vitess_cluster="marked-two"} 0'
    contains 'metrics' "$body" 'vitess_operator_cluster_objects{namespace="default",vitess_cluster="marked-two"} 1'
    lacks 'metrics' "$body" path
    lacks 'metrics' "$body" other\\
    lacks 'metrics' "$body" 6f1f2c7e
    stop
}

# What is wrong is logged when it changes, and without values.
test_problems_are_logged_once() {
    start
    cluster_request '{"image":"s3cr3t value","bogus":1}' >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    contains 'the answer' "$body" s3cr3t
    post /v1alpha1/cluster/sync "$work/request"
    cluster_request '{"bogus":1}' >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    until_true logged '"event":"request".*"bytesIn":'"$(wc -c <"$work/request")"
    equal 'lines' "$(grep -c '"event":"problems"' "$log")" 2
    contains 'the log' "$(grep -m1 '"event":"problems"' "$log")" \
        '"hook":"v1alpha1/cluster/sync","namespace":"default","name":"vitess","generation":7,"problems":3,"message":"spec.'
    contains 'the log' "$(cat "$log")" 'spec.image: must be a container image such as'
    lacks 'the log' "$(cat "$log")" s3cr3t
    stop
}

test_a_request_is_one_line() {
    start
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    until_true logged '"event":"request"'
    local line
    line=$(grep '"event":"request"' "$log")
    [[ $line =~ ^\{\"time\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{6}Z\",\"level\":\"[a-z]+\",\"event\":\"request\",\"hook\":\"v1alpha1/cluster/sync\",\"namespace\":\"default\",\"name\":\"vitess\",\"uid\":\"6f1f2c7e-0000-4000-8000-000000000001\",\"generation\":7,\"observed\":0,\"children\":[0-9]+,\"problems\":[0-9]+,\"code\":200,\"outcome\":\"[a-z]+\",\"durationMicroseconds\":[0-9]+,\"bytesIn\":[0-9]+,\"bytesOut\":[0-9]+\}$ ]] ||
        fail "the line: $line"
    stop
}

test_bodies_are_not_logged() {
    start --log-level debug
    cluster_request '{"password":"s3cr3t-value"}' >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    post /v1alpha1/cluster/sync "$work/request" -H 'Content-Type: text/s3cr3t-value'
    post_text /v1alpha1/cluster/sync '{"s3cr3t-value'
    post_text /v1alpha1/cluster/sync '{"parent":"s3cr3t-value"}'
    until_true logged '"bytesIn":25'
    lacks 'the log' "$(cat "$log")" s3cr3t
    stop
}

# What a client names must not make lines of its own.
test_names_cannot_forge_lines() {
    start
    cluster_request | sed 's/"name":"vitess"/"name":"a\\n{\\"event\\":\\"forged\\"}"/' >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    get '/forged"path'
    until_true logged '"outcome":"unknown-path"'
    if grep -q '^{"event":"forged"' "$log" || grep -v '^{"time":' "$log"; then
        fail 'a forged line'
    fi
    logged '"path":"/forged\\"path"' || fail 'the path is not escaped'
    stop
}

test_log_for_people() {
    start --log-format text --log-level debug
    get /healthz
    until_true logged 'debug   request page=healthz code=200'
    stop
}


# A pipe that nobody reads any more fills up; hooks are answered all the same, and what was lost is
# told to whoever reads again.
test_a_log_that_nobody_reads_blocks_nothing() {
    local reader line i lost
    mkfifo "$work/fifo"
    exec {reader}<>"$work/fifo"
    "$program" serve --listen 127.0.0.1:0 --log-level debug 2>"$work/fifo" &
    server=$!
    read -r -t 60 -u "$reader" line
    while [[ $line != *'"event":"listening"'* ]]; do
        read -r -t 60 -u "$reader" line
    done
    port=$(sed -n 's/.*"address":"127\.0\.0\.1:\([0-9]*\)".*/\1/p' <<<"$line")

    cluster_request >"$work/request"
    for ((i = 0; i < 100 && $(metric vitess_operator_log_lines_dropped_total) < 10; i++)); do
        curl -sS --max-time 60 -o /dev/null "http://127.0.0.1:$port/healthz?[1-100]" ||
            fail 'no answer while the log is full'
    done
    post /v1alpha1/cluster/sync "$work/request"
    equal 'a hook while the log is full' "$code" 200
    lost=$(metric vitess_operator_log_lines_dropped_total)
    [ "$lost" -ge 10 ] || fail "only $lost lines were dropped"

    cat <&"$reader" >"$log" &
    until_true told_of_lost_lines
    # Every line is whole, whatever was lost between them.
    if grep -v '^{"time":.*}$' "$log"; then
        fail 'a torn line'
    fi
    kill "$!"
    exec {reader}>&-
    stop
}

told_of_lost_lines() {
    get /healthz
    grep -q '"level":"warning","event":"log-lines-dropped","lines":[1-9]' "$log"
}

# --- --record ---

test_what_is_recorded_can_be_replayed() {
    local request answer hook
    mkdir "$work/calls"
    start --record "$work/calls"
    logged '"event":"recording"' || fail 'nobody is told that bodies are written'
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    post /v1alpha1/shard/customize "$work/request"
    post_text /v1alpha1/cluster/sync '{'
    get /healthz
    stop
    equal 'files' "$(find "$work/calls" -type f | wc -l)" 6
    equal 'who else can read them' "$(find "$work/calls" -type f ! -perm 600 | wc -l)" 0
    equal 'refusals' "$(find "$work/calls" -name '*00003-cluster-sync.answer.txt' | wc -l)" 1
    for request in "$work"/calls/*-0000[12]-*.request.json; do
        cmp -s "$request" "$work/request" || fail "$request is not what was sent"
        answer=${request%.request.json}.answer.json
        hook=cluster
        [[ $request != *-customize.* ]] || hook='shard --customize'
        # shellcheck disable=SC2086 # words
        equal "$request" "$("$program" sync $hook "$request")" "$(cat "$answer")"
    done
}

test_a_recording_ends_where_nothing_can_be_written() {
    mkdir "$work/calls"
    start --record "$work/calls"
    rmdir "$work/calls"
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'answer' "$code" 200
    post /v1alpha1/cluster/sync "$work/request"
    equal 'complaints' "$(grep -c '"event":"recording-ended","message":"No such file or directory"' "$log")" 1
    stop
}

test_a_folder_that_cannot_be_written_is_refused() {
    local text exit_code=0
    text=$("$program" serve --listen 127.0.0.1:0 --record "$work/nothing" 2>&1) || exit_code=$?
    equal 'exit code' "$exit_code" 3
    equal 'message' "$text" "vitess-operator: serve: cannot write into $work/nothing (--record): No such file or directory"
}
