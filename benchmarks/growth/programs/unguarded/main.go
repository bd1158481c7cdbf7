// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command unguarded is the server that the others guard.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /tasks", tasks)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/tasks\n", l.Addr())
	log.Fatal(http.Serve(l, mux)) //nolint:gosec // it is asked once, by who started it
}

func tasks(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[]") }
