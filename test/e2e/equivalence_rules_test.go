package e2e

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// The rules of Metacontroller that hooks of ours depend on, one by one, with hooks made for it. What
// no hook of ours uses the simulator does not have; those rules say so.

type rule struct {
	name string
	try  func(tw *twin)
	why  string // it is not tried
}

var rules = []rule{
	{name: "01 create", try: tryCreation},
	{name: "02 keys of children", try: tryKeys},
	{name: "02 keys of hook version v1 and of cluster-scoped parents", why: "every hook of ours is v2 and every parent namespaced; the simulator sends nothing else"},
	{name: "03 generated selector", try: tryGeneratedSelector},
	{name: "04 adoption and release", try: tryAdoption},
	{name: "05 merge", try: tryMerge},
	{name: "06 types of numbers", try: tryNumbers},
	{name: "07 update methods", try: tryUpdateMethods},
	{name: "07 a conflict of a PUT", why: "when another write comes between a read and a PUT cannot be chosen from outside; test/unit/check_sim_metacontroller tries it with a cache that lags"},
	{name: "08 undesired children", try: tryUndesired},
	{name: "08 waits of 5, 10, 20 ms after errors", why: "the simulator's clock ticks in seconds"},
	{name: "09 status", try: tryStatus},
	{name: "10 a parent that goes", try: tryGoingParent},
	{name: "10 a parent that goes in the foreground", try: tryForeground},
	{name: "10 finalize hooks", why: "no hook of ours has one: what is deleted goes by garbage collection alone"},
	{name: "11 label selectors of parents", why: "no controller of ours has one"},
	{name: "12 answers that are wrong", try: tryWrongAnswers},
	{name: "12 a hook that does not answer in time", why: "hook calls take no time in the simulator"},
	{name: "13 customize", try: tryCustomize},
	{name: "14 resyncAfterSeconds", try: tryResync},
	{name: "14 ignoreStatusChanges and resyncPeriodSeconds", why: "no controller of ours sets them"},
	{name: "15 Rolling methods", why: "no controller of ours uses them: they stall (which is why rollouts are staged in the hook)"},
}

func TestEquivalenceOfRules(t *testing.T) {
	for _, each := range rules {
		t.Run(strings.ReplaceAll(each.name, " ", "-"), func(t *testing.T) {
			if each.why != "" {
				t.Skip("not tried: " + each.why)
			}
			tw := newTwin(t, "test")
			if err := startTestHooks(); err != nil {
				t.Fatal(err)
			}
			each.try(tw)
			tw.equalErrors()
			tw.equalRequests()
		})
	}
}

// step lets both come to rest and compares them.
func (tw *twin) step(what string) {
	tw.Helper()
	tw.rest()
	tw.equal(what)
}

// make creates what a manifest says; NS in it is the namespace.
func (tw *twin) make(manifest string) {
	tw.Helper()
	tw.create(strings.ReplaceAll(manifest, "NS", tw.namespace))
}

// become patches the spec of Box b.
func (tw *twin) become(spec string) {
	tw.Helper()
	tw.patch("Box", "b", "{spec: "+strings.ReplaceAll(spec, "NS", tw.namespace)+"}")
}

// box is Box b, which selects app=b, with children.
func box(children ...string) string {
	return "{apiVersion: test.io/v1, kind: Box, metadata: {name: b}, spec: {selector: {matchLabels: {app: b}}, children: [" +
		strings.Join(children, ", ") + "]}}"
}

func config(name, data string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, namespace: NS, labels: {app: b}}, data: %s}", name, data)
}

func secret(name, value string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Secret, metadata: {name: %s, namespace: NS, labels: {app: b}}, data: {k: %s}}", name, value)
}

// lid is a child whose spec may be anything. It is a parent, too, of nothing.
func lid(spec string) string {
	return "{apiVersion: test.io/v1, kind: Lid, metadata: {name: l, namespace: NS, labels: {app: b}}, spec: {selector: {matchLabels: {app: l}}, related: [], " + spec + "}}"
}

