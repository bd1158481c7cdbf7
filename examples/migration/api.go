// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// api keeps each user's tasks under the user's id, which is the one thing that the
// move must not change.
type api struct {
	network   http.RoundTripper // in place of the internet
	server    *http.Server
	url       string
	client    *http.Client
	validator *validator.Validator         // of the latest deployment, as is
	deployed  atomic.Pointer[http.Handler] // this

	mu    sync.Mutex
	tasks map[string][]string    // by UserID
	why   validator.Reason       // the latest token was refused
	used  map[authority.Kind]int // accepted tokens by product, since somebody looked
}

// newAPI serves on a free port of this machine. Nothing is deployed yet.
func newAPI(network http.RoundTripper) (*api, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &api{
		network: network, url: "http://" + listener.Addr().String(), client: &http.Client{Transport: &http.Transport{}},
		tasks: map[string][]string{}, used: map[authority.Kind]int{},
	}
	a.server = &http.Server{
		Handler:           http.HandlerFunc(a.serve),
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      30 * time.Second, // a token may wait for keys
		IdleTimeout:       2 * time.Minute,
	}
	go func() { _ = a.server.Serve(listener) }()
	return a, nil
}

// serve hands a request to the latest deployment.
func (a *api) serve(w http.ResponseWriter, r *http.Request) { (*a.deployed.Load()).ServeHTTP(w, r) }

// deploy puts the API into service with another configuration: whose tokens it takes,
// each for its own client id. The data stays.
func (a *api) deploy(trusted ...authority.Authority) error {
	v, err := validator.New(trusted, "", &validator.Options{Transport: a.network, OnValidation: a.count})
	if err != nil {
		return err
	}
	if a.validator != nil {
		_ = a.validator.Close()
	}
	a.validator = v
	rule := b2chttp.New(guard.New(v, nil), nil).Require(validator.Scope("tasks.read"))
	mux := http.NewServeMux()
	mux.Handle("GET /tasks", rule(http.HandlerFunc(a.list)))
	mux.Handle("POST /tasks/{task}", rule(http.HandlerFunc(a.add)))
	a.deployed.Store(new(http.Handler(mux)))
	return nil
}

func (a *api) close() {
	_ = a.server.Close()
	a.client.CloseIdleConnections()
	if a.validator != nil {
		_ = a.validator.Close()
	}
}

// count is the metric of who still uses B2C. Of package b2cotel it is
// b2ckit.tokens.accepted, by b2ckit.product.
func (a *api) count(_ context.Context, done validator.Validation) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if done.Err != nil {
		a.why = done.Err.Reason
		return
	}
	a.used[done.Authority.Kind()]++
}

// usedSince returns how many tokens of each product came since it was asked last.
func (a *api) usedSince() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	b2c, next := a.used[authority.AzureADB2C], a.used[authority.EntraExternalID]
	clear(a.used)
	return fmt.Sprintf("B2C %d, External ID %d", b2c, next)
}

func (a *api) list(w http.ResponseWriter, r *http.Request) { a.withTasks(w, r, nil) }

func (a *api) add(w http.ResponseWriter, r *http.Request) {
	a.withTasks(w, r, []string{r.PathValue("task")})
}

// withTasks adds tasks to those of the token's user, and writes them all.
func (a *api) withTasks(w http.ResponseWriter, r *http.Request, more []string) {
	token, _ := guard.FromContext(r.Context())
	user, err := token.UserID()
	if err != nil { // the client didn't ask for the scope profile, say
		http.Error(w, "the token does not say whose it is", http.StatusForbidden)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tasks[user] = append(a.tasks[user], more...)
	fmt.Fprint(w, strings.Join(a.tasks[user], ", "))
}

// tasksOf calls the API with a token, and returns what it answers.
func (a *api) tasksOf(ctx context.Context, token string) string {
	return a.call(ctx, http.MethodGet, "/tasks", token)
}

// write has the API add a task.
func (a *api) write(ctx context.Context, token, task string) string {
	return a.call(ctx, http.MethodPost, "/tasks/"+task, token)
}

func (a *api) call(ctx context.Context, method, path, token string) string {
	r, err := http.NewRequestWithContext(ctx, method, a.url+path, http.NoBody)
	if err != nil {
		return err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := a.client.Do(r)
	if err != nil {
		return "no answer"
	}
	body, err := io.ReadAll(resp.Body)
	switch {
	case errors.Join(err, resp.Body.Close()) != nil:
		return "half an answer"
	case resp.StatusCode != http.StatusOK:
		a.mu.Lock()
		defer a.mu.Unlock()
		return fmt.Sprintf("%d, %s", resp.StatusCode, a.why) // the reason is the operator's alone
	case len(body) == 0:
		return "no tasks"
	}
	return string(body)
}
