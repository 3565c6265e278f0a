package main

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The name by which the documents are asked for, as a case is.
const theDocuments = "documents"

// documents types in what first-table.md and how-to.md show.
func documents(examples string) error {
	// With two clusters in the namespace a reader would have to say which.
	others, err := kubectl("", "get", "vitessclusters", "-o", "jsonpath={.items[*].metadata.name}")
	for _, name := range strings.Fields(others) {
		err = cmp.Or(err, remove(name))
	}
	if err != nil {
		return err
	}
	root := filepath.Dir(filepath.Clean(examples))
	command := exec.Command("python3", "test/docs/blocks.py", "--real", "examples/first-table.md", "examples/how-to.md")
	command.Dir = root
	command.Env = append(os.Environ(), "PATH="+filepath.Join(root, "manifests")+":"+
		filepath.Join(os.Getenv("RUN"), "operator/usr/local/bin")+":"+os.Getenv("PATH"))
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err = command.Run()
	return cmp.Or(err, remove("store"))
}