func children(all ...string) string { return "{children: [" + strings.Join(all, ", ") + "]}" }

// equalErrors compares whose syncs have failed.
func (tw *twin) equalErrors() {
	tw.Helper()
	events, err := cluster.Plane.Client.CoreV1().Events(tw.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		tw.Fatal(err)
	}
	var real, simulated []string
	for _, event := range events.Items {
		if event.Reason == "SyncError" {
			real = append(real, event.InvolvedObject.Kind+" "+event.InvolvedObject.Name)
		}
	}
	for _, note := range tw.notes {
		if who, _, failed := strings.Cut(note, ": sync error"); failed {
			simulated = append(simulated, strings.Replace(who, tw.namespace+"/", "", 1))
		}
	}
	slices.Sort(real)
	slices.Sort(simulated)
	real, simulated = slices.Compact(real), slices.Compact(simulated)
	if !slices.Equal(real, simulated) {
		tw.Errorf("syncs have failed really of %v, simulated of %v; the simulator says %v", real, simulated, tw.notes)
	}
}

// --- the rules ---

func tryCreation(tw *twin) {
	tw.make(box(
		config("m", `{text: "ü < > & \u2028 \" \\ \t", empty: ""}`),
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: nowhere, labels: {app: b}}, data: {k: v}}`,
		lid(`half: 1.5, large: 9007199254740993, small: 1.0e-9, huge: 1.0e+22, nested: {b: [1, {c: [true, false]}], a: {}}, none: []`),
	))
	tw.step("create")
}

func tryKeys(tw *twin) {
	tw.make(box(config("m", "{k: v}")))
	tw.step("create")
	tw.become("{children: []}")
	tw.step("all groups are empty")
}

func tryGeneratedSelector(tw *twin) {
	tw.make(`{apiVersion: test.io/v1, kind: Bin, metadata: {name: bin}, spec: {selector: {matchLabels: {not: used}}, children: [
		{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {k: v}}]}}`)
	tw.step("the label is injected")
	tw.patch("Bin", "bin", `{spec: {children: [
		{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {k: w}},
		{apiVersion: v1, kind: ConfigMap, metadata: {name: foreign, labels: {controller-uid: foreign}}}]}}`)
	tw.step("a foreign value: nothing is written")
}

func tryAdoption(tw *twin) {
	tw.make(config("orphan", "{k: v, mine: x}"))
	tw.make(secret("lost", "djE="))
	tw.make(config("stranger", "{k: v}"))
	tw.patch("ConfigMap", "stranger", "{metadata: {labels: {app: other}}}")
	tw.rest()
	tw.make(box(config("orphan", "{k: v}"), secret("lost", "djE="), config("stranger", "{k: w}")))
	tw.step("adopted; InPlace gets the annotation, Recreate is made anew, a stranger stays")
	tw.patch("ConfigMap", "orphan", "{metadata: {labels: {app: other}}}")
	tw.step("released, and in the way")
	tw.patch("ConfigMap", "orphan", "{metadata: {labels: {app: b}}}")
	tw.step("adopted again")
	tw.become("{children: []}")
	tw.step("and deleted")
}

func tryMerge(tw *twin) {
	lists := func(values string) string {
		var all []string
		for _, key := range []string{"containerPort", "port", "mountPath", "name", "uid", "ip", "path"} {
			all = append(all, fmt.Sprintf("by_%s: [%s]", key, strings.ReplaceAll(values, "KEY", key)))
		}
		return strings.Join(all, ", ")
	}
	tw.make(box(lid(lists("{KEY: a, v: 1, gone: x}, {KEY: b, v: 1}") +
		`, own: 1, going: 1, deep: {own: 1, going: 1}, mixed: [{name: a}, {other: b}], texts: [a, b], clash: {a: 1}, list: [1], scalar: 1`)))
	tw.step("create")
	tw.patch("Lid", "l", `{spec: {foreign: 1, deep: {foreign: {x: 1}}, own: 7, texts: [c], by_name: [
		{name: foreign, v: 9}, {name: b, v: 1, foreign: x}, {name: a, v: 1, gone: x}]}}`)
	tw.step("an edit by hand")
	tw.become(children(lid(lists("{KEY: b, v: 2}, {KEY: c, v: 1}, {KEY: a, v: 2}") +
		`, own: 1, deep: {own: 2}, mixed: [{name: a, v: 2}, {other: c}], texts: [b, a], clash: [1], list: {a: 1}, scalar: {a: 1}`)))
	tw.step("keys go, items come, types change")
	tw.become(children(lid(`own: 1, by_name: [], deep: {}`)))
	tw.step("almost all goes")
	tw.patch("Lid", "l", `{spec: {clash: {a: 1}, list: [{name: a}], texts: [x], number: 1}}`)
	tw.become(fmt.Sprintf("{raw: %q}", strings.ReplaceAll(`{"status":{},"children":[{"apiVersion":"test.io/v1","kind":"Lid","metadata":{"name":"l","namespace":"NS","labels":{"app":"b"}},`+
		`"spec":{"selector":{"matchLabels":{"app":"l"}},"related":[],"clash":null,"list":null,"texts":null,"number":null}}]}`, "NS", tw.namespace)))
	tw.step("null over a mapping, a list of mappings, a list of texts, a number")
}

func tryNumbers(tw *twin) {
	tw.make(box())
	for _, number := range []string{"1", "1.5", "9007199254740993", "1.0", "1e3"} {
		spec := fmt.Sprintf("{raw: %q}", strings.ReplaceAll(fmt.Sprintf(`{"status":{"n":%[1]s},"children":[{"apiVersion":"test.io/v1","kind":"Lid","metadata":{"name":"l","namespace":"NS","labels":{"app":"b"}},`+
			`"spec":{"selector":{"matchLabels":{"app":"l"}},"related":[],"n":%[1]s}}]}`, number), "NS", tw.namespace))
		tw.become(spec)
		tw.rest()
		tw.equalObjects(number)
		if real, simulated := tw.costOfSync("Box", "b"); (len(real) > 0) != (simulated > 0) {
			tw.Errorf("%s: a sync at rest really costs %v, simulated %d writes", number, real, simulated)
		}
	}
}

// costOfSync lets a parent at rest be synced once more and tells what Metacontroller writes then. A PUT
// that changes nothing is no event in the simulator; it counts it.
func (tw *twin) costOfSync(kind, name string) (real []write, simulated int) {
	tw.Helper()
	tw.realWrites()
	before := tw.attempts
	tw.patch(kind, name, fmt.Sprintf(`{metadata: {annotations: {again: "%d"}}}`, before))
	tw.rest()
	real, simulated = tw.realWrites(), tw.attempts-before
	tw.writes = nil
	return real, simulated
}

const pod = `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: NS, labels: {app: b}}, spec: {containers: [{name: c, image: "example.org/%s:1"}]}}`

func tryUpdateMethods(tw *twin) {
	tw.make(box(config("m", "{k: v}"), secret("s", "djE="), fmt.Sprintf(pod, "one")))
	tw.step("create")
	tw.become(children(config("m", "{k: w}"), secret("s", "djI="), fmt.Sprintf(pod, "two")))
	tw.step("InPlace, Recreate, OnDelete")
	tw.patch("Secret", "s", "{metadata: {finalizers: [test.io/hold]}}")
	tw.step("a finalizer")
	tw.become(children(config("m", "{k: w}"), secret("s", "djM="), fmt.Sprintf(pod, "two")))
	tw.step("it goes, but not yet")
	tw.become(children(config("m", "{k: w}"), secret("s", "djQ="), fmt.Sprintf(pod, "two")))
	tw.step("what is going is left alone")
	tw.patch("Secret", "s", "{metadata: {finalizers: null}}")
	tw.step("made anew")
}

func tryUndesired(tw *twin) {
	tw.make(box(config("m1", "{k: v}"), secret("s1", "djE="), lid("x: 1"),
		`{apiVersion: v1, kind: Service, metadata: {name: v1, labels: {app: b}}, spec: {ports: [{port: 80}]}}`))
	tw.step("create")
	tw.become(children(config("m2", "{k: v}"), secret("s2", "djE="),
		`{apiVersion: v1, kind: Service, metadata: {name: v2, labels: {app: b}}, spec: {ports: [{port: 80}]}}`))
	tw.step("all are replaced")
	tw.sameOrder(8)
	tw.become("{status: {still: written}, children: [" + config("A_refused", "{k: v}") + ", " + config("m2", "{k: w}") + ", " +
		config("m3", "{k: v}") + "]}")
	tw.step("a refused child stops neither the others nor the status")
}

// sameOrder compares the kinds and verbs of the last writes to children, one by one.
func (tw *twin) sameOrder(wanted int) {
	tw.Helper()
	order := func(writes []write) (all []string) {
		for _, each := range writes {
			if each.verb != "status" {
				all = append(all, strings.Replace(each.verb, "removed", "delete", 1)+" "+each.kind)
			}
		}
		return all
	}
	real, simulated := order(tw.lastReal), order(tw.lastSimulated)
	if !slices.Equal(real, simulated) {
		tw.Errorf("the order is really %v, simulated %v", real, simulated)
	}
	if len(real) < wanted-1 {
		tw.Errorf("only %d writes: %v", len(real), real)
	}
}

func tryStatus(tw *twin) {
	tw.make(box())
	tw.become(`{status: {a: 1, observedGeneration: 77, deep: {b: [1, 2]}}}`)
	tw.step("as it says, but for observedGeneration")
	tw.become(`{status: {c: 1, a: null, deep: null}}`)
	tw.step("replaced as a whole")
	tw.patchStatus("Box", "b", "{status: {foreign: 1}}")
	tw.step("nothing foreign stays")
	tw.patch("Box", "b", `{metadata: {annotations: {again: "1"}}}`)
	tw.step("not written when equal")
	for _, raw := range []string{`{"status":null,"children":[]}`, `{"children":[]}`, `{"status":{"a":null},"children":[]}`} {
		tw.become(fmt.Sprintf("{raw: %q}", raw))
		tw.step(raw)
	}
	tryPrunedStatus(tw)
}

// What the schema prunes is written at each sync, but as nothing changes, nothing comes of it.
func tryPrunedStatus(tw *twin) {
	tw.make("{apiVersion: test.io/v1, kind: Bin, metadata: {name: bin}, spec: {status: {known: 1}}}")
	tw.step("nothing to prune")
	for _, each := range []struct {
		status string
		wanted int
	}{
		{"{known: 2}", 0},
		{"{known: 2, unknown: 1}", 1},
		{"{known: 2, unknown: {deep: [1]}}", 1},
	} {
		tw.patch("Bin", "bin", "{spec: {status: "+each.status+"}}")
		tw.step(each.status)
		tw.expectCost("Bin", "bin", each.status, each.wanted)
	}
	// Null where the schema does not say nullable is pruned just so.
	tw.patch("Bin", "bin", `{spec: {raw: '{"status":{"known":null},"children":[]}'}}`)
	tw.step("null")
	tw.expectCost("Bin", "bin", "null", 1)
}

func (tw *twin) expectCost(kind, name, what string, wanted int) {
	tw.Helper()
	if real, simulated := tw.costOfSync(kind, name); len(real) != wanted || simulated != wanted {
		tw.Errorf("%s: a sync at rest really costs %v, simulated %d writes, and not %d", what, real, simulated, wanted)
	}
}

func tryGoingParent(tw *twin) {
	tw.make(box(config("m", "{k: v}")))
	tw.patch("Box", "b", "{metadata: {finalizers: [test.io/hold]}}")
	tw.step("held")
	tw.delete("Box", "b")
	tw.step("going: generation + 1")
	tw.become("{status: {still: written}, children: [" + config("new", "{k: v}") + "]}")
	tw.step("status only")
	tw.make(config("orphan", "{k: v}"))
	tw.step("nothing is adopted")
	tw.patch("ConfigMap", "m", "{metadata: {labels: {app: other}}}")
	tw.step("nothing is released")
	tw.patch("Box", "b", "{metadata: {finalizers: null}}")
	eventually(tw.T, "its child is collected", func() string {
		if _, err := tw.client("ConfigMap").Get(ctx, "m", metav1.GetOptions{}); err == nil {
			return "m is there"
		}
		return ""
	})
	tw.step("gone, and its children with it")
}

func tryForeground(tw *twin) {
	tw.make(box(config("m", "{k: v}"), claim, lid(`children: [
		{apiVersion: v1, kind: ConfigMap, metadata: {name: below, namespace: NS, labels: {app: l}}, data: {k: v}}]`)))
	tw.step("create")
	tw.ownItself("PersistentVolumeClaim", "d")
	tw.patch("ConfigMap", "below", "{metadata: {finalizers: [test.io/hold]}}")
	tw.step("a claim that owns itself, and something that does not go")
	tw.deleteInForeground("Box", "b")
	tw.gone("ConfigMap", "m")
	tw.step("what is held holds its owners, up to the Box; the claim is let go of")
	tw.become("{status: {still: written}, children: [" + config("new", "{k: v}") + "]}")
	tw.step("status only")
	tw.patch("ConfigMap", "below", "{metadata: {finalizers: null}}")
	tw.gone("Box", "b")
	tw.step("gone")
	if _, err := tw.client("PersistentVolumeClaim").Get(ctx, "d", metav1.GetOptions{}); err != nil {
		tw.Errorf("the claim is not kept: %v", err)
	}
}

const claim = `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: d, namespace: NS, labels: {app: b}}, spec: {
	accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}`

// gone waits for the garbage collector: nobody writes until it begins.
func (tw *twin) gone(kind, name string) {
	tw.Helper()
	tw.simulate(map[string]any{"settle": 5000})
	eventually(tw.T, kind+" "+name+" goes", func() string {
		if _, err := tw.client(kind).Get(ctx, name, metav1.GetOptions{}); err == nil {
			return "it is there"
		}
		return ""
	})
}

// ownItself gives an object a reference to itself, as the operator does with a claim that is to stay.
// Its uid is another one in each world.
func (tw *twin) ownItself(kind, name string) {
	tw.Helper()
	patch := func(objects []any) string {
		for _, each := range objects {
			object := &unstructured.Unstructured{Object: each.(map[string]any)}
			if object.GetKind() == kind && object.GetName() == name {
				references := append(object.GetOwnerReferences(), metav1.OwnerReference{
					APIVersion: object.GetAPIVersion(), Kind: kind, Name: name, UID: object.GetUID(),
				})
				return jsonOf(tw.T, map[string]any{"metadata": map[string]any{"ownerReferences": references}})
			}
		}
		tw.Fatalf("there is no %s %s", kind, name)
		return ""
	}
	tw.patchReal(kind, name, []byte(patch(tw.realObjects())), false)
	tw.patchSimulated(kind, name, []byte(patch(tw.simulate(map[string]any{"objects": true}))), false)
}

func tryWrongAnswers(tw *twin) {
	child := strings.ReplaceAll(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m","namespace":"NS","labels":{"app":"b"}},"data":{"k":"%s"}}`, "NS", tw.namespace)
	one := fmt.Sprintf(child, "1")
	good := fmt.Sprintf(`{"status":{},"children":[%s]}`, one)
	answers := []struct {
		code int
		text string
	}{
		{500, "broken"}, {201, good}, {204, ""}, {422, "no"}, {429, "later"}, {200, ""}, {200, "[]"}, {200, good + "x"},
		{200, fmt.Sprintf(`{"status":{},"children":[%s],"more":1}`, one)},
		{200, fmt.Sprintf(`{"status":{},"Children":[%s]}`, one)},
		{200, `{"status":{},"children":[{"apiVersion":"v1","metadata":{"name":"x"}}]}`},
		{200, `{"status":{},"children":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"app":"b"}}}]}`},
		{200, fmt.Sprintf(`{"status":{"a":1},"children":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":5,"labels":{"app":"b"}}},%s]}`, one)},
		{200, `{"status":{},"children":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"labels":{"app":"c"}}}]}`},
		{200, `{"status":{},"children":{}}`}, {200, `{"status":[],"children":[]}`}, {200, `{"status":{},"children":["x"]}`},
		{200, `{"status":{},"children":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"app":1}}}]}`},
		{200, `{"status":{},"children":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"app":"c"}}}]}`},
		{200, fmt.Sprintf(`{"status":{},"children":[%s,%s]}`, one, fmt.Sprintf(child, "2"))},
		{200, `{}`}, {200, good}, {200, "null"},
	}
	tw.make(box())
	for _, answer := range answers {
		tw.become(fmt.Sprintf("{raw: %q, code: %d}", good, 200))
		tw.rest()
		tw.become(fmt.Sprintf("{raw: %q, code: %d}", answer.text, answer.code))
		tw.step(fmt.Sprintf("%d %s", answer.code, answer.text))
	}
}

