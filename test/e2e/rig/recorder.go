package rig

import (
	"bytes"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
)

// A Call is one request of Metacontroller's to a hook.
type Call struct {
	Path string
	Body []byte
}

// A Recorder stands between Metacontroller and the operator. It passes everything on, and keeps the
// requests about the namespaces that it was asked to.
type Recorder struct {
	URL    string
	server *http.Server

	lock  sync.Mutex
	calls map[string][]Call // by namespace; a namespace that is not wanted is missing
}

func startRecorder(target string) (*Recorder, error) {
	operator, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	recorder := &Recorder{URL: "http://" + listener.Addr().String(), calls: map[string][]Call{}}
	forward := httputil.NewSingleHostReverseProxy(operator)
	forward.ErrorLog = log.New(io.Discard, "", 0) // tests kill the operator on purpose
	recorder.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		recorder.Record(r.URL.Path, body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		forward.ServeHTTP(w, r)
	})}
	go func() { _ = recorder.server.Serve(listener) }()
	return recorder, nil
}

// Record keeps a request if it is about a namespace that is wanted. Other hooks than the operator's
// bring theirs here.
func (recorder *Recorder) Record(path string, body []byte) {
	recorder.lock.Lock()
	wanted := len(recorder.calls) > 0
	recorder.lock.Unlock()
	if !wanted {
		return
	}
	var request struct {
		Parent struct{ Metadata struct{ Namespace string } }
	}
	if json.Unmarshal(body, &request) != nil {
		return
	}
	recorder.lock.Lock()
	defer recorder.lock.Unlock()
	namespace := request.Parent.Metadata.Namespace
	if calls, ok := recorder.calls[namespace]; ok {
		recorder.calls[namespace] = append(calls, Call{path, body})
	}
}

// Keep begins to keep the requests about a namespace.
func (recorder *Recorder) Keep(namespace string) {
	recorder.lock.Lock()
	defer recorder.lock.Unlock()
	recorder.calls[namespace] = []Call{}
}

// Take gives what was kept of a namespace, and keeps no more of it.
func (recorder *Recorder) Take(namespace string) []Call {
	recorder.lock.Lock()
	defer recorder.lock.Unlock()
	calls := recorder.calls[namespace]
	delete(recorder.calls, namespace)
	return calls
}

// Count is how many requests about a namespace were kept.
func (recorder *Recorder) Count(namespace string) int {
	recorder.lock.Lock()
	defer recorder.lock.Unlock()
	return len(recorder.calls[namespace])
}
