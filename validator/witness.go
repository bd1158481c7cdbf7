// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
	"github.com/b2ckit/b2ckit/jwks"
)

// witness tells what was found by checks that passed. It decides nothing.
type witness struct {
	by     *terms
	key    *jwks.Key // nil if there is none
	anchor *anchor   // nil if there is none
	token  *signedToken
	claims *claims
}

// found tells in a line what there is about a check that passed.
func (w *witness) found(name CheckName) string {
	c := w.claims
	switch name {
	case CheckForm:
		return "three parts of base64url, and a header of JSON"
	case CheckHeader:
		return "alg " + string(w.token.header.alg) + ", kid " + foreign.Name(w.token.header.kid)
	case CheckKey:
		return w.publishers()
	case CheckSignature:
		return fmt.Sprintf("verified with a key of %d bits", w.key.Bits())
	case CheckClaims:
		return fmt.Sprintf("%d claims, of the right types", w.count())
	case CheckIssuer:
		return foreign.Name(c.issuer)
	case CheckAudience:
		return foreign.Name(strings.Join(c.audience, " "))
	case CheckTime:
		return w.times()
	case CheckKind:
		return w.kind()
	case CheckFlow:
		return w.flow()
	case CheckClient:
		if c.clientID == "" {
			return "the token names none"
		}
		return foreign.Name(c.clientID)
	case CheckAuthority:
		return w.anchor.authority.String()
	case CheckRequirement: // has words of its own
	}
	return ""
}

// publishers tells who has published a key of the token's key id.
func (w *witness) publishers() string {
	var names []string
	for _, a := range w.by.trust.anchors {
		set := a.source.Current()
		if set == nil {
			continue
		}
		if k, ok := set.Key(w.token.header.kid); ok && (w.key == nil || k.SameAs(w.key)) {
			names = append(names, a.authority.String())
		}
	}
	switch n := len(names); n {
	case 0: // it has gone meanwhile
		return "it has been found"
	case 1:
		return "published by " + names[0]
	default:
		return fmt.Sprintf("published by %s and %d more", names[0], n-1)
	}
}

func (w *witness) count() (n int) {
	_ = strictjson.Object(w.token.payload, func(string, strictjson.Value) error { n++; return nil })
	return n
}

func (w *witness) times() string {
	now, c := w.by.rules.clock.now(), w.claims
	left := c.exp.Sub(now).Round(time.Second)
	text := fmt.Sprintf("good for %v, until %s", left, c.exp.UTC().Format(time.RFC3339))
	if left < 0 {
		text = fmt.Sprintf("expired %v ago, which the leeway of %v allows", -left, w.by.rules.clock.leeway)
	}
	if !c.iat.IsZero() {
		text += fmt.Sprintf("; issued %v ago", now.Sub(c.iat).Round(time.Second))
	}
	return text
}

func (w *witness) kind() string {
	if !w.by.rules.access {
		return "an ID token"
	}
	switch {
	case len(w.claims.scopes) == 0 && w.claims.more != nil && w.claims.more.isAccess:
		return "an access token, by its typ"
	case len(w.claims.scopes) == 0 && len(w.claims.roles) == 0:
		return "an access token of an app, without roles, which " + w.by.rules.names.missingRoles + " allows this client"
	case len(w.claims.scopes) == 0:
		return "an access token of an app, with roles " + foreign.Name(strings.Join(w.claims.roles, " "))
	}
	return "an access token, with scp " + foreign.Name(strings.Join(w.claims.scopes, " "))
}

func (w *witness) flow() string {
	c := w.claims
	switch {
	case c.flow != "":
		return foreign.Name(c.flow)
	case w.by.rules.mayMissFlow(c.clientID):
		return "none is named, which " + w.by.rules.names.missingFlow + " allows this client"
	case w.anchor != nil && w.anchor.authority.Kind() != authority.AzureADB2C:
		return nameOf(w.anchor.authority.Kind()) + " names none"
	}
	return "none is named"
}
