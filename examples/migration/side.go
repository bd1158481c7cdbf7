// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/emulator"
)

// side is one of the two between which the API moves: a tenant, what the API trusts
// of it for the client id that it has there, and the web app that signs users in.
type side struct {
	tenant  *emulator.Tenant
	trusted authority.Authority
	web     *web
}

func newSide(tenant *emulator.Tenant, trusted authority.Authority, err error) (*side, error) {
	if err != nil {
		return nil, err
	}
	w, err := newWeb(trusted, tenant)
	return &side{tenant, trusted.WithAudiences(tenant.API().ID), w}, err
}

// b2cSide is the tenant contoso with its flow for signing in.
func b2cSide(tenant *emulator.Tenant) (*side, error) {
	contoso, err := authority.B2C(tenant.Name(), tenant.ID())
	return newSide(tenant, contoso.Flow("B2C_1_susi"), err)
}

// signIn returns a token of a person for the API. Who can't sign in has one that
// opens nothing, and the step that uses it fails.
func (s *side) signIn(ctx context.Context, name, password string) string {
	token, err := s.web.signIn(ctx, name, password)
	if err != nil {
		return fmt.Sprintf("none: %v", err)
	}
	return token
}

// comesIn tells whether a person can sign in.
func (s *side) comesIn(ctx context.Context, name, password string) string {
	if _, err := s.web.signIn(ctx, name, password); err != nil {
		return "no"
	}
	return "yes"
}

// forOther returns a token of this side for the client id that the API has on the
// other one, which no real tenant would issue.
func (s *side) forOther(other *side) string {
	return s.tenant.MustMint(emulator.Spec{Audience: other.tenant.API().ID})
}

func (s *side) close() { _ = s.web.app.Close() }

// off is what a tenant is that was switched off.
func (s *side) off() error {
	return s.tenant.SetFaults(emulator.Fault{Kind: emulator.FaultDown})
}

// network takes requests to the tenant that answers at their host.
type network []*side

func (n network) RoundTrip(r *http.Request) (*http.Response, error) {
	for _, s := range n {
		if slices.Contains(s.tenant.Hosts(), r.URL.Host) {
			return s.tenant.Transport().RoundTrip(r)
		}
	}
	return nil, errors.New("no such host: " + r.URL.Host)
}
