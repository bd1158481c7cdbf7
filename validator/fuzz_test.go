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
		if parseErr != nil && len(payload)%4 != 0 {
			return
		}
		token, err := v.Validate(t.Context(), signToken(key, header, payload))
		if err != nil {
			checkErrorText(t, "refusal", err)
			return
		}
		if parseErr != nil {
			t.Fatalf("accepted, though the claims don't parse: %v", parseErr)
		}
		var c struct {
			Iss, Scp, Tfp string
			Exp, Nbf, Iat float64
			Aud, Acr      any
		}
		if err := json.Unmarshal([]byte(payload), &c); err != nil {
			t.Fatalf("accepted, but encoding/json fails: %v", err)
		}
		now := float64(corpusNow)
		flow := strings.ToLower(c.Tfp)
		if !strings.Contains(payload, "tfp") && !strings.Contains(payload, `\u`) {
			acr, _ := c.Acr.(string)
			flow = strings.ToLower(acr)
		}
		// encoding/json folds names, so a claim in other case may have
		// overwritten these: look only where no such name can be.
		if lower := strings.ToLower(payload); lower == payload || !folded(payload) {
			if c.Iss != contosoIssuer || c.Exp+60 <= now || c.Nbf-60 > now || c.Iat-60 > now || strings.Trim(c.Scp, " ") == "" || flow != "b2c_1_susi" {
				t.Fatalf("accepted: %s", payload)
			}
		}
		if token.Issuer != contosoIssuer || len(token.Scopes) == 0 || token.Flow != "B2C_1_susi" || !token.ExpiresAt.Add(time.Minute).After(time.Unix(corpusNow, 0)) {
			t.Fatalf("got %+v", token)
		}
		_, _ = token.UserID()
		// Not into any: a claim nobody reads may be a number beyond float64.
		if err := token.Claims(&map[string]json.RawMessage{}); err != nil {
			t.Fatalf("the accepted claims don't decode: %v", err)
		}
	})
}

// folded tells whether a top-level name is one of the claims in other case.
func folded(payload string) bool {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(payload), &all) != nil {
		return true
	}
	for name := range all {
		for _, claim := range []string{"iss", "scp", "tfp", "acr", "exp", "nbf", "iat", "aud"} {
			if name != claim && strings.EqualFold(name, claim) {
				return true
			}
		}
	}
	return false
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
		if _, err := v.Validate(t.Context(), signToken(key, header, payload)); err != nil {
			t.Fatalf("%q: %v", header, err)
		}
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
