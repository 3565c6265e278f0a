# Flags and the configuration file.
# shellcheck shell=bash disable=SC2154 # what helpers.sh sets

# says CODE PART OPTION..: the program ends with that code and its message has that part.
says() {
    local expected=$1 part=$2 status=0 text
    shift 2
    text=$(timeout 60 "$program" serve "$@" 2>&1) || status=$?
    equal "exit code of $*" "$status" "$expected"
    contains "message of $*" "$text" "$part"
}

test_wrong_flags() {
    says 2 'there is no option --max-bodies' --max-bodies 1
    says 2 '--max-body: must be a size from 1Ki to 4Gi such as 64Mi, got '\''lots'\' --max-body lots
    says 2 '--log-format: must be one of json|text' --log-format xml
    says 2 '--listen: must be ADDRESS:PORT' --listen 8080
    says 2 'takes no argument' something
}

test_wrong_files() {
    local config=$work/serve.yaml
    printf 'log-level: info\nmax-bodies: 3\n' >"$config"
    says 2 "$config:2:1: max-bodies: is no setting" --config "$config"
    printf 'max-body: [1]\n' >"$config"
    says 2 "$config:1:" --config "$config"
    printf 'max-body: 1Mi\nmax-body: 2Mi\n' >"$config"
    says 2 "$config:2:" --config "$config"
    printf 'max-body: "\n' >"$config"
    says 2 "$config:" --config "$config"
    says 3 "cannot read $work/none.yaml: No such file or directory" --config "$work/none.yaml"
    says 3 "cannot read $work" --config "$work"
}

test_print_config() {
    local config=$work/serve.yaml text again
    printf 'max-depth: 99\nmax-body: 2Mi\n' >"$config"
    text=$("$program" serve --config "$config" --max-body 1Mi --listen '[::1]:0' --print-config)
    contains 'of a flag' "$text" $'\nmax-body: 1Mi # --max-body\n'
    contains 'of the file' "$text" $'\n'"max-depth: 99 # $config:1"$'\n'
    contains 'of neither' "$text" $'\nmax-arena: 1Gi # default\n'
    # It is such a file itself.
    printf '%s\n' "$text" >"$work/again.yaml"
    again=$("$program" serve --config "$work/again.yaml" --print-config)
    equal 'read again' "$(without_comments "$again")" "$(without_comments "$text")"
}

without_comments() {
    printf '%s\n' "$1" | sed 's/ #.*//'
}

# One table makes them all.
test_each_setting_is_a_flag_and_a_key() {
    local help name value count=0
    help=$("$program" serve --help)
    "$program" serve --print-config >"$work/all"
    while IFS=: read -r name value; do
        count=$((count + 1))
        value=${value%%#*}
        contains 'help' "$help" "--$name "
        value=$(tr -d ' "' <<<"$value")
        [ "$("$program" serve "--$name" "$value" --print-config | grep -c "# --$name\$")" = 1 ] ||
            fail "--$name $value is not taken"
    done <"$work/all"
    [ "$count" -ge 12 ] || fail "only $count settings"
}
