// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

// story calls the services in order and compares with what should happen.
type story struct {
	b2c           *emulator.Server
	apps          map[string]emulator.App
	orders, stock string
}

func (s *story) userToken() string {
	return s.b2c.MustMint(emulator.Spec{Audience: s.apps["orders"].ID, ClientID: s.apps["shop"].ID, Scopes: []string{"orders.read"}})
}

func (s *story) tell(ctx context.Context, out io.Writer) (failed int) {
	defer s.b2c.Intercept(nil)
	user := s.userToken()
	rows := []struct {
		what          string
		url, token    string
		before        func()
		status, posts int // posts are token requests so far
	}{
		{"nobody calls orders", s.orders + "/orders", "", nil, 401, 0},
		{"a user calls orders, which calls stock", s.orders + "/orders", user, nil, 200, 1},
		{"the user again: the token is kept", s.orders + "/orders", user, nil, 200, 1},
		{"the user calls stock directly", s.stock + "/items", user, nil, 401, 1},
		{"B2C is down; a user calls orders", s.orders + "/orders", user, s.takeDown, 200, 1},
	}
	fmt.Fprintf(out, "%-42s %6s %15s\n", "what", "status", "token requests")
	for _, row := range rows {
		if row.before != nil {
			row.before()
		}
		status, body, err := s.get(ctx, row.url, row.token)
		posts := s.b2c.Counts().Token
		verdict := body
		if status != row.status || posts != row.posts || err != nil {
			failed++
			verdict = fmt.Sprintf("want %d and %d, error %v", row.status, row.posts, err)
		}
		fmt.Fprintf(out, "%-42s %6d %15d\n", row.what, status, posts)
		if verdict != "" {
			fmt.Fprintf(out, "  %s\n", verdict)
		}
	}
	return failed
}

func (s *story) takeDown() {
	s.b2c.Intercept(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusServiceUnavailable)
	})
}

func (s *story) get(ctx context.Context, url, token string) (status int, body string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	client := &http.Client{Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		text, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(text), err
	}
	return resp.StatusCode, "", nil
}
