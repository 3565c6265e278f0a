# TLS, client certificates, bearer tokens, and how they change while the server runs.
# shellcheck shell=bash disable=SC2034,SC2154 # what helpers.sh sets

# --- certificates ---

# authority NAME: a CA in $work/NAME.crt and .key
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -subj "/CN=$1" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign \
        -keyout "$work/$1.key" -out "$work/$1.crt" 2>/dev/null
}

# leaf NAME CA PURPOSE [DAYS]: a certificate of that CA; PURPOSE is serverAuth or clientAuth
leaf() {
    local name=$work/$1
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
        -keyout "$name.key" -out "$name.csr" 2>/dev/null
    printf 'subjectAltName=IP:127.0.0.1\nkeyUsage=digitalSignature\nextendedKeyUsage=%s\n' "$3" >"$name.ext"
    openssl x509 -req -in "$name.csr" -CA "$work/$2.crt" -CAkey "$work/$2.key" -CAcreateserial \
        -days "${4-10}" -extfile "$name.ext" -out "$name.crt" 2>/dev/null
}

# start_tls [OPTION..]: a server with a certificate of $work/ca.crt
start_tls() {
    [ -f "$work/ca.crt" ] || authority ca
    [ -f "$work/server.crt" ] || leaf server ca serverAuth
    cluster_request >"$work/request"
    scheme=https trust=(--cacert "$work/ca.crt")
    start --tls-cert "$work/server.crt" --tls-key "$work/server.key" "$@"
}

# as NAME: the options of curl to show that certificate, in $identity
as() {
    identity=(--cert "$work/$1.crt" --key "$work/$1.key")
}

# hook [CURL OPTION..]
hook() {
    post /v1alpha1/cluster/sync "$work/request" "$@"
}

hook_is() {
    local expected=$1
    shift
    hook "$@"
    [ "$code" = "$expected" ]
}

pages_answer() {
    local page
    for page in /healthz /readyz /metrics /version; do
        get "$page"
        equal "$page $1" "$code" 200
    done
}

# What the server shows of itself.
served_certificate() {
    openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null | openssl x509 -noout -serial
}

serves() {
    [ "$(served_certificate)" = "$(openssl x509 -noout -serial -in "$work/$1.crt")" ]
}

# open_tls [OPTION OF S_CLIENT..]: a connection that lasts; written to $to, read from $from
open_tls() {
    mkfifo "$work/to" "$work/from"
    openssl s_client -quiet -connect "127.0.0.1:$port" "$@" <"$work/to" >"$work/from" 2>/dev/null &
    exec {to}>"$work/to" {from}<"$work/from"
    rm "$work/to" "$work/from"
}

# ask_again: the cluster's hook over that connection
ask_again() {
    send "$to" "$(post_head "$(wc -c <"$work/request")")"
    cat "$work/request" >&"$to"
    receive "$from"
}

# --- versions ---

test_versions_of_tls() {
    local version before
    start_tls
    for version in 1.2 1.3; do
        get /healthz --tlsv$version --tls-max $version
        equal "TLS $version" "$code $body" '200 ok'
        hook --tlsv$version --tls-max $version
        equal "a hook over TLS $version" "$code" 200
    done
    for version in tls1 tls1_1; do
        before=$(metric vitess_operator_tls_handshakes_failed_total)
        contains "$version" "$(s_client -$version)" 'Cipher is (NONE)'
        until_true metric_is vitess_operator_tls_handshakes_failed_total $((before + 1))
    done
    # The same call gets through with what is allowed, so it is the version that was refused.
    contains tls1_2 "$(s_client -tls1_2)" 'Cipher is ECDHE-ECDSA-'
    # No forward secrecy, no authentication while decrypting: refused.
    contains cbc "$(s_client -tls1_2 -cipher ECDHE-ECDSA-AES128-SHA)" 'Cipher is (NONE)'
    stop
    lacks 'the log' "$(cat "$log")" without-tls
    contains 'the log' "$(cat "$log")" '"scheme":"https"'
}

s_client() {
    openssl s_client -connect "127.0.0.1:$port" -cipher ALL@SECLEVEL=0 "$@" </dev/null 2>&1 || true
}

test_plain_http_is_told_once() {
    start
    get /healthz
    stop
    equal 'warnings' "$(grep -c '"level":"warning","event":"without-tls"' "$log")" 1
}

