# Leaves out of an answer, of each Pod that runs a task, what the first such Pod of another answer has too: but for what is
# asked, and of which image, it is the same in nearly a hundred cases. What is not there is said.
#
#   awk -v whole=CASE -f tasks.awk ANSWER_OF_CASE ANSWER

FNR == 1 { file++; inside = 0 }
/^[^ -]/ { end(); inside = /^children:/; print_line($0); next }
!inside { print_line($0); next }
/^- / { end() }
{ child[++lines] = $0 }
END { end() }

function print_line(line) { if (file == 2) print line }

function is_task(i) {
    for (i = 1; i <= lines; i++) if (child[i] ~ /^      [a-z.]*\/component: task$/) return 1
    return 0
}

# What is in child[] is complete.
function end(i) {
    if (file == 1 && lines > 0 && is_task() && !known) learn()
    else if (file == 2 && lines > 0 && is_task()) abridge()
    else for (i = 1; i <= lines; i++) print_line(child[i])
    lines = 0
}

# Cuts child[] into parts, a key of the Pod's spec or of its container each: part[] is the text, name[] the key with its
# indentation, "" for what is no such key.
function cut(i, line, in_spec, in_containers) {
    parts = 0
    for (i = 1; i <= lines; i++) {
        line = child[i]
        if (line ~ /^  [^ ]/) { in_spec = line ~ /^  spec:/; in_containers = 0; begin(line, "") }
        else if (in_spec && line ~ /^    [^ -]/) {
            in_containers = line ~ /^    containers:/
            begin(line, in_containers ? "" : key(line))
        } else if (in_containers && line ~ /^(    - |      )[^ -]/) begin(line, key(line))
        else if (parts == 0) begin(line, "")
        else part[parts] = part[parts] "\n" line
    }
}

function begin(line, its_name) { part[++parts] = line; name[parts] = its_name }

function key(line) { sub(/:.*/, "", line); sub(/- /, "  ", line); return line }

function is_its_own(its_name) { return its_name == "" || its_name ~ /^      (command|image|name)$/ }

function learn(i) {
    known = 1
    cut()
    for (i = 1; i <= parts; i++) if (!is_its_own(name[i])) { usual[name[i]] = part[i]; order[++count] = name[i] }
}

function abridge(i, left_out, said) {
    cut()
    for (i = 1; i <= parts; i++) {
        said[name[i]] = 1
        if (!is_its_own(name[i]) && usual[name[i]] == part[i]) left_out++
        else print part[i]
    }
    if (left_out == 0) return # one that a request holds, trimmed
    for (i = 1; i <= count; i++) if (!(order[i] in said)) print order[i] ": # is not there"
    print "    # the rest is as in " whole
}
