// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package soak_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// credential is what a request carries, with what is true of it.
type credential struct {
	kind string // for the summary

	header []string // Authorization, as often as it is sent
	form   form
	forged bool // the signature is not that of the key it names

	// What stands in the token; read here, without the kit.
	raw      string
	kid      string
	flow     string // folded; empty if it names none
	issuer   string
	audience string
	client   string
	user     string
	scopes   []string
	begins   time.Time
	expires  time.Time
	issued   time.Time
}

// form is what a request looks like before anybody reads the token.
type form int

const (
	isToken form = iota
	isNone
	isTwice
	isNoToken68
	isMalformed
)

// read makes a credential of a token.
func read(kind, raw string, forged bool) (*credential, error) {
	c := &credential{kind: kind, raw: raw, header: []string{"Bearer " + raw}, forged: forged}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("a token of %d parts", len(parts))
	}
	var header struct{ Kid string }
	var claims struct {
		Iss, Aud, Azp, Sub, Oid, Scp, Tfp, Acr string
		Exp, Nbf, Iat                          int64
	}
	for i, v := range []any{&header, &claims} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(data, v); err != nil {
			return nil, err
		}
	}
	c.kid, c.issuer, c.audience, c.client = header.Kid, claims.Iss, claims.Aud, claims.Azp
	c.flow, c.user = fold(claims.Tfp), claims.Oid
	if c.flow == "" {
		c.flow = fold(claims.Acr)
	}
	if c.user == "" {
		c.user = claims.Sub
	}
	c.scopes = strings.Fields(claims.Scp)
	c.begins, c.issued, c.expires = time.Unix(claims.Nbf, 0), time.Unix(claims.Iat, 0), time.Unix(claims.Exp, 0)
	return c, nil
}

// String tells what the credential is, and shows none of it.
func (c *credential) String() string {
	if c.form != isToken {
		return c.kind
	}
	return fmt.Sprintf("%s of flow %q, key %.6s…, from %s to %s", c.kind, c.flow, c.kid, c.begins.UTC().Format("15:04:05"), c.expires.UTC().Format("15:04:05"))
}
