package vitess

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The members of an etcd, as its JSON gateway lists and changes them. Volumes are not played: a member
// that is listed is well on whatever volume it has.

const curlProgram = "curl"

type etcdMember struct {
	ID       string   `json:"ID"`
	Name     string   `json:"name,omitempty"`
	PeerURLs []string `json:"peerURLs"`
	Learner  bool     `json:"isLearner,omitempty"`
	pod      string
}

// Pods of the StatefulSet that this Pod belongs to.
func (c *Cluster) beside(r *run) []*run {
	owner := metav1.GetControllerOf(r.pod)
	var found []*run
	for _, other := range c.runs {
		if of := metav1.GetControllerOf(other.pod); owner != nil && of != nil && of.UID == owner.UID {
			found = append(found, other)
		}
	}
	slices.SortFunc(found, func(a, b *run) int { return strings.Compare(a.pod.Name, b.pod.Name) })
	return found
}

func etcdRuns(r *run) bool {
	return slices.ContainsFunc(r.main, func(each *container) bool {
		return each.program == programEtcd && each.state == running && each.well
	})
}

func etcdKey(r *run) string {
	return r.pod.Namespace + "/" + r.pod.Name[:strings.LastIndex(r.pod.Name, "-")]
}

// Those that are there when somebody asks for the first time have formed it.
func (c *Cluster) etcdMembers(r *run) []*etcdMember {
	key := etcdKey(r)
	if c.etcds[key] == nil {
		for _, other := range c.beside(r) {
			c.addMember(key, other.pod.Name, fmt.Sprintf("http://%s.%s-peer.%s.svc:2380", other.pod.Name, strings.SplitN(key, "/", 2)[1], other.pod.Namespace), false)
		}
	}
	for _, member := range c.etcds[key] {
		for _, other := range c.beside(r) {
			if other.pod.Name == member.pod && etcdRuns(other) {
				member.Name = member.pod
			}
		}
	}
	return c.etcds[key]
}

func (c *Cluster) addMember(key, pod, url string, learner bool) {
	c.added++
	c.etcds[key] = append(c.etcds[key], &etcdMember{ID: fmt.Sprint(uint64(18000000000000000000) + uint64(c.added)), PeerURLs: []string{url}, Learner: learner, pod: pod})
}

func etcdRefuses(text string) result {
	return prints(fmt.Sprintf(`{"code":9, "message":"etcdserver: %s"}`, text))
}

var etcdURL = regexp.MustCompile(`^https?://([^/]+)/v3/cluster/member/(list|add|remove|promote)$`)

// curl ... --data BODY URL
func (c *Cluster) askEtcd(question Question) result {
	words := question.Words
	match := etcdURL.FindStringSubmatch(words[len(words)-1])
	if match == nil || len(words) < 3 || words[len(words)-3] != "--data" {
		return result{false, "curl: no URL of etcd\n"}
	}
	behind := c.behind(question.Namespace, match[1], programEtcd)
	if behind == nil {
		return result{false, "curl: (7) Failed to connect to " + match[1] + "\n"}
	}
	var body struct {
		ID       string
		PeerURLs []string `json:"peerURLs"`
		Learner  bool     `json:"isLearner"`
	}
	if err := json.Unmarshal([]byte(words[len(words)-2]), &body); err != nil {
		return etcdRefuses(err.Error())
	}
	members := c.etcdMembers(behind)
	if refusal := c.changeMembers(etcdKey(behind), members, match[2], body.ID, body.PeerURLs, body.Learner); refusal != "" {
		return etcdRefuses(refusal)
	}
	text, _ := json.Marshal(map[string]any{"members": c.etcdMembers(behind)})
	return prints(string(text))
}

func (c *Cluster) changeMembers(key string, members []*etcdMember, method, id string, urls []string, learner bool) string {
	at := slices.IndexFunc(members, func(each *etcdMember) bool { return each.ID == id })
	switch method {
	case "add":
		if len(urls) != 1 || slices.ContainsFunc(members, func(each *etcdMember) bool { return each.PeerURLs[0] == urls[0] }) {
			return "Peer URLs already exists"
		}
		name, _, _ := strings.Cut(urls[0][strings.LastIndex(urls[0], "/")+1:], ".")
		c.addMember(key, name, urls[0], learner)
	case "remove", "promote":
		if at < 0 {
			return "member not found"
		}
		if method == "remove" {
			c.etcds[key] = slices.Delete(members, at, at+1)
			return ""
		}
		if !members[at].Learner {
			return "can only promote a learner member"
		}
		if members[at].Name == "" {
			return "can only promote a learner member which is in sync with leader"
		}
		members[at].Learner = false
	}
	return ""
}
