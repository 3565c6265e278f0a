package scale

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Table is what was measured, in Markdown, one column a run.
func Table(runs []*Run) string {
	var out strings.Builder
	row := func(name string, cell func(*Run) string) {
		fmt.Fprintf(&out, "| %s |", name)
		for _, r := range runs {
			fmt.Fprintf(&out, " %s |", cell(r))
		}
		out.WriteByte('\n')
	}
	row("shards", func(r *Run) string { return number(r.Shards) })
	row("---", func(*Run) string { return "---:" })
	row("tablets", func(r *Run) string { return number(r.Shards * Tablets) })
	row("objects", func(r *Run) string { return number(r.Count.Kept) })
	row("time to Ready", func(r *Run) string { return fmt.Sprintf("%.1f s", r.Ready.Seconds()) })
	row("hook calls", func(r *Run) string { return number(r.Count.Hooks.Calls.Total()) })
	for _, hook := range names(runs, func(r *Run) Tally { return r.Count.Hooks.Calls }) {
		row("- "+hook, func(r *Run) string { return number(r.Count.Hooks.Calls[hook]) })
	}
	row("hook calls an object", func(r *Run) string { return each(r.Count.Hooks.Calls.Total(), r.Count.Kept) })
	row("answered otherwise than 200", func(r *Run) string { return number(r.Count.Hooks.Refused) })
	row("time in hooks", func(r *Run) string { return fmt.Sprintf("%.2f s", r.Count.Hooks.Seconds) })
	row("bytes of requests", func(r *Run) string { return bytes(r.Count.Hooks.In) })
	row("bytes of answers", func(r *Run) string { return bytes(r.Count.Hooks.Out) })
	row("Metacontroller's writes", func(r *Run) string { return number(r.Count.Writes.Total()) })
	for _, kind := range names(runs, func(r *Run) Tally { return r.Count.Writes }) {
		row("- "+kind, func(r *Run) string { return number(r.Count.Writes[kind]) })
	}
	row("its writes an object", func(r *Run) string { return each(r.Count.Writes.Total(), r.Count.Kept) })
	row("writes of all others", func(r *Run) string { return number(r.Count.Others.Total()) })
	for _, agent := range names(runs, func(r *Run) Tally { return r.Count.Others }) {
		row("- "+agent, func(r *Run) string { return number(r.Count.Others[agent]) })
	}
	for _, process := range []string{"vitess-operator", "metacontroller", "kube-apiserver"} {
		row("memory of "+process, func(r *Run) string { return bytes(float64(r.Memory[process])) })
	}
	for _, process := range []string{"vitess-operator", "metacontroller", "kube-apiserver", "stand-in"} {
		row("processor time of "+process, func(r *Run) string { return fmt.Sprintf("%.1f s", r.CPU[process].Seconds()) })
	}
	return out.String()
}

// The names that any run counted.
func names(runs []*Run, of func(*Run) Tally) []string {
	all := Tally{}
	for _, r := range runs {
		for name, count := range of(r) {
			all[name] += count
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// 12345 -> "12,345"
func number(value int) string {
	if value < 1000 {
		return fmt.Sprint(value)
	}
	return fmt.Sprintf("%s,%03d", number(value/1000), value%1000)
}

func each(count, objects int) string {
	return fmt.Sprintf("%.1f", float64(count)/float64(max(1, objects)))
}

func bytes(count float64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	unit := 0
	for count >= 1024 && unit < len(units)-1 {
		count /= 1024
		unit++
	}
	return fmt.Sprintf("%.1f %s", count, units[unit])
}