func tryCustomize(tw *twin) {
	for _, name := range []string{"one", "two"} {
		tw.make(fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: %[1]s, labels: {is: %[1]s}}, data: {k: v}}", name))
	}
	tw.make(`{apiVersion: test.io/v1, kind: Lid, metadata: {name: l, labels: {is: me}}, spec: {selector: {matchLabels: {app: l}}, related: [
		{apiVersion: v1, resource: configmaps, namespace: NS, names: [one]}]}}`)
	tw.step("by name")
	for _, rules := range []string{
		"{apiVersion: v1, resource: configmaps, namespace: NS, labelSelector: {matchLabels: {is: two}}}",
		"{apiVersion: v1, resource: configmaps, namespace: NS, labelSelector: {matchExpressions: [{key: is, operator: In, values: [one, two]}]}}",
		"{apiVersion: test.io/v1, resource: lids, namespace: NS, labelSelector: {matchLabels: {is: me}}}, {apiVersion: v1, resource: secrets, namespace: NS, names: [none]}",
		"{apiVersion: v1, resource: configmaps, names: [one], labelSelector: {matchLabels: {is: one}}}",
		"{apiVersion: v1, resource: configmaps, namespace: NS, labelSelector: {matchLabels: {is: one}}}",
	} {
		tw.patch("Lid", "l", "{spec: {related: ["+strings.ReplaceAll(rules, "NS", tw.namespace)+"]}}")
		tw.step(rules)
	}
	tw.patch("ConfigMap", "one", "{data: {k: w}}")
	tw.step("a related object changes")
	tw.patch("ConfigMap", "one", "{metadata: {labels: {is: other}}}")
	tw.step("a related object is none any more")
}

func tryResync(tw *twin) {
	tw.make(box())
	tw.rest()
	count := func() (real, simulated int) {
		recorded, _ := filepath.Glob(filepath.Join(tw.folder, "*.request.json"))
		return cluster.Recorder.Count(tw.namespace), len(recorded)
	}
	real, simulated := count()
	tw.become(`{raw: '{"status":{},"children":[],"resyncAfterSeconds":1}'}`)
	tw.simulate(map[string]any{"settle": 5})
	time.Sleep(4 * time.Second)
	realNow, simulatedNow := count()
	if realNow-real < 4 || simulatedNow-simulated < 4 {
		tw.Errorf("in 4 s really %d calls, simulated %d", realNow-real, simulatedNow-simulated)
	}
	tw.become(`{raw: '{"status":{},"children":[]}'}`)
	tw.simulate(map[string]any{"settle": 5})
	time.Sleep(2 * time.Second)
	real, simulated = count()
	tw.simulate(map[string]any{"settle": 5})
	time.Sleep(3 * time.Second)
	realNow, simulatedNow = count()
	if realNow != real || simulatedNow != simulated {
		tw.Errorf("a resync that nobody asks for: really %d, simulated %d", realNow-real, simulatedNow-simulated)
	}
}
