package main

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
)

// The name by which the documents are asked for, as a case is.
const theDocuments = "documents"

// documents types in what first-table.md and how-to.md show.
func documents(examples string) error {
	root := filepath.Dir(filepath.Clean(examples))
	command := exec.Command("python3", "test/docs/blocks.py", "--real", "examples/first-table.md", "examples/how-to.md")
	command.Dir = root
	command.Env = append(os.Environ(), "PATH="+filepath.Join(root, "manifests")+":"+
		filepath.Join(os.Getenv("RUN"), "operator/usr/local/bin")+":"+os.Getenv("PATH"))
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	err := command.Run()
	return cmp.Or(err, remove("store"))
}
