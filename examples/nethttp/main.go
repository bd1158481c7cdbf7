// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command nethttp is a small service on net/http behind Azure AD B2C.
//
// It is configured by environment:
//
//	B2C_TENANT     the tenant's name, such as contoso
//	B2C_TENANT_ID  its GUID
//	B2C_FLOWS      the trusted user flows and custom policies, separated by spaces
//	B2C_AUDIENCE   this API's application (client) id
//	B2C_HOSTS      its hosts, if not {tenant}.b2clogin.com alone, separated by spaces
//	LISTEN         the address to listen on, 127.0.0.1:8080 if empty
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	tenant, err := authority.B2C(os.Getenv("B2C_TENANT"), os.Getenv("B2C_TENANT_ID"))
	if hosts := strings.Fields(os.Getenv("B2C_HOSTS")); err == nil && len(hosts) > 0 {
		tenant, err = tenant.WithHosts(hosts...)
	}
	if err != nil {
		return err
	}
	v, err := validator.New(tenant.Flows(strings.Fields(os.Getenv("B2C_FLOWS"))...), os.Getenv("B2C_AUDIENCE"), nil)
	if err != nil {
		return err
	}
	defer v.Close()
	api := b2chttp.New(guard.New(v, nil), nil)

	mux := http.NewServeMux()
	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(listTasks)))
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := v.Ready(r.Context()); err != nil {
			log.Print(err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
		}
	})

	// CORS middleware, if browsers call this API, goes around mux: outside of
	// the guard, so that preflights, which carry no token, get their answer.
	srv := &http.Server{
		Addr: cmp.Or(os.Getenv("LISTEN"), "127.0.0.1:8080"), Handler: mux,
		ReadHeaderTimeout: 5 * time.Second,
		IdleTimeout:       2 * time.Minute, // longer than that of a load balancer in front
		// A request may wait 5 s for keys (jwks.Options.FetchTimeout). If writing
		// ended before, clients would get a cut connection in place of a 503.
		WriteTimeout: 30 * time.Second,
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Keys are there before the first request, and a misspelt tenant or flow shows.
	// It is no reason not to start: the others serve.
	if err := v.AllReady(ctx); err != nil {
		log.Print(err)
	}
	served := make(chan error, 1)
	go func() { served <- srv.ListenAndServe() }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(srv.Shutdown(ctx), v.Close())
}

func listTasks(w http.ResponseWriter, r *http.Request) {
	token, _ := guard.FromContext(r.Context())
	user, err := token.UserID()
	if err != nil {
		log.Print(err)
		http.Error(w, "the token names no user", http.StatusForbidden)
		return
	}
	fmt.Fprintf(w, "the tasks of %s\n", user)
}
