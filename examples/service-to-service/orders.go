// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/b2ckit/b2ckit/acquire"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/settings"
	"github.com/b2ckit/b2ckit/validator"
)

// orders is called by users, and calls the stock service as itself.
type orders struct {
	http.Handler
	validator *validator.Validator
	app       *acquire.App
	client    *http.Client
	stockURL  string
}

func newOrders(s *settings.Settings, stockURL string, transport http.RoundTripper) (o *orders, err error) {
	o = &orders{stockURL: stockURL}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.Close())
		}
	}()
	// The front door: users' tokens for this API.
	g, v, err := s.Guard(nil, &validator.Options{Transport: transport})
	if err != nil {
		return o, err
	}
	o.validator = v
	// The way out: tokens of this service for the stock API.
	if o.app, err = s.App(&acquire.Options{Transport: transport}); err != nil {
		return o, err
	}
	tr, err := o.app.Transport(stockURL, "https://contoso.onmicrosoft.com/stock/.default")
	if err != nil {
		return o, err
	}
	o.client = &http.Client{Transport: tr, Timeout: 10 * time.Second}

	api := b2chttp.New(g, nil)
	mux := http.NewServeMux()
	mux.Handle("GET /orders", api.Require(validator.Scope("orders.read"))(http.HandlerFunc(o.list)))
	o.Handler = mux
	return o, nil
}

func (o *orders) list(w http.ResponseWriter, r *http.Request) {
	items, err := o.items(r)
	if err != nil {
		slog.Error("asking the stock service failed", "error", err)
		http.Error(w, "the stock is not known at the moment", http.StatusBadGateway)
		return
	}
	token, _ := guard.FromContext(r.Context())
	fmt.Fprintf(w, "%s may order from: %s", token.Name, items)
}

// items asks the stock service; the token goes along by itself.
func (o *orders) items(r *http.Request) (string, error) {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, o.stockURL+"/items", nil)
	if err != nil {
		return "", err
	}
	resp, err := o.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the stock service answered %s", resp.Status)
	}
	return string(body), err
}

func (o *orders) Close() error {
	var errs []error
	if o.validator != nil {
		errs = append(errs, o.validator.Close())
	}
	if o.app != nil {
		errs = append(errs, o.app.Close())
	}
	return errors.Join(errs...)
}