test_plain_http_on_a_port_of_tls() {
    start_tls
    scheme=http trust=()
    if curl -sS --max-time 60 "http://127.0.0.1:$port/healthz" 2>/dev/null; then
        fail 'plain HTTP is answered'
    fi
    scheme=https trust=(--cacert "$work/ca.crt")
    until_true logged '"level":"info","event":"tls-handshakes-failed","connections":1'
    stop
}

# A body of several records, and an answer of several.
test_large_bodies_over_tls() {
    start_tls
    head -c 3000000 /dev/zero | tr '\0' ' ' >>"$work/request"
    hook
    equal 'code' "$code" 200
    contains 'the answer' "$body" '"children":['
    stop
}

# --- client certificates ---

test_client_certificates() {
    local identity
    authority ca
    authority other
    leaf client ca clientAuth
    leaf late ca clientAuth -1
    leaf stranger other clientAuth
    start_tls --tls-client-ca "$work/ca.crt"

    hook
    equal 'without one' "$code $body" \
        '403 a client certificate is required (--tls-client-ca)'
    as stranger
    hook "${identity[@]}"
    equal 'of another CA' "$code $body" \
        '403 the client certificate is signed by no CA of --tls-client-ca'
    as late
    hook "${identity[@]}"
    equal 'an expired one' "$code $body" '403 the client certificate or its CA has expired'
    as server
    hook "${identity[@]}"
    equal 'one for servers' "$code $body" \
        '403 the client certificate is not for clients: its extended key usage has no clientAuth'
    # Nothing in a request stands in for it.
    hook -H 'Authorization: Bearer x' -H 'X-Client-Verify: SUCCESS'
    equal 'headers' "$code" 403
    logged '"code":403,"outcome":"forbidden","reason":"the client certificate or its CA has expired"' ||
        fail 'the reason is not in the log'

    as client
    hook "${identity[@]}"
    equal 'a good one' "$code" 200
    contains 'a good one' "$body" '"children":['
    hook "${identity[@]}" --tls-max 1.2
    equal 'a good one over TLS 1.2' "$code" 200
    pages_answer 'without a certificate'
    stop
}

# --- bearer tokens ---

test_bearer_tokens() {
    printf 's3cret-1\n\n  s3cret-2  \r\n' >"$work/tokens"
    cluster_request >"$work/request"
    start --bearer-token-file "$work/tokens"

    hook
    equal 'without one' "$code $body" '401 a bearer token is required (--bearer-token-file)'
    contains 'without one' "$head" 'WWW-Authenticate: Bearer realm="vitess-operator"'
    lacks 'without one' "$head" 'error='
    local wrong
    for wrong in s3cret- s3cret-3 s3cret-11 S3CRET-1 's3cret-1 s3cret-2' '' x; do
        hook -H "Authorization: Bearer $wrong"
        equal "wrong: $wrong" "$code $body" '401 the bearer token is wrong'
        contains 'a wrong one' "$head" 'error="invalid_token"'
    done
    hook -H 'Authorization: Basic czNjcmV0LTE='
    equal 'another scheme' "$code" 401
    for wrong in s3cret-1 s3cret-2; do
        hook -H "Authorization: Bearer $wrong"
        equal "right: $wrong" "$code" 200
    done
    hook -H 'authorization: bearer s3cret-1'
    equal 'names and schemes have no case' "$code" 200
    pages_answer 'without a token'
    equal 'counted' "$(metric 'vitess_operator_requests_total{hook="v1alpha1/cluster/sync",code="401"}')" 9

    # The next token: both for a while, then the new one only.
    printf 'next\ns3cret-1\n' >"$work/tokens"
    until_true hook_is 200 -H 'Authorization: Bearer next'
    hook -H 'Authorization: Bearer s3cret-1'
    equal 'the old one meanwhile' "$code" 200
    printf 'next\n' >"$work/tokens"
    until_true hook_is 401 -H 'Authorization: Bearer s3cret-1'
    : >"$work/tokens"
    until_true logged '"level":"error","event":"credentials-rejected","message":".*/tokens: has no token"'
    hook -H 'Authorization: Bearer next'
    equal 'an emptied file' "$code" 200
    stop
    lacks 'the log' "$(cat "$log")" s3cret
    contains 'the log' "$(cat "$log")" 'read and use the bearer token'
}

