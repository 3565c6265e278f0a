#!/usr/bin/env bash
# Reads of the program and its objects what the compiler and the linker have made of them: whether
# the hardening that the Makefile asks for is there.
#
#   test/lint/elf.sh BUILD     a folder that make has built without sanitizers
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${1:?usage: elf.sh BUILD}
program=$build/vitess-operator
failed=0

# must_have WHAT TEXT PATTERN
must_have() {
    grep -qE -- "$3" <<<"$2" || complain "no $1"
}

must_lack() {
    ! grep -qE -- "$3" <<<"$2" || complain "$1"
}

complain() {
    printf 'elf: %s: %s\n' "$program" "$1" >&2
    failed=1
}

export LC_ALL=C
header=$(readelf -hW "$program")
segments=$(readelf -lW "$program")
dynamic=$(readelf -dW "$program")
symbols=$(readelf --dyn-syms -W "$program")
notes=$(readelf -nW "$program")

must_have 'position-independent program (-pie)' "$header" 'Type: +DYN'
must_have 'position-independent program (-pie)' "$dynamic" 'FLAGS_1.*PIE'
must_have 'binding of every function at the start (-z now)' "$dynamic" 'FLAGS.*BIND_NOW'
must_have 'table of functions that is read-only from then on (-z relro)' "$segments" 'GNU_RELRO'
must_have 'stack without code' "$segments" 'GNU_STACK.* RW '
must_lack 'a segment can be written and executed' "$segments" 'LOAD.* RWE '
must_lack 'code is changed as it is loaded (TEXTREL)' "$dynamic" 'TEXTREL'
must_lack 'libraries are looked for in a folder of its own (RPATH)' "$dynamic" 'R(UN)?PATH'
must_have 'guard of the stack (-fstack-protector-strong)' "$symbols" ' __stack_chk_fail\b'
must_have 'function that knows the size of what it writes to (_FORTIFY_SOURCE)' "$symbols" ' __[a-z]+_chk\b'

# each_object_has PATTERN: in the note of each file of ours
each_object_has() {
    local sources objects object
    mapfile -t sources < <(find lib hooks -name '[!.]*.c')
    objects=("${sources[@]/#/$build/}")
    while read -r object; do
        complain "$object has no '$1'"
    done < <(readelf -nW "${objects[@]/%.c/.o}" | awk -v pattern="$1" '
        function judge() { if (file != "" && !found) print file }
        /^File: / { judge(); file = $2; found = 0 }
        $0 ~ pattern { found = 1 }
        END { judge() }')
}

# The linker leaves out of the program what one object has not, such as a start file of the C library.
case $header in
*X86-64*)
    each_object_has 'x86 feature: IBT, SHSTK'
    must_have 'shadow stack (-z shstk)' "$notes" 'x86 feature:.*SHSTK'
    ;;
*AArch64*) each_object_has 'AArch64 feature: BTI, PAC' ;;
esac

# gcc writes down what it was asked for: by it each file of ours is judged.
while read -r flags; do
    for flag in -fstack-protector-strong -fstack-clash-protection; do
        [[ $flags == *" $flag"* ]] || complain "a file was compiled without $flag: $flags"
    done
done < <(readelf --debug-dump=info --dwarf-depth=1 "$program" 2>/dev/null |
    sed -n 's/.*DW_AT_producer.*\(GNU C[0-9]\)/\1/p' | sort -u)

[ "$failed" = 0 ] && echo "elf: $program is hardened"
exit "$failed"
