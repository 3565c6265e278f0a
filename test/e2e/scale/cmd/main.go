// What clusters of some sizes cost, as a table (make scale).
//
//	scale FOLDER BIN OPERATOR METACONTROLLER SHARDS..
//
// METACONTROLLER_FLAGS are its flags; "default" takes its own. PATIENCE is how long one size may take.
package main

import (
	"context"
	"debug/buildinfo"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"vitess-operator/test/e2e/rig"
	"vitess-operator/test/e2e/scale"
)

// What manifests/README.md recommends.
const recommended = "--client-go-qps=200 --client-go-burst=400 --workers=20"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) < 5 {
		return fmt.Errorf("usage: scale FOLDER BIN OPERATOR METACONTROLLER SHARDS..")
	}
	options := rig.Options{Bin: arguments[1], Operator: arguments[2], Metacontroller: arguments[3]}
	sizes, err := numbers(arguments[4:])
	if err != nil {
		return err
	}
	patience, err := time.ParseDuration(orElse(os.Getenv("PATIENCE"), "15m"))
	if err != nil {
		return err
	}
	flags := strings.Fields(orElse(os.Getenv("METACONTROLLER_FLAGS"), recommended))
	if len(flags) == 1 && flags[0] == "default" {
		flags = nil
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var runs []*scale.Run
	for _, shards := range sizes {
		one := &scale.Run{Shards: shards, Flags: flags, Patience: patience}
		options.Folder = filepath.Join(arguments[0], strconv.Itoa(shards))
		say := func(text string) { fmt.Fprintf(os.Stderr, "  %d shards, %s\n", shards, text) }
		err := one.Measure(ctx, options, say)
		if one.CPU != nil {
			runs = append(runs, one)
		}
		if err != nil {
			fmt.Print(scale.Table(runs))
			return fmt.Errorf("%w; logs are in %s", err, options.Folder)
		}
		say(fmt.Sprintf("Ready after %.1f s", one.Ready.Seconds()))
		os.RemoveAll(options.Folder)
	}
	fmt.Print(scale.Table(runs))
	machine(options, flags)
	return nil
}

func numbers(words []string) ([]int, error) {
	var sizes []int
	for _, word := range words {
		size, err := strconv.Atoi(word)
		if err != nil || size < 1 || size > 1<<16 {
			return nil, fmt.Errorf("SCALE: must be numbers of shards from 1 to 65536, got %q", word)
		}
		sizes = append(sizes, size)
	}
	return sizes, nil
}

func orElse(text, otherwise string) string {
	if text != "" {
		return text
	}
	return otherwise
}

func machine(options rig.Options, flags []string) {
	of := func(program string) string { return version(filepath.Join(options.Bin, program)) }
	fmt.Printf("\n%d cores, %s; kube-apiserver %s and etcd %s on the same machine; %s; Metacontroller %s with %s.\n",
		runtime.NumCPU(), processor(), of("kube-apiserver"), of("etcd"),
		firstLine(options.Operator, "--version"), version(options.Metacontroller), orElse(strings.Join(flags, " "), "its default flags"))
}

// What Go has written into a program of its own.
func version(program string) string {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err.Error()
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value[:min(12, len(setting.Value))]
		}
	}
	return "of unknown version"
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func firstLine(program, flag string) string {
	out, err := exec.Command(program, flag).Output()
	if err != nil {
		return err.Error()
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}
