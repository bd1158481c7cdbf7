// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command guarded is a server behind a guard.
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

func main() {
	flow, err := authority.Parse(os.Getenv("AUTHORITY"))
	if err != nil {
		log.Fatal(err)
	}
	if flow, err = flow.WithTenantID("775527ff-9a37-4307-8b3d-cc311f58d925"); err != nil {
		log.Fatal(err)
	}
	v, err := validator.New([]authority.Authority{flow}, "90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer v.Close()
	mux := http.NewServeMux()
	mux.Handle("GET /tasks", b2chttp.New(guard.New(v, nil), nil).Require(validator.Scope("tasks.read"))(http.HandlerFunc(tasks)))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/tasks\n", l.Addr())
	log.Fatal(http.Serve(l, mux)) //nolint:gosec // it is asked once, by who started it
}

func tasks(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[]") }
