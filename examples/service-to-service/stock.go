// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"

	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

// stock is called by the orders service alone.
type stock struct {
	http.Handler
	validator *validator.Validator
}

// newStock returns the service, for one client. A daemon's
// token may name no flow, so its client is listed for that.
func newStock(s *settings.Settings, client string, transport http.RoundTripper) (*stock, error) {
	g, v, err := s.Guard(nil, &validator.Options{
		Clients:          []string{client},
		AllowMissingFlow: []string{client},
		Transport:        transport,
	})
	if err != nil {
		return nil, err
	}
	api := b2chttp.New(g, nil)
	mux := http.NewServeMux()
	// B2C puts a daemon's app roles into scp.
	mux.Handle("GET /items", api.Require(validator.Scope("stock.read"))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "3 bolts, 5 nuts")
	})))
	return &stock{mux, v}, nil
}

func (s *stock) Close() error { return s.validator.Close() }
