// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"crypto/rsa"
	"slices"

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

	// Tenant is another emulated tenant, a [*Tenant], whose keys are the issuer's as
	// they are when a token comes. The Issuer is still to be given.
	Tenant interface {
		signed(token *jws.Token) bool
	} `json:"-"`
}

// withDefaults returns a copy with the defaults filled in.
func (f FederatedCredential) withDefaults() FederatedCredential {
	if f.Audience == "" {
		f.Audience = AzureADTokenExchange
	}
	f.Keys = append([]*rsa.PublicKey(nil), f.Keys...)
	return f
}

// signed reports whether the issuer signed a token.
func (f *FederatedCredential) signed(token *jws.Token) bool {
	if slices.ContainsFunc(f.Keys, func(key *rsa.PublicKey) bool { return token.SignedBy(key, jws.RS256) }) {
		return true
	}
	return f.Tenant != nil && f.Tenant.signed(token)
}
