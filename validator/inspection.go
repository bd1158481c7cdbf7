// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator

import (
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
)

// Inspection is what a token says of itself. Nothing of it is verified: it is for people
// who look for a mistake, and never for a decision. Whoever made the token chose the
// texts, so escape them before they are shown. It holds no signature.
type Inspection struct {
	// Hint tells what it is instead of an access token, "" if it looks like one.
	Hint Hint
	// Product tells whose it seems to be, "" if nothing tells.
	Product Product
	// Readable reports whether there were claims to read.
	Readable bool

	// Algorithm, KeyID and Type are alg, kid and typ of the header.
	Algorithm, KeyID, Type string

	// The claims iss, tfp or else acr, aud, azp, scp and roles.
	Issuer, Flow, ClientID  string
	Audience, Scopes, Roles []string
	// The claims iat, nbf, exp and auth_time; zero where it has none.
	IssuedAt, NotBefore, ExpiresAt, AuthTime time.Time

	claims payload
}

// Inspect reads a token of whatever kind and verifies nothing. What is around it (white
// space, quotes, the word Bearer, a header line, a token response) is a Hint, and then
// nothing else is read.
func Inspect(raw string) *Inspection {
	i := new(Inspection)
	if len(raw) > maxMaxTokenBytes {
		return i
	}
	if i.Hint, _ = pasted(raw); i.Hint != "" {
		return i
	}
	parts := strings.Split(raw, ".")
	switch {
	case len(parts) == 1:
		i.Hint = HintOpaque
		return i
	case len(parts) == 5:
		i.Hint = HintEncrypted
	case len(parts) < 3:
		i.Hint = HintTruncated
	}
	graph := i.readHeader(parts[0])
	if i.Hint == HintEncrypted {
		return i
	}
	i.readClaims(parts[1])
	i.Product = productOf(i.Issuer, i.Audience)
	if graph {
		i.Product = ProductGraph
	}
	if i.Readable && i.Hint == "" {
		i.Hint = i.kind()
	}
	return i
}

// readHeader reads what can be read, and reports whether the header has the mark of
// Graph's tokens.
func (i *Inspection) readHeader(part string) (graph bool) {
	text, _ := strictBase64.DecodeString(part)
	_ = strictjson.Object(string(text), func(name string, v strictjson.Value) error {
		switch name {
		case "alg":
			i.Algorithm, _ = v.String()
		case "kid":
			i.KeyID, _ = v.String()
		case "typ":
			i.Type, _ = v.String()
		case "nonce":
			graph = true
		}
		return nil
	})
	return graph
}

func (i *Inspection) readClaims(part string) {
	text, err := strictBase64.DecodeString(part)
	if err != nil {
		return
	}
	var c claims
	if err := c.parse(string(text), false, guess(payload(text))); err != nil && strictjson.Object(string(text), passOver) != nil {
		return // it is no JSON object
	}
	i.Readable, i.claims = true, c.payload
	i.Issuer, i.Flow, i.ClientID = c.issuer, c.flow, c.clientID
	i.Audience, i.Scopes, i.Roles = c.audience, c.scopes, c.roles
	i.IssuedAt, i.NotBefore, i.ExpiresAt, i.AuthTime = c.iat, c.nbf, c.exp, c.authTime
}

func passOver(string, strictjson.Value) error { return nil }

// kind guesses what is no access token, by the claims that all of those have.
func (i *Inspection) kind() Hint {
	switch {
	case len(i.Scopes) > 0 || len(i.Roles) > 0 && i.ClientID != "":
		return ""
	case i.ClientID != "":
		return HintNoScope
	}
	return HintIDToken
}

// Claims decodes all claims into v, as [Token.Claims] does. They are not verified.
func (i *Inspection) Claims(v any) error { return i.claims.decode(v) }

// LogValue gives logs what it looks like and whose it seems to be, and none of its
// claims about a user.
func (i Inspection) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("hint", string(i.Hint)), slog.String("product", string(i.Product)),
		slog.String("issuer", foreign.Text(i.Issuer)), slog.String("flow", foreign.Text(i.Flow)), slog.String("client", foreign.Text(i.ClientID)))
}

// String returns what [Inspection.LogValue] tells, so that printing it shows nobody's
// name or address.
func (i Inspection) String() string {
	return fmt.Sprintf("unverified token of client %s, flow %s, issuer %s", foreign.Name(i.ClientID), foreign.Name(i.Flow), foreign.Name(i.Issuer))
}

// GoString is String.
func (i Inspection) GoString() string { return i.String() }

// guess goes by the issuer: of whom nothing is known is taken for B2C.
func guess(p payload) authority.Kind {
	iss, _ := p.claim("iss")
	issuer, _ := iss.String()
	switch productOf(issuer, nil) {
	case ProductExternalID:
		return authority.EntraExternalID
	case ProductEntraV1, ProductEntraV2:
		return authority.EntraID
	default:
		return authority.AzureADB2C
	}
}
