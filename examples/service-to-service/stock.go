// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"

	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// stock is called by the orders service alone.
type stock struct {
	http.Handler
	validator *validator.Validator
}

// newStock returns the service with this audience, for one client. A daemon's
// token may name no flow, so its client is listed for that.
func newStock(s settings, audience, client string) (*stock, error) {
	v, err := validator.New(s.tenant.Flows("B2C_1_susi"), audience, &validator.Options{
		Clients:          []string{client},
		AllowMissingFlow: []string{client},
		Transport:        s.transport,
	})
	if err != nil {
		return nil, err
	}
	api := b2chttp.New(guard.New(v, nil), nil)
	mux := http.NewServeMux()
	// B2C puts a daemon's app roles into scp.
	mux.Handle("GET /items", api.Require(validator.Scope("stock.read"))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "3 bolts, 5 nuts")
	})))
	return &stock{mux, v}, nil
}

func (s *stock) Close() error { return s.validator.Close() }