# What is asked for is asked for, whatever else is shown.
test_certificate_and_token() {
    local identity
    authority ca
    leaf client ca clientAuth
    as client
    printf 'token' >"$work/tokens"
    start_tls --tls-client-ca "$work/ca.crt" --bearer-token-file "$work/tokens"
    hook "${identity[@]}"
    equal 'only a certificate' "$code" 401
    hook -H 'Authorization: Bearer token'
    equal 'only a token' "$code" 403
    hook "${identity[@]}" -H 'Authorization: Bearer token'
    equal 'both' "$code" 200
    stop
}

# --- the start ---

# refuses CODE MESSAGE OPTION..: the program does not start.
refuses() {
    local expected=$1 message=$2 status=0 text
    shift 2
    text=$(timeout 60 "$program" serve --listen 127.0.0.1:0 "$@" 2>&1) || status=$?
    equal "message of $*" "$text" "vitess-operator: serve: $message"
    equal "exit code of $*" "$status" "$expected"
}

test_wrong_certificates_at_the_start() {
    local w=$work
    authority ca
    leaf server ca serverAuth
    leaf other ca serverAuth
    echo nothing >"$w/garbage"
    : >"$w/empty"
    openssl ec -in "$w/server.key" -aes128 -passout pass:x -out "$w/locked.key" 2>/dev/null

    refuses 2 'tls-cert (--tls-cert): needs tls-key as well' --tls-cert "$w/server.crt"
    refuses 2 'tls-key (--tls-key): needs tls-cert as well' --tls-key "$w/server.key"
    refuses 2 'tls-client-ca (--tls-client-ca): needs tls-cert as well' --tls-client-ca "$w/ca.crt"
    refuses 2 "$w/other.key: is not the key of the certificate in $w/server.crt" \
        --tls-cert "$w/server.crt" --tls-key "$w/other.key"
    refuses 2 "$w/garbage: no certificate in PEM: No certificate was found." \
        --tls-cert "$w/garbage" --tls-key "$w/server.key"
    refuses 2 "$w/server.key: no certificate in PEM: No certificate was found." \
        --tls-cert "$w/server.key" --tls-key "$w/server.key"
    refuses 2 "$w/locked.key: no private key in PEM: Decryption has failed." \
        --tls-cert "$w/server.crt" --tls-key "$w/locked.key"
    refuses 2 "$w/empty: no certificate in PEM: No certificate was found." \
        --tls-cert "$w/server.crt" --tls-key "$w/server.key" --tls-client-ca "$w/empty"
    refuses 3 "cannot read $w/none.crt: No such file or directory" \
        --tls-cert "$w/none.crt" --tls-key "$w/server.key"
    refuses 3 "cannot read $w: Is a directory" --tls-cert "$w/server.crt" --tls-key "$w"
    refuses 3 "cannot read $w/none.crt: No such file or directory" \
        --tls-cert "$w/server.crt" --tls-key "$w/server.key" --tls-client-ca "$w/none.crt"
}

test_wrong_tokens_at_the_start() {
    local file=$work/tokens
    : >"$file"
    refuses 2 "$file: has no token" --bearer-token-file "$file"
    printf ' \n\t\n' >"$file"
    refuses 2 "$file: has no token" --bearer-token-file "$file"
    printf 'two words\n' >"$file"
    refuses 2 "$file: must have one token a line, without spaces" --bearer-token-file "$file"
    printf 'caf\303\251\n' >"$file"
    refuses 2 "$file: a token must be of visible ASCII characters" --bearer-token-file "$file"
    printf 'a\0b\n' >"$file"
    refuses 2 "$file: must be text, got a NUL" --bearer-token-file "$file"
    mkfifo "$work/pipe"
    refuses 3 "cannot read $work/pipe: it is no regular file" --bearer-token-file "$work/pipe"
    refuses 3 "cannot read $work/none: No such file or directory" --bearer-token-file "$work/none"
}

