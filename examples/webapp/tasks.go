// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// task is what the API serves and the app shows.
type task struct {
	Title string `json:"title"`
	Done  bool   `json:"done"`
}

// tasksAPI is a protected API. It knows nothing of sessions and cookies.
type tasksAPI struct {
	http.Handler
	validator *validator.Validator
}

// newTasksAPI trusts the sign-in flow: a token of the flow for editing the profile
// opens nothing here.
func newTasksAPI(c *config) (*tasksAPI, error) {
	g, v, err := c.b2c.Guard(nil, nil)
	if err != nil {
		return nil, err
	}
	api := b2chttp.New(g, nil)
	mux := http.NewServeMux()
	mux.Handle("GET /tasks", api.Require(validator.Scope(tasksScope))(http.HandlerFunc(listTasks)))
	return &tasksAPI{mux, v}, nil
}

func (a *tasksAPI) Close() error { return a.validator.Close() }

func listTasks(w http.ResponseWriter, r *http.Request) {
	token, _ := guard.FromContext(r.Context())
	if _, err := token.UserID(); err != nil { // the key to the user's rows, in a real one
		http.Error(w, "the token names no user", http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode([]task{
		{"Sign " + token.Name + " in", true},
		{"Send the access token to the API", true},
		{"Put your own app here", false},
	})
}

// errRefused is that the API answered 401: the token was not good enough, and
// package acquire had no better one.
var errRefused = errors.New("the API refused the token")

// fetchTasks calls the API as the user. The access token is got, renewed and
// sent along by the transport, to that origin alone; browsers never see it.
func fetchTasks(ctx context.Context, user *acquire.User, apiURL, scope string) ([]task, error) {
	tr, err := user.Transport(apiURL, scope)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, apiURL+"/tasks", nil)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Transport: tr, Timeout: 10 * time.Second}).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		var tasks []task
		err = json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&tasks)
		return tasks, err
	case http.StatusUnauthorized:
		return nil, errRefused
	default:
		return nil, fmt.Errorf("the API answered %s", resp.Status)
	}
}
