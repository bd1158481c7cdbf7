// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package validator_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/validator"
)

// FuzzValidate: nothing panics, every refusal is a typed error with a clean
// text, and what is accepted is a text of the corpus to the byte: nobody else
// has the key. Nothing is both an access token and an ID token.
func FuzzValidate(f *testing.F) {
	signed := map[string]bool{}
	for _, v := range readCorpus(f) {
		signed[v.token] = true
		f.Add(v.token)
	}
	v := corpusValidator(f, &vector{now: corpusNow, allow: []string{webClient}})
	ids, err := validator.NewIDTokensFromSources(corpusSources(f), corpusAudience, &validator.IDTokenOptions{Now: func() time.Time { return time.Unix(corpusNow, 0) }})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		token, err := v.Validate(t.Context(), raw)
		id, idErr := ids.Validate(t.Context(), raw, validator.Expected{})
		if (id == nil) != (idErr != nil) || id != nil && (token != nil || !signed[raw]) {
			t.Fatalf("as ID token: got %v and %v; as access token %v", id, idErr, token)
		}
		if idErr != nil {
			checkErrorText(t, "refusal of an ID token", idErr)
		}
		if (token == nil) != (err != nil) {
			t.Fatalf("got %v and %v", token, err)
		}
		if err != nil {
			if e, ok := errors.AsType[*validator.Error](err); !ok || e.Reason.Kind() != validator.InvalidToken {
				t.Fatalf("got %T %v", err, err)
			}
			checkErrorText(t, "refusal", err)
			return
		}
		if !signed[raw] {
			t.Fatalf("accepted, and never signed: %q", raw)
		}
		key, partner := &keysOf(t).userFlow.PublicKey, &keysOf(t).partner.PublicKey
		if head, _ := decode(raw[:strings.IndexByte(raw, '.')]); strings.Contains(head, kidOf(partner)) {
			key = partner
		}
		reverify(t, raw, key, token)
	})
}

// FuzzClaims signs the payload: what is accepted then has, read by another
// parser, everything that law 3 asks for.
func FuzzClaims(f *testing.F) {
	for _, v := range readCorpus(f) {
		if parts := strings.Split(v.token, "."); len(parts) == 3 {
			if payload, err := decode(parts[1]); err == nil {
				f.Add(payload)
			}
		}
	}
	key := keysOf(f).userFlow
	header := headerOf(key)
	v := staticValidator(f, &validator.Options{MaxTokenBytes: 1 << 20})
	f.Fuzz(func(t *testing.T, payload string) {
		// Without RSA first, which is slow: no panic, the same verdict on form.
		parseErr := validator.ParseClaims(payload)
		if parseErr != nil && len(payload)%16 != 0 {
			return
		}
		raw := signToken(key, header, payload)
		token, err := v.Validate(t.Context(), raw)
		if err != nil {
			checkErrorText(t, "refusal", err)
			return
		}
		if parseErr != nil {
			t.Fatalf("accepted, though the claims don't parse: %v", parseErr)
		}
		c := reverify(t, raw, &key.PublicKey, token)
		now := float64(corpusNow)
		flow, isText := c.text(t, "tfp")
		if !isText {
			flow, _ = c.text(t, "acr")
		}
		iss, _ := c.text(t, "iss")
		scp, _ := c.text(t, "scp")
		if iss != contosoIssuer || c.number(t, "exp")+60 <= now || c["nbf"] != nil && c.number(t, "nbf")-60 > now || c["iat"] != nil && c.number(t, "iat")-60 > now ||
			strings.Trim(scp, " ") == "" || strings.ToLower(flow) != "b2c_1_susi" || !c.names(t, "aud", contosoAPI) {
			t.Fatalf("accepted: %s", payload)
		}
		if token.Issuer != contosoIssuer || len(token.Scopes) == 0 || token.Flow != "B2C_1_susi" || !token.ExpiresAt.Add(time.Minute).After(time.Unix(corpusNow, 0)) {
			t.Fatalf("got %+v", token)
		}
		_, _ = token.UserID()
	})
}

// FuzzHeader signs a good payload under any header: what is accepted has, read
// by another parser, the one algorithm, a known kid and nothing critical.
func FuzzHeader(f *testing.F) {
	for _, v := range readCorpus(f) {
		if head, _, ok := strings.Cut(v.token, "."); ok {
			if header, err := decode(head); err == nil {
				f.Add(header)
			}
		}
	}
	key := keysOf(f).userFlow
	payload := payloadOf()
	v := staticValidator(f, nil)
	f.Fuzz(func(t *testing.T, header string) {
		// A signature of zeros first: only what reaches the signature is worth one.
		unsigned := signWith(header, payload, func([]byte) []byte { return make([]byte, 256) })
		if _, err := v.Validate(t.Context(), unsigned); !errors.Is(err, validator.ErrSignature) {
			if err == nil {
				t.Fatalf("accepted without a signature: %q", header)
			}
			checkErrorText(t, "refusal", err)
			return
		}
		raw := signToken(key, header, payload)
		token, err := v.Validate(t.Context(), raw)
		if err != nil {
			t.Fatalf("%q: %v", header, err)
		}
		reverify(t, raw, &key.PublicKey, token)
		var all map[string]any
		if err := json.Unmarshal([]byte(header), &all); err != nil {
			t.Fatalf("%q is accepted, but encoding/json fails: %v", header, err)
		}
		_, crit := all["crit"]
		_, b64 := all["b64"]
		_, cty := all["cty"]
		if all["alg"] != "RS256" || all["kid"] != kidOf(&key.PublicKey) || crit || b64 || cty {
			t.Fatalf("accepted: %q", header)
		}
	})
}

func decode(part string) (string, error) {
	b, err := strictRaw.DecodeString(part)
	return string(b), err
}
