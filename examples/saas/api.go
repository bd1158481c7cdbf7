// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/guard"
	b2chttp "github.com/b2ckit/b2ckit/middleware/nethttp"
	"github.com/b2ckit/b2ckit/validator"
)

// customer is a customer with a B2C tenant of its own, in which our API is
// registered: the audience is its client id there. A real service keeps its
// customers in a database and trusts them all when it starts.
type customer struct {
	Name     string `json:"name"`
	TenantID string `json:"tenantID"`
	Audience string `json:"audience"`
	Flow     string `json:"flow"`
}

func (c customer) authority() (authority.Authority, error) {
	tenant, err := authority.B2C(c.Name, c.TenantID)
	if err != nil {
		return authority.Authority{}, err
	}
	return tenant.WithAudiences(c.Audience).Flow(c.Flow), nil
}

// service is the API and its list of customers.
type service struct{ validator *validator.Validator }

// newService starts with no customer: Updatable says that they come later.
func newService(transport http.RoundTripper) (*service, error) {
	v, err := validator.New(nil, "", &validator.Options{Updatable: true, Transport: transport})
	return &service{v}, err
}

func (s *service) Close() error { return s.validator.Close() }

// signUp trusts customers from now on, all or none of them. One that is trusted
// already is changed: its keys stay, unless it is at another place now.
func (s *service) signUp(customers ...customer) error {
	return s.validator.Update(func(t *validator.Trust) error {
		var errs []error
		for _, c := range customers {
			a, err := c.authority()
			errs = append(errs, err)
			t.Authorities = append(without(t.Authorities, a.TenantID()), a)
		}
		return errors.Join(errs...)
	})
}

// leave trusts a customer no more: when it returns its tokens are refused.
func (s *service) leave(tenantID string) error {
	return s.validator.Update(func(t *validator.Trust) error {
		t.Authorities = without(t.Authorities, tenantID)
		return nil
	})
}

func without(all []authority.Authority, tenantID string) []authority.Authority {
	return slices.DeleteFunc(all, func(a authority.Authority) bool { return a.TenantID() == tenantID })
}

// api is for customers' users.
func (s *service) api() http.Handler {
	api := b2chttp.New(guard.New(s.validator, nil), nil)
	mux := http.NewServeMux()
	mux.Handle("GET /tasks", api.Require(validator.Scope("tasks.read"))(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, _ := guard.FromContext(r.Context())
		fmt.Fprintf(w, "tasks of %s at %s\n", token.Name, token.Authority.Tenant())
	})))
	return mux
}

// admin is for us. It has an address of its own, which nobody else reaches.
func (s *service) admin() http.Handler {
	answer := func(w http.ResponseWriter, err error) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest) // all that is wrong, a line each
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /customers/{tenantID}", func(w http.ResponseWriter, r *http.Request) {
		var c customer
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4<<10)).Decode(&c); err != nil {
			answer(w, err)
			return
		}
		c.TenantID = r.PathValue("tenantID")
		answer(w, s.signUp(c))
	})
	mux.HandleFunc("DELETE /customers/{tenantID}", func(w http.ResponseWriter, r *http.Request) {
		answer(w, s.leave(r.PathValue("tenantID")))
	})
	return mux
}
