package release

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// services is an HTTP proxy that plays the DNS and the kube-proxy of a cluster: http://NAME.NAMESPACE:PORT
// goes to whatever backs a ready endpoint of that Service. So the URLs of the hooks stay as they are installed.
type services struct {
	URL      string
	client   kubernetes.Interface
	server   *http.Server
	host     atomic.Value // string: where the container is that stands for all Pods of the operator
	answered atomic.Int64 // requests, with 200
}

func startServices(client kubernetes.Interface) (*services, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &services{URL: "http://" + listener.Addr().String(), client: client}
	s.host.Store("")
	s.server = &http.Server{Handler: http.HandlerFunc(s.forward)}
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

func (s *services) forward(w http.ResponseWriter, r *http.Request) {
	port, err := s.portOf(r.Context(), r.URL.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	target := &url.URL{Scheme: "http", Host: net.JoinHostPort(s.host.Load().(string), strconv.Itoa(int(port)))}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.ErrorLog = log.New(io.Discard, "", 0) // the operator goes away in between
	proxy.ModifyResponse = func(response *http.Response) error {
		if response.StatusCode == http.StatusOK {
			s.answered.Add(1)
		}
		return nil
	}
	proxy.ServeHTTP(w, r)
}

// portOf is the port of the Pods behind NAME.NAMESPACE:PORT.
func (s *services) portOf(ctx context.Context, address string) (int32, error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return 0, err
	}
	names := strings.Split(host, ".")
	if len(names) < 2 {
		return 0, fmt.Errorf("%s is no NAME.NAMESPACE", host)
	}
	service, err := s.client.CoreV1().Services(names[1]).Get(ctx, names[0], metav1.GetOptions{})
	if err != nil {
		return 0, err
	}
	slices, err := s.client.DiscoveryV1().EndpointSlices(names[1]).List(ctx,
		metav1.ListOptions{LabelSelector: discoveryv1.LabelServiceName + "=" + names[0]})
	if err != nil {
		return 0, err
	}
	for _, port := range service.Spec.Ports {
		if strconv.Itoa(int(port.Port)) == text {
			return readyPort(slices.Items, port)
		}
	}
	return 0, fmt.Errorf("Service %s has no port %s", host, text)
}

func readyPort(slices []discoveryv1.EndpointSlice, wanted corev1.ServicePort) (int32, error) {
	for _, slice := range slices {
		ready := false
		for _, endpoint := range slice.Endpoints {
			ready = ready || endpoint.Conditions.Ready != nil && *endpoint.Conditions.Ready
		}
		for _, port := range slice.Ports {
			if ready && port.Name != nil && *port.Name == wanted.Name && port.Port != nil {
				return *port.Port, nil
			}
		}
	}
	return 0, fmt.Errorf("no endpoint of port %s is ready", wanted.Name)
}
