package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The members of my-vitess.yaml's etcd come and go, lose a volume and get larger ones.
const etcdBlock = "/spec/cells/0/etcd"

var etcd = []Case{
	{"etcd member's volume lost", true, loseMember, hasMembers(3)},
	{"etcd's volumes grow", true, patch(replace(etcdBlock+"/volumeClaim", map[string]any{
		"accessModes": []string{"ReadWriteOnce"}, "resources": map[string]any{"requests": map[string]any{"storage": "2Gi"}},
	})), haveGrown},
	{"etcd shrinks from 3 to 1", true, patch(replace(etcdBlock+"/size", 1)), hasMembers(1)},
	{"etcd grows from 1 to 3", true, both(forgetMembers, patch(replace(etcdBlock+"/size", 3))), hasMembers(3)},
}

func (t *Trial) etcd() string { return t.Name + "-global-etcd" }

func loseMember(t *Trial) error {
	pod := t.etcd() + "-1"
	say("deleting the claim and the Pod of %s", pod)
	_, err := kubectl("", "delete", "pvc/data-"+pod, "pod/"+pod, "--wait=false")
	return err
}

// forgetMembers deletes what members that have left have left behind, as the condition says.
func forgetMembers(t *Trial) error {
	_, err := kubectl("", "delete", "pvc", "data-"+t.etcd()+"-1", "data-"+t.etcd()+"-2")
	return err
}

// hasMembers: so many are listed by etcd itself, none of them a learner.
func hasMembers(count int) func(*Trial) error {
	return func(t *Trial) error {
		return until(fmt.Sprintf("%d members of etcd", count), 2*time.Minute, func() (bool, error) {
			text, err := kubectl("", "exec", "deployment/"+t.Name+"-global-vtctld", "--", "curl", "--silent", "--show-error",
				"--data", "{}", "http://"+t.etcd()+"-client:2379/v3/cluster/member/list")
			var list struct {
				Members []struct {
					Name    string `json:"name"`
					Learner bool   `json:"isLearner"`
				} `json:"members"`
			}
			if err != nil || json.Unmarshal([]byte(text), &list) != nil || len(list.Members) != count {
				return false, nil
			}
			for _, member := range list.Members {
				if member.Learner || member.Name == "" {
					return false, nil
				}
			}
			return true, nil
		})
	}
}

// haveGrown: Kubernetes says that of all claims.
func haveGrown(t *Trial) error {
	return until("2Gi for each member of etcd", 2*time.Minute, func() (bool, error) {
		text, err := kubectl("", "get", "pvc", "-l", "vitess.io/component=etcd,vitess.io/cluster="+t.Name,
			"-o", "jsonpath={.items[*].status.capacity.storage}")
		return strings.Count(text, "2Gi") == 3, err
	})
}
