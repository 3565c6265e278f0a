package scale

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Hooks is what the operator says of the calls that it has answered.
type Hooks struct {
	Calls   Tally   // by hook: "shard/sync"
	Refused int     // of them, answered with another code than 200
	Seconds float64 // from the first byte of a request to the last of its answer
	In, Out float64 // bytes
}

var sample = regexp.MustCompile(
	`^vitess_operator_(requests_total|request_duration_seconds_sum|request_size_bytes_sum|response_size_bytes_sum)` +
		`\{hook="v1alpha1/([^"]*)",code="(\d+)"\} (\S+)$`)

func readHooks(url string) (Hooks, error) {
	response, err := http.Get(url + "/metrics")
	if err != nil {
		return Hooks{}, err
	}
	defer response.Body.Close()
	page, err := io.ReadAll(response.Body)
	if err != nil {
		return Hooks{}, err
	}
	hooks := Hooks{Calls: Tally{}}
	for line := range strings.Lines(string(page)) {
		words := sample.FindStringSubmatch(strings.TrimSpace(line))
		if words == nil {
			continue
		}
		value, err := strconv.ParseFloat(words[4], 64)
		if err != nil {
			return Hooks{}, err
		}
		hooks.add(words[1], words[2], words[3], value)
	}
	return hooks, nil
}

func (h *Hooks) add(name, hook, code string, value float64) {
	switch name {
	case "requests_total":
		h.Calls[hook] += int(value)
		if code != "200" {
			h.Refused += int(value)
		}
	case "request_duration_seconds_sum":
		h.Seconds += value
	case "request_size_bytes_sum":
		h.In += value
	case "response_size_bytes_sum":
		h.Out += value
	}
}

func (h Hooks) since(before Hooks) Hooks {
	calls := Tally{}
	for hook, count := range h.Calls {
		calls[hook] = count - before.Calls[hook]
	}
	return Hooks{calls, h.Refused - before.Refused, h.Seconds - before.Seconds, h.In - before.In, h.Out - before.Out}
}
