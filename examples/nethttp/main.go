// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

// Command nethttp is a small service on net/http behind Azure AD B2C.
//
// It reads what Microsoft.Identity.Web reads, the section AzureAdB2C of
// appsettings.json, or variables of the environment (docs/settings.md):
//
//	B2C_TENANT     the tenant's name, such as contoso
//	B2C_TENANT_ID  its GUID
//	B2C_FLOWS      the trusted user flows and custom policies, separated by spaces
//	B2C_AUDIENCE   this API's application (client) id
//	LISTEN         the address to listen on, 127.0.0.1:8080 if empty
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/b2ckit/b2ckit/guard"
	"github.com/b2ckit/b2ckit/health"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	s, err := settings.Read(nil)
	if err != nil {
		return err
	}
	slog.Info("settings", "read", s, "notes", s.Notes())
	g, v, err := s.Guard(nil, nil)
	if err != nil {
		return err
	}
	defer v.Close()
	api := b2chttp.New(g, nil)

	mux := http.NewServeMux()
	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(listTasks)))
	mux.Handle("GET /readyz", health.Ready(v))

	// CORS middleware, if browsers call this API, goes around mux: outside of
	// the guard, so that preflights, which carry no token, get their answer.
	// It has to expose WWW-Authenticate, or scripts can't read the challenge.
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
