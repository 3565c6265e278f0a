package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
)

var watched = []Case{
	{"VTAdmin asked about everything", true, func(*Trial) error { return nil }, vtadminAnswers},
}

// vtadminAnswers: the API knows the cluster, its keyspace, its tablets and its vtgates, and the pages
// are there.
func vtadminAnswers(t *Trial) error {
	for _, each := range []struct{ page, word string }{
		{":14001/api/clusters", t.Name},
		{":14001/api/keyspaces", t.Keyspace},
		{":14001/api/tablets", t.Cell + "-"},
		{":14001/api/gates", t.Name + "-zone1-internal"},
		{":14001/api/vtctlds", "vtctld"},
		{":14001/api/shard_replication_positions", "positions"},
		{":14000/", "<"},
		{":14000/config/config.js", "window.env"},
	} {
		if err := fetch("http://"+t.Name+"-global-vtadmin"+each.page, each.word); err != nil {
			return err
		}
	}
	return nil
}

// fetch gets a page that has a word in it.
func fetch(url, word string) error {
	answer, err := http.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	say("%s: %s: %.200s", url, answer.Status, body)
	if err == nil && (answer.StatusCode != http.StatusOK || !strings.Contains(string(body), word)) {
		err = fmt.Errorf("%s: %s without %q: %.300s", url, answer.Status, word, body)
	}
	return err
}
