package controlplane

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

//go:embed audit.yaml
var auditPolicy []byte

// A Write is one request that meant to change something.
type Write struct {
	Agent                           string // "metacontroller", by its User-Agent
	Verb, Resource, Namespace, Name string
	Code                            int
}

func (w Write) String() string {
	return fmt.Sprintf("%s: %s %s %s/%s: %d", w.Agent, w.Verb, w.Resource, w.Namespace, w.Name, w.Code)
}

func (plane *ControlPlane) auditLog() string { return filepath.Join(plane.Logs(), "audit.log") }

// AuditMark is where the log of writes ends now.
func (plane *ControlPlane) AuditMark() int64 {
	info, err := os.Stat(plane.auditLog())
	if err != nil {
		return 0
	}
	return info.Size()
}

// Writes are all since a mark.
func (plane *ControlPlane) Writes(mark int64) ([]Write, error) {
	file, err := os.Open(plane.auditLog())
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if _, err := file.Seek(mark, io.SeekStart); err != nil {
		return nil, err
	}
	var writes []Write
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct {
			UserAgent, Verb string
			ObjectRef       struct{ Resource, Subresource, Namespace, Name string }
			ResponseStatus  struct{ Code int }
		}
		// The last line may be half written.
		if json.Unmarshal(lines.Bytes(), &event) != nil {
			continue
		}
		agent, _, _ := strings.Cut(event.UserAgent, "/")
		resource := event.ObjectRef.Resource
		if event.ObjectRef.Subresource != "" {
			resource += "/" + event.ObjectRef.Subresource
		}
		writes = append(writes, Write{
			Agent: agent, Verb: event.Verb, Resource: resource, Namespace: event.ObjectRef.Namespace,
			Name: event.ObjectRef.Name, Code: event.ResponseStatus.Code,
		})
	}
	return writes, lines.Err()
}
