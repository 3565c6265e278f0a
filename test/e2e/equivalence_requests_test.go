package e2e

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// The requests: what Metacontroller sends to a hook, and what the simulator says that it does.

// A request in both: who is asked about, in which state, and what it looks like.
type requestShape struct {
	parent, state string
	shape         map[string]any
}

func (tw *twin) realRequests() []requestShape {
	tw.Helper()
	var all []requestShape
	for _, call := range cluster.Recorder.Take(tw.namespace) {
		all = append(all, tw.requestShape(call.Body))
	}
	return all
}

func (tw *twin) simulatedRequests() []requestShape {
	tw.Helper()
	paths, err := filepath.Glob(filepath.Join(tw.folder, "*.request.json"))
	if err != nil {
		tw.Fatal(err)
	}
	slices.Sort(paths)
	var all []requestShape
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			tw.Fatal(err)
		}
		all = append(all, tw.requestShape(body))
	}
	return all
}

func (tw *twin) requestShape(body []byte) requestShape {
	tw.Helper()
	var request map[string]any
	if err := json.Unmarshal(body, &request); err != nil {
		tw.Fatalf("a request is no JSON: %v", err)
	}
	// Uids of Pods that are gone by now are known from here.
	tw.rememberRequest(request)
	request = tw.plainValue(request).(map[string]any)
	parent := request["parent"].(map[string]any)
	for _, key := range []string{"children", "related"} {
		groups, _ := request[key].(map[string]any)
		for _, group := range groups {
			for _, child := range group.(map[string]any) {
				withoutIncomparable(child.(map[string]any))
			}
		}
	}
	state := []string{kindOfObject(parent), wantedOf(parent)}
	shape := map[string]any{
		"keys":       strings.Join(keysOfBoth(request, nil), " "),
		"finalizing": request["finalizing"],
		"parent":     objectShape(parent),
		"controller": controllerShape(request["controller"]),
	}
	for _, key := range []string{"children", "related"} {
		groups, ok := request[key].(map[string]any)
		if !ok {
			continue
		}
		shaped := map[string]any{}
		for _, group := range keysOfBoth(groups, nil) {
			children := map[string]any{}
			for _, name := range keysOfBoth(groups[group].(map[string]any), nil) {
				child := groups[group].(map[string]any)[name].(map[string]any)
				children[plainName(name)] = objectShape(child)
				state = append(state, stateOf(group, name, child))
			}
			shaped[group] = children
		}
		shape[key] = shaped
	}
	return requestShape{fmt.Sprint(state[0], customizing(request)), strings.Join(state, ", ") + customizing(request), shape}
}

// A request of the customize hook has no children.
func customizing(request map[string]any) string {
	if request["children"] == nil {
		return " (customize)"
	}
	return ""
}

func kindOfObject(object map[string]any) string {
	return fmt.Sprint(object["kind"], " ", at(object, "metadata", "name"))
}

func at(value any, path ...string) any {
	for _, key := range path {
		fields, _ := value.(map[string]any)
		value = fields[key]
	}
	return value
}

// A child's version, as far as two runs can share one: what was wanted of it, whether it is going, and
// whether its controller has said anything of it yet.
func stateOf(group, name string, child map[string]any) string {
	return fmt.Sprint(group, " ", plainName(name), " ", wantedOf(child),
		" going=", at(child, "metadata", "deletionTimestamp") != nil, " phase=", at(child, "status", "phase"),
		" status=", strings.Join(statusKeys(child), ","), " node=", at(child, "spec", "nodeName") != nil,
		" owned=", at(child, "metadata", "ownerReferences") != nil, " bound=", at(child, "spec", "volumeName") != nil,
		" last=", len(fmt.Sprint(at(child, "metadata", "annotations", lastApplied))),
		" annotations=", strings.Join(annotationKeys(child), ","))
}

// What is wanted of an object, and held back by whom. Not its generation: two edits of the layer above
// may be one here (see perObject).
func wantedOf(object map[string]any) string {
	text, _ := json.Marshal([]any{at(object, "spec"), at(object, "data"), at(object, "metadata", "finalizers"), at(object, "metadata", "labels")})
	return fmt.Sprintf("%x annotations=%s", sha256.Sum256(text), strings.Join(annotationKeys(object), ","))
}

func annotationKeys(child map[string]any) []string {
	annotations, _ := at(child, "metadata", "annotations").(map[string]any)
	return keysOfBoth(annotations, nil)
}

