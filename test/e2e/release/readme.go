// Package release installs a folder made by `make release` in a real control plane, by the commands of
// its own README.
package release

import (
	"fmt"
	"os"
	"regexp"
	"strings"
)

// Each block of the README has a name behind "sh", by which the test types it in.
var fence = regexp.MustCompile("(?m)^( *)```(.*)\n((?s:.*?))^ *```$")

// readBlocks gives the commands of each block by its name.
func readBlocks(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	blocks := map[string]string{}
	for _, found := range fence.FindAllStringSubmatch(string(text), -1) {
		name, ok := strings.CutPrefix(found[2], "sh ")
		if !ok || blocks[name] != "" {
			return nil, fmt.Errorf("%s: a block is called %q, and has to be \"sh\" and a name of its own", path, found[2])
		}
		var lines []string
		for _, line := range strings.Split(found[3], "\n") {
			lines = append(lines, strings.TrimPrefix(line, found[1]))
		}
		blocks[name] = strings.Join(lines, "\n")
	}
	return blocks, nil
}
