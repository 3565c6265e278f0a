// vtctldclient as task Pods of the tests find it: it hands its command line to the model of Vitess
// (package vitess) over the socket $VTCTLD, prints what that says, and ends as that says.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
)

func main() {
	answer, err := ask()
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case !answer.Well:
		fmt.Fprint(os.Stderr, answer.Text)
		os.Exit(1)
	}
	fmt.Print(answer.Text)
}

type answer struct {
	Text string
	Well bool
}

func ask() (answer, error) {
	var answered answer
	body, err := json.Marshal(map[string]any{
		"Pod": os.Getenv("POD_NAME"), "Namespace": os.Getenv("POD_NAMESPACE"), "Words": os.Args[1:],
	})
	if err != nil {
		return answered, err
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", os.Getenv("VTCTLD"))
	}
	client := http.Client{Transport: &http.Transport{DialContext: dial}}
	response, err := client.Post("http://vtctld/", "application/json", bytes.NewReader(body))
	if err != nil {
		return answered, err
	}
	defer response.Body.Close()
	return answered, json.NewDecoder(response.Body).Decode(&answered)
}
