// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rsa"
	"fmt"
	"slices"
	"strings"

	"github.com/b2ckit/b2ckit/emulator/internal/aadsts"
	"github.com/b2ckit/b2ckit/emulator/internal/failure"
	"github.com/b2ckit/b2ckit/emulator/internal/jws"
)

// AzureADTokenExchange is the audience of assertions that another issuer makes
// for an app, unless its credential says otherwise.
const AzureADTokenExchange = "api://AzureADTokenExchange"

// FederatedCredential lets an app authenticate by a token of another issuer: a
// Kubernetes cluster, a CI system, another tenant. The token's issuer, subject and
// audience must be equal to these, to the letter.
//
// The tags of its fields are their names in a configuration file and the control
// API.
type FederatedCredential struct {
	// Issuer is "iss" of the tokens, with a slash at the end if they have one.
	Issuer string `json:"issuer"`

	// Subject is "sub" of the tokens, such as
	// "system:serviceaccount:orders:orders".
	Subject string `json:"subject"`

	// Audience is in "aud" of the tokens. If empty, [AzureADTokenExchange].
	Audience string `json:"audience,omitempty"`

	// Keys are the issuer's public ones, by one of which tokens are signed, in
	// RS256. If there are none, Tenant is needed. The emulator fetches no keys.
	Keys []*rsa.PublicKey `json:"keys,omitempty"`

	// Tenant is another emulated tenant, whose keys are the issuer's as they are
	// when a token comes. The Issuer is still to be given.
	Tenant *Tenant `json:"-"`
}

// withDefaults returns a copy with the defaults filled in.
func (f FederatedCredential) withDefaults() FederatedCredential {
	if f.Audience == "" {
		f.Audience = AzureADTokenExchange
	}
	f.Keys = append([]*rsa.PublicKey(nil), f.Keys...)
	return f
}

// checkCredentials checks what an app may send in place of a secret.
func (a *App) checkCredentials(all *mistakes, field string) {
	if a.Kind != WebApp && len(a.Certificates) > 0 {
		all.add(field+".Certificates", "is set, but only a web app has some")
	}
	if a.Kind != WebApp && len(a.Federated) > 0 {
		all.add(field+".Federated", "is set, but only a web app has some")
	}
	for i, c := range a.Certificates {
		field := fmt.Sprintf("%s.Certificates[%d]", field, i)
		if c == nil {
			all.add(field, "is empty")
		} else if _, ok := c.PublicKey.(*rsa.PublicKey); !ok {
			all.add(field, "has no RSA key")
		}
	}
	for i, f := range a.Federated {
		field := fmt.Sprintf("%s.Federated[%d]", field, i)
		if f.Issuer == "" {
			all.add(field+".Issuer", "is empty")
		}
		if f.Subject == "" {
			all.add(field+".Subject", "is empty")
		}
		if len(f.Keys) == 0 && f.Tenant == nil {
			all.add(field+".Keys", "is empty, and there is no Tenant whose keys sign")
		}
	}
	for i, claim := range a.OptionalClaims {
		all.addUnnamed(fmt.Sprintf("%s.OptionalClaims[%d]", field, i), claim)
	}
	all.addUnnamed(field+".ConditionalAccess", a.ConditionalAccess)
}

// signed reports whether the issuer signed a token.
func (f *FederatedCredential) signed(token *jws.Token) bool {
	if slices.ContainsFunc(f.Keys, func(key *rsa.PublicKey) bool { return token.SignedBy(key, jws.RS256) }) {
		return true
	}
	return f.Tenant != nil && f.Tenant.keys.signed(token)
}

// signed reports whether a published key of the tenant made a token.
func (k *keys) signed(token *jws.Token) bool {
	for _, c := range k.containers {
		for _, key := range c.published() {
			if key.ID() == token.KeyID && token.SignedBy(key.Public(), jws.RS256) {
				return true
			}
		}
	}
	return false
}

// federated checks an assertion of another issuer against an app's credentials.
// What matches nothing is told from the issuer down.
func federated(app *App, token *jws.Token) *failure.Error {
	matching := app.Federated
	narrow := func(is func(FederatedCredential) bool) bool {
		var left []FederatedCredential
		for _, f := range matching {
			if is(f) {
				left = append(left, f)
			}
		}
		matching = left
		return len(left) > 0
	}
	switch {
	case !narrow(func(f FederatedCredential) bool { return f.Issuer == token.Issuer }):
		return aadsts.FederatedIssuer.With(token.Issuer)
	case !narrow(func(f FederatedCredential) bool { return slices.Contains(token.Audiences, f.Audience) }):
		return aadsts.FederatedAudience.With(strings.Join(token.Audiences, " "))
	case !narrow(func(f FederatedCredential) bool { return f.Subject == token.Subject }):
		return aadsts.FederatedSubject.With(token.Subject)
	case !narrow(func(f FederatedCredential) bool { return f.signed(token) }):
		return aadsts.AssertionSignature.With("The key was not found.")
	}
	return nil
}