func statusKeys(child map[string]any) []string {
	status, _ := child["status"].(map[string]any)
	if !strings.HasSuffix(fmt.Sprint(child["apiVersion"]), "vitess.io/v1alpha1") && !strings.HasPrefix(fmt.Sprint(child["apiVersion"]), "test.io/") {
		return nil // of the two kubelets and their like
	}
	return keysOfBoth(status, nil)
}

// All of an object but its status, of which only the fields count; and but what no two runs share.
func objectShape(object map[string]any) map[string]any {
	metadata := map[string]any{}
	for key, value := range object["metadata"].(map[string]any) {
		switch key {
		case "managedFields":
			continue // the simulator has none, and the operator passes over them
		case "generation":
			continue // compared with the objects; see wantedOf
		case "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp":
			metadata[key] = "there"
		default:
			metadata[key] = value
		}
	}
	shape := map[string]any{}
	for key, value := range object {
		shape[key] = value
	}
	shape["metadata"] = metadata
	delete(shape, "status")
	return shape
}

func withoutIncomparable(object map[string]any) {
	for _, path := range incomparable[fmt.Sprint(object["kind"])] {
		if path != "spec.nodeName" && path != "spec.volumeName" { // whether there is one is part of its state
			removePath(object, path)
		}
	}
	for _, field := range []string{"nodeName", "volumeName"} {
		if spec, ok := object["spec"].(map[string]any); ok && spec[field] != nil {
			spec[field] = "there"
		}
	}
}

// A CompositeController: its spec but for where the hooks are.
func controllerShape(controller any) map[string]any {
	spec, _ := at(controller, "spec").(map[string]any)
	hooks := map[string]any{}
	if all, ok := spec["hooks"].(map[string]any); ok {
		for name, hook := range all {
			webhook, _ := at(hook, "webhook").(map[string]any)
			hooks[name] = map[string]any{"version": at(hook, "version"), "webhook": strings.Join(keysOfBoth(webhook, nil), " ")}
		}
	}
	shape := map[string]any{"name": at(controller, "metadata", "name"), "hooks": hooks}
	for key, value := range spec {
		if key != "hooks" {
			shape[key] = value
		}
	}
	return shape
}

func (tw *twin) rememberRequest(request map[string]any) {
	remember := func(value any) {
		object, _ := value.(map[string]any)
		if uid, ok := at(object, "metadata", "uid").(string); ok {
			tw.uids[uid] = fmt.Sprint(object["kind"], "/", at(object, "metadata", "name"))
		}
	}
	remember(request["parent"])
	for _, key := range []string{"children", "related"} {
		groups, _ := request[key].(map[string]any)
		for _, group := range groups {
			for _, child := range group.(map[string]any) {
				remember(child)
			}
		}
	}
}

// equalRequests compares the requests about parents in the same state. Which states a parent is seen
// in on the way is a matter of timing; the last one is not, as long as the parent is there: one that
// goes may be seen once more without what went before it, or not. A state is not all of a request: where there
// are several requests of one, one must be the same.
func (tw *twin) equalRequests() {
	tw.Helper()
	requests := tw.realRequests()
	last := map[string]string{}
	for _, each := range requests {
		last[each.parent] = each.state
	}
	real, simulated := byState(requests), byState(tw.simulatedRequests())
	shared, told := 0, map[string]bool{}
	for state, shapes := range real {
		others := simulated[state]
		if others == nil {
			continue
		}
		shared++
		for _, each := range leastDifferences(shapes, others) {
			if !told[each] {
				told[each] = true
				tw.Errorf("a request about %.80s: %s", state, each)
			}
		}
	}
	there := map[string]bool{}
	for _, each := range tw.realObjects() {
		there[kindOfObject(each.(map[string]any))] = true
	}
	for parent, state := range last {
		if simulated[state] == nil && there[strings.TrimSuffix(parent, " (customize)")] {
			tw.Errorf("the last request about %s is not simulated: %s", parent, state)
		}
	}
	tw.Logf("%d requests; of %d states really seen and %d simulated %d are the same", len(requests), len(real), len(simulated), shared)
	if shared == 0 {
		tw.Error("no state is shared")
	}
}

func byState(requests []requestShape) map[string][]map[string]any {
	result := map[string][]map[string]any{}
	for _, each := range requests {
		result[each.state] = append(result[each.state], each.shape)
	}
	return result
}

// The differences of the two that are most alike.
func leastDifferences(real, simulated []map[string]any) (least []string) {
	for i, shape := range real {
		for j, other := range simulated {
			found := differences("request", shape, other)
			if len(found) == 0 {
				return nil
			}
			if i == 0 && j == 0 || len(found) < len(least) {
				least = found
			}
		}
	}
	return least
}
