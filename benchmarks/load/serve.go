// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

const (
	tasksPath     = "/tasks"
	processorPath = "/processor" // the nanoseconds that the server has had of it
)

// serve is a server's whole process: it prints its address, and ends with standard
// input, so that it never outlives who started it.
func serve(name, provider string) error {
	s, err := named(name)
	if err != nil {
		return err
	}
	guarded, err := s.new(provider)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("GET "+tasksPath, guarded(http.HandlerFunc(tasks)))
	mux.HandleFunc("GET "+processorPath, processor)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = srv.Close()
	}()
	fmt.Printf("http://%s\n", l.Addr())
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func tasks(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "[]") }

func processor(w http.ResponseWriter, _ *http.Request) {
	used, err := processorTime()
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	_, _ = fmt.Fprint(w, int64(used))
}
