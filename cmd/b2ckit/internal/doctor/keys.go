// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/cmd/b2ckit/internal/doctor/report"
	"github.com/b2ckit/b2ckit/internal/foreign"
	"github.com/b2ckit/b2ckit/internal/strictjson"
	"github.com/b2ckit/b2ckit/jwks"
)

// sharedKey is the id of the key that the user flows of all B2C tenants sign with:
// its RFC 7638 thumbprint.
const sharedKey = "X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk"

func (c *examination) checkKeys() report.Finding {
	f := report.Finding{Check: report.Keys, State: report.OK}
	if c.keys.Status != 0 {
		f.Facts = []report.Fact{{Name: "keys_ms", Value: report.Milliseconds(c.keys.Took)}}
		f.Facts = appendHeader(f.Facts, "keys_caching", c.keys.Header.Get("Cache-Control"))
	}
	switch {
	case c.set == nil && c.failed != nil && !c.ofMetadata():
		f.State, f.Found, f.Do = report.Fail, problem(c.failed), c.advice(c.failed)
		f.Facts = appendRetryAfter(f.Facts, c.failed)
		if c.keys.Status == 200 {
			f.Do = c.adviceKeys()
		}
		return f
	case c.set == nil:
		f.State, f.Found = report.Skipped, "there is no good metadata"
		return f
	}
	f.Found = plural(len(c.set.KeyIDs()), "usable key")
	activations := readActivations(c.keys.Body)
	var keys []string
	for _, id := range c.set.KeyIDs() {
		key, _ := c.set.Key(id)
		keys = append(keys, describe(key, activations[id]))
	}
	f.Facts = append(f.Facts, report.Fact{Name: "keys", Value: keys})
	if c.foreignKeys(&f) {
		return f
	}
	if ignored := c.set.Ignored(); len(ignored) > 0 {
		f.State, f.Do = report.Warn, c.adviceKeys()
		f.Found += fmt.Sprintf(", and %d published that no token is accepted by", len(ignored))
		var odd []string
		for _, k := range ignored {
			odd = append(odd, foreign.Name(k.ID)+" "+k.Reason)
		}
		f.Facts = append(f.Facts, report.Fact{Name: "keys_ignored", Value: odd})
	}
	return f
}

// foreignKeys reports whether each key says of itself that it is of another tenant or
// host, as in a set of login.microsoftonline.com for a tenant of External ID: no token
// is accepted by such a key.
func (c *examination) foreignKeys(f *report.Finding) bool {
	var issuers []string
	for _, id := range c.set.KeyIDs() {
		key, _ := c.set.Key(id)
		issuer := key.Issuer()
		for _, of := range c.authority.TokenIssuers() {
			if issuer == "" || c.authority.KeyIssuerFits(issuer, of) {
				return false
			}
		}
		if shown := foreign.Text(issuer); !slices.Contains(issuers, shown) {
			issuers = append(issuers, shown)
		}
	}
	if len(issuers) == 0 {
		return false
	}
	f.State = report.Fail
	f.Found = "the keys say that they are another issuer's: " + strings.Join(issuers, " ")
	f.Do = "find out what answers in between: this key set is not this tenant's, and tokens signed with these keys are refused"
	return true
}

// adviceKeys says where keys come from.
func (c *examination) adviceKeys() string {
	if kind := c.authority.Kind(); kind != authority.AzureADB2C {
		return kind.String() + " signs with keys of its own: if these are not, something in between has changed them"
	}
	if c.authority.IsCustomPolicy() {
		return "look at the policy's key container (Identity Experience Framework, Policy keys): it wants RSA keys of 2048 bits for signatures"
	}
	return "user flows sign with keys of B2C's own: if these are not, something in between has changed them"
}

// describe tells what is known of a key.
func describe(key *jwks.Key, active time.Time) string {
	text := fmt.Sprintf("%s %d bits", foreign.Name(key.ID()), key.Bits())
	if !active.IsZero() {
		text += ", active since " + active.UTC().Format(time.DateOnly)
	}
	if public, ok := key.Public().(*rsa.PublicKey); ok && key.ID() == sharedKey && thumbprint(public) == sharedKey {
		text += ", the one that all tenants' user flows share"
	}
	return text
}

// thumbprint is that of RFC 7638.
func thumbprint(key *rsa.PublicKey) string {
	b64 := base64.RawURLEncoding.EncodeToString
	sum := sha256.Sum256([]byte(`{"e":"` + b64(big.NewInt(int64(key.E)).Bytes()) + `","kty":"RSA","n":"` + b64(key.N.Bytes()) + `"}`))
	return b64(sum[:])
}

// readActivations returns the nbf of each key of a set that has one. The kit goes by
// none of them.
func readActivations(body string) map[string]time.Time {
	all := map[string]time.Time{}
	members, err := strictjson.Members(body, "keys")
	if err != nil {
		return all
	}
	keys, _ := members[0].Elements()
	for _, key := range keys {
		values, err := strictjson.Members(string(key), "kid", "nbf")
		if err != nil {
			continue
		}
		id, _ := values[0].String()
		if seconds, ok := values[1].Number(); ok && seconds > 0 && seconds < 1<<40 {
			all[id] = time.Unix(int64(seconds), 0)
		}
	}
	return all
}
