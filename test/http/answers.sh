# What is answered at which path, and what to a request that is wrong.
# shellcheck shell=bash disable=SC2154 # what helpers.sh sets

test_pages() {
    start
    get /healthz
    equal healthz "$code $body" '200 ok'
    get /readyz
    equal readyz "$code $body" '200 ok'
    get /version
    equal version "$code" 200
    contains version "$body" '"revision":'
    contains 'type of version' "$head" 'Content-Type: application/json'
    get /metrics
    contains 'type of metrics' "$head" 'Content-Type: text/plain; version=0.0.4'
    get /healthz?verbose
    equal 'a query is ignored' "$code" 200
    get /metrics --head
    equal HEAD "$code" 200
    contains 'HEAD has the head of GET' "$head" 'Content-Length:'
    stop
}

# Metacontroller 4.17 sends v1 or v2 as the webhook's hookVersion says; nothing in the request
# names it, only the keys of the children differ.
test_both_versions_of_the_envelope() {
    start
    local child='{"apiVersion":"vitess.io/v1alpha1","kind":"VitessCell","metadata":{"name":"vitess-a","namespace":"default",
"uid":"6f1f2c7e-0000-4000-8000-000000000002","generation":1},"spec":{}}'
    cluster_request | sed "s|\"VitessCell.vitess.io/v1alpha1\":{}|\"VitessCell.vitess.io/v1alpha1\":{\"vitess-a\":$(tr -d '\n' <<<"$child")}|" >"$work/v1"
    sed 's|"vitess-a":{|"default/vitess-a":{|' "$work/v1" >"$work/v2"
    ! cmp -s "$work/v1" "$work/v2" || fail 'the two requests are the same'
    post /v1alpha1/cluster/sync "$work/v1"
    local first="$code $body"
    post /v1alpha1/cluster/sync "$work/v2"
    equal 'the answer to v2' "$code $body" "$first"
    cluster_request >"$work/request"
    post /v1alpha1/cluster/sync "$work/request"
    equal 'code' "$code" 200
    contains 'answer' "$body" '"children":['
    contains 'answer' "$body" '"status":{'
    contains 'type' "$head" 'Content-Type: application/json'
    stop
}

test_paths_of_2018() {
    start
    cluster_request >"$work/request"
    local hook
    for hook in cluster cell keyspace shard; do
        sed "s/\"kind\":\"VitessCluster\"/\"kind\":\"Vitess${hook^}\"/" "$work/request" >"$work/$hook"
        post "/v1alpha1/$hook/sync" "$work/$hook"
        local first="$code $body"
        post "/sync-$hook" "$work/$hook"
        equal "/sync-$hook" "$code $body" "$first"
        [ "$code" != 404 ] || fail "/sync-$hook is not there"
    done
    stop
}

test_unknown_paths_list_the_known_ones() {
    start
    local path
    # An escaped path is another path: nothing of ours needs it, and %00 would cut it short.
    for path in / /healthz/ /healthz%00 /healthz%00x /%68ealthz /v1alpha1%2Fshard/sync /../healthz \
        /v1alpha1/shard/finalize /v1alpha1/keyspace/customize /v3/shard/sync; do
        get "$path"
        equal "$path" "$code" 404
    done
    post_text /v1alpha1/nothing/sync '{}'
    equal 'code' "$code" 404
    contains 'the list' "$body" 'POST /v1alpha1/shard/sync (also /sync-shard)'
    contains 'the list' "$body" 'GET /healthz'
    contains 'type' "$head" 'Content-Type: text/plain'
    local known
    mapfile -t known < <(sed -n 's/^POST \([^ ]*\).*/\1/p' <<<"$body")
    for path in "${known[@]}"; do
        post_text "$path" '{}'
        equal "$path of the list" "$code" 400
    done
    get /nothing
    mapfile -t known < <(sed -n 's/^GET //p' <<<"$body")
    for path in "${known[@]}"; do
        get "$path"
        equal "$path of the list" "$code" 200
    done
    stop
}