test_keys_of_the_configuration_file() {
    authority ca
    leaf server ca serverAuth
    printf 'tls-cert: %s\ntls-client-ca: %s\n' "$work/server.crt" "$work/ca.crt" >"$work/serve.yaml"
    refuses 2 "tls-cert ($work/serve.yaml:1): needs tls-key as well" --config "$work/serve.yaml"
    printf 'tls-key: %s\n' "$work/server.key" >>"$work/serve.yaml"
    contains '--print-config' "$("$program" serve --config "$work/serve.yaml" --print-config)" \
        "tls-key: \"$work/server.key\" # $work/serve.yaml:3"
    cluster_request >"$work/request"
    scheme=https trust=(--cacert "$work/ca.crt")
    start --config "$work/serve.yaml"
    hook
    equal 'a hook' "$code" 403
    # The files are read again, the paths are not.
    sed -i 's/^tls-client-ca:.*//' "$work/serve.yaml"
    kill -HUP "$server"
    until_true logged '"needsRestart":"tls-client-ca"'
    hook
    equal 'a hook' "$code" 403
    stop
}

test_an_expired_certificate_of_the_server() {
    authority ca
    leaf server ca serverAuth -1
    start_tls
    logged '"level":"warning","event":"certificate-expired","file":".*/server.crt","expired":"2' ||
        fail 'not in the log'
    trust=(-k)
    get /healthz
    equal 'it is served all the same' "$code" 200
    equal 'metric' "$(metric vitess_operator_tls_certificate_expiry_timestamp_seconds)" \
        "$(date -d "$(openssl x509 -noout -enddate -in "$work/server.crt" | cut -d= -f2)" +%s)"
    stop
}

# --- changes ---

# publish CERT CA..: the next content of a mounted Secret, as kubelet brings it: a folder of its own,
# and one link that is put in its place at once.
publish() {
    local folder
    folder=$(mktemp -d "$work/secret/..XXXXXX")
    cp "$work/$1.crt" "$folder/tls.crt"
    cp "$work/$1.key" "$folder/tls.key"
    shift
    (cd "$work" && cat "${@/%/.crt}") >"$folder/ca.crt"
    ln -s "${folder##*/}" "$work/secret/..next"
    mv -T "$work/secret/..next" "$work/secret/..data"
}

start_mounted() {
    local file
    mkdir "$work/secret"
    publish "$@"
    for file in tls.crt tls.key ca.crt; do
        ln -s "..data/$file" "$work/secret/$file"
    done
    cluster_request >"$work/request"
    scheme=https trust=(--cacert "$work/ca.crt")
    start --tls-cert "$work/secret/tls.crt" --tls-key "$work/secret/tls.key" \
        --tls-client-ca "$work/secret/ca.crt"
}

# New connections, one after the other, until $work/enough is there; each line is an answer.
keep_asking() {
    while [ ! -e "$work/enough" ]; do
        curl -sS --max-time 60 -o /dev/null -w '%{http_code}\n' "${trust[@]}" "${identity[@]}" \
            -H 'Content-Type: application/json' --data-binary "@$work/request" \
            "https://127.0.0.1:$port/v1alpha1/cluster/sync" 2>&1 || echo 'no answer'
    done >"$work/answers.$1"
}

asked_more_than() {
    [ "$(cat "$work"/answers.* | wc -l)" -gt "$1" ]
}

# load_goes_on: answers over new connections and over the one that is kept
load_goes_on() {
    local count
    count=$(cat "$work"/answers.* | wc -l)
    until_true asked_more_than $((count + 6))
    ask_again
    equal "the kept connection $1" "$code" 200
}

test_rotation_under_load() {
    local identity to from worker workers=()
    authority ca
    authority other
    leaf first ca serverAuth
    leaf second ca serverAuth 20
    leaf client ca clientAuth
    leaf stranger other clientAuth
    as client
    start_mounted first ca
    open_tls -cert "$work/client.crt" -key "$work/client.key"
    for worker in 1 2; do
        : >"$work/answers.$worker"
        keep_asking $worker &
        workers+=($!)
    done
    load_goes_on 'before'
    serves first || fail 'not the first certificate'

    publish second ca
    until_true serves second
    load_goes_on 'with a new certificate'
    equal 'expiry' "$(metric vitess_operator_tls_certificate_expiry_timestamp_seconds)" \
        "$(date -d "$(openssl x509 -noout -enddate -in "$work/second.crt" | cut -d= -f2)" +%s)"
    logged '"event":"credentials-reloaded","changed":"[^ ]*/tls.crt, [^ ]*/tls.key","certificateExpires":"2' ||
        fail 'not in the log'

    # The next CA of clients beside the old one.
    publish second ca other
    as stranger
    until_true hook_is 200 "${identity[@]}"
    load_goes_on 'with two CAs'

    # And a second rotation of the certificate, with SIGHUP.
    publish first ca other
    kill -HUP "$server"
    until_true serves first
    load_goes_on 'after SIGHUP'

    touch "$work/enough"
    wait "${workers[@]}"
    equal 'answers under load' "$(sort "$work"/answers.* | uniq -c | sed 's/.* //')" 200

    # Without the old CA its clients are refused, over connections that are open as well.
    publish first other
    as client
    until_true hook_is 403 "${identity[@]}"
    ask_again
    equal 'the kept connection of the old CA' "$code" 403
    as stranger
    hook "${identity[@]}"
    equal 'a client of the new CA' "$code" 200
    equal 'good changes' "$(metric 'vitess_operator_credentials_reloads_total{result="success"}')" 4
    equal 'bad changes' "$(metric 'vitess_operator_credentials_reloads_total{result="failure"}')" 0
    close_socket "$to"
    stop
}

