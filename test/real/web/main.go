// What stands in for nginx with VTAdmin's pages, which Go modules do not have: it serves the operator's
// config.js and one page, where and as the operator has nginx do it.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.Handle("/config/", http.FileServer(http.Dir("/var/www")))
	http.HandleFunc("/", func(out http.ResponseWriter, _ *http.Request) {
		fmt.Fprintln(out, `<!doctype html><script src="/config/config.js"></script>`)
	})
	fmt.Fprintln(os.Stderr, http.ListenAndServe(":"+os.Getenv("VTADMIN_WEB_PORT"), nil))
	os.Exit(1)
}