test_wrong_methods() {
    start
    local method
    for method in GET HEAD PUT DELETE OPTIONS; do
        if [ "$method" = HEAD ]; then
            get /v1alpha1/shard/sync --head
        else
            get /v1alpha1/shard/sync -X "$method"
        fi
        equal "$method" "$code" 405
        contains "$method" "$head" 'Allow: POST'
    done
    post_text /healthz '{}'
    equal 'POST /healthz' "$code" 405
    contains 'POST /healthz' "$head" 'Allow: GET, HEAD'
    stop
}

test_wrong_types() {
    start
    cluster_request >"$work/request"
    local type
    for type in text/plain application/jsonx application/x-www-form-urlencoded application/json-patch+json; do
        get /v1alpha1/cluster/sync -H "Content-Type: $type" --data-binary "@$work/request"
        equal "$type" "$code" 415
    done
    post /v1alpha1/cluster/sync "$work/request" -H 'Content-Encoding: gzip'
    equal 'an encoded body' "$code" 415
    for type in 'application/json; charset=utf-8' 'APPLICATION/JSON' 'application/json ;x=y' ''; do
        get /v1alpha1/cluster/sync -H "Content-Type:${type:+ $type}" --data-binary "@$work/request"
        equal "type '$type'" "$code" 200
    done
    stop
}

# The text goes to an Event on the user's object, so it says where and what.
test_bodies_that_are_no_requests() {
    start
    local row text
    while IFS= read -r row; do
        post_text /v1alpha1/cluster/sync "$row"
        equal "code of $row" "$code" 400
        [[ $body =~ ^line\ 1,\ column\ [0-9]+:\ . ]] || fail "no place in the answer to $row: $body"
        contains "type of $row" "$head" 'Content-Type: text/plain'
        equal "last byte of the answer to $row" "$(tail -c 1 "$work/body" | od -An -tx1)" ' 0a'
    done <<'END'

{
{"parent":{}
{"parent":{},}
{'parent':{}}
{"parent":{}} x
{"parent":{},"parent":{}}
{"parent":{"a":1,"b":{"c":1,"c":2}}}
{"parent":"\u0000"}
{"parent\u0000":1}
{"parent":"\ud800"}
{"parent":01}
{"parent":1e999}
{"parent":nul}
{"parent":"	tab"}
END
    printf '{"parent":"\xff"}' >"$work/text"
    post /v1alpha1/cluster/sync "$work/text"
    equal 'invalid UTF-8' "$code" 400
    printf '{"parent":\0}' >"$work/text"
    post /v1alpha1/cluster/sync "$work/text"
    equal 'a NUL byte' "$code" 400
    for text in null '"text"' 1; do
        post_text /v1alpha1/cluster/sync "$text"
        equal "code of $text" "$code" 400
    done
    for text in '[]' '{}' '{"parent":1}' '{"parent":{},"children":{}}'; do
        post_text /v1alpha1/cluster/sync "$text"
        equal "code of $text" "$code" 400
        contains "the answer to $text" "$body" parent
    done
    cluster_request | sed 's/"children":{[^}]*}[^}]*}}/"children":[]/' >"$work/text"
    post /v1alpha1/cluster/sync "$work/text"
    equal 'children that are a list' "$code" 400
    contains 'children that are a list' "$body" children
    # Of another hook.
    cluster_request >"$work/text"
    post /v1alpha1/shard/sync "$work/text"
    equal 'another kind' "$code" 400
    contains 'another kind' "$body" VitessShard
    stop
}

test_one_connection_serves_many_requests() {
    start
    cluster_request >"$work/request"
    local url=http://127.0.0.1:$port used
    # Refused ones too: their bodies are read and dropped.
    used=$(curl -sS -o "$work/o1" -o "$work/o2" -o "$work/o3" -o "$work/o4" -w '%{http_code} %{num_connects}\n' \
        -H 'Content-Type: application/json' -H 'Expect:' --data-binary "@$work/request" \
        "$url/v1alpha1/cluster/sync" "$url/nothing" "$url/healthz" "$url/v1alpha1/cluster/sync")
    equal 'codes and new connections' "${used//$'\n'/, }" '200 1, 404 0, 405 0, 200 0'
    stop
}
