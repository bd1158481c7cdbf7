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