rejected_times() {
    [ "$(grep -c '"level":"error","event":"credentials-rejected"' "$log")" = "$1" ]
}

test_a_broken_rotation_keeps_the_old_one() {
    local identity
    authority ca
    leaf first ca serverAuth
    leaf second ca serverAuth
    leaf client ca clientAuth
    as client
    start_mounted first ca

    # The certificate of one and the key of another.
    cp "$work/second.key" "$work/mixed.key"
    cp "$work/first.crt" "$work/mixed.crt"
    publish mixed ca
    until_true logged 'credentials-rejected","message":"[^"]*/tls.key: is not the key of the certificate in [^"]*/tls.crt'
    hook "${identity[@]}"
    equal 'a hook' "$code" 200
    serves first || fail 'not the old certificate'
    equal 'metric' "$(metric vitess_operator_credentials_last_reload_successful)" 0
    # It is told once, and again when somebody asks.
    rejected_times 1 || fail 'told more than once'
    kill -HUP "$server"
    until_true rejected_times 2

    # A CA that is none: the good certificate beside it is not taken either.
    : >"$work/nothing.crt"
    publish second nothing
    until_true logged 'credentials-rejected","message":"[^"]*/ca.crt: no certificate in PEM'
    serves first || fail 'not the old certificate'
    rm "$work/secret/tls.key"
    until_true logged 'credentials-rejected","message":"cannot read [^"]*/tls.key: No such file'
    hook "${identity[@]}"
    equal 'a hook without a key file' "$code" 200

    ln -s ..data/tls.key "$work/secret/tls.key"
    publish second ca
    until_true serves second
    hook "${identity[@]}"
    equal 'mended' "$code" 200
    equal 'metric' "$(metric vitess_operator_credentials_last_reload_successful)" 1
    stop
}

test_the_port_for_probes_is_plain_http() {
    authority clients
    start_tls --tls-client-ca "$work/clients.crt"
    probe /readyz
    equal 'plain HTTP' "$code $body" '200 ok'
    get /readyz
    equal 'TLS' "$code $body" '200 ok'
    hook
    equal 'a hook' "$code" 403
    stop
}

# --- time ---

test_a_slow_handshake_is_a_slow_client() {
    local to from socket
    start_tls --client-timeout 4
    # This one has asked before, and may rest for longer.
    open_tls
    ask_again
    equal 'the first request' "$code" 200
    open_socket socket
    until_true metric_is 'vitess_operator_connections_timed_out_total{reason="client"}' 1
    until_true is_closed "$socket"
    ask_again
    equal 'the idle connection' "$code" 200
    close_socket "$socket"
    close_socket "$to"
    stop
}

# One that is done with its handshake and asks for nothing is no slow client, but closed as early.
test_a_handshake_and_nothing_after_it() {
    local to from
    start_tls --client-timeout 3
    open_tls
    until_true metric_is 'vitess_operator_connections_timed_out_total{reason="idle"}' 1
    until_true is_closed "$from"
    equal 'slow clients' "$(metric 'vitess_operator_connections_timed_out_total{reason="client"}')" 0
    close_socket "$to"
    stop
}

test_stalled_handshakes_keep_nobody_out() {
    trap '' PIPE
    start_tls --max-connections 20 --client-timeout 3600
    stays 'no handshake' ''
    stays 'half a handshake' '\x16\x03\x01\x02'
    hook
    equal 'a hook' "$code" 200
    stop
}
