// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package oracle_test

import (
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/authority"
	"github.com/b2ckit/b2ckit/interop/hostile"
	"github.com/b2ckit/b2ckit/interop/oracle"
	"github.com/b2ckit/b2ckit/jwks"
)

// Whom the worlds are made of. The last tenant is never trusted.
var tenants = []struct{ name, id string }{
	{"contoso", "775527ff-9a37-4307-8b3d-cc311f58d925"},
	{"fabrikam", "99999999-9999-4999-8999-999999999999"},
	{"woodgrove", "12345678-90ab-4cde-8f01-234567890abc"},
	{"stranger", "66666666-6666-4666-8666-666666666666"},
}

var (
	flows     = []string{"B2C_1_susi", "B2C_1_reset", "B2C_1A_partner", "B2C_1_edit"}
	audiences = []string{"90c0fe63-bcf2-44d5-8fb7-b8bbc0b29dc6", "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"}
	clients   = []string{"c1c1c1c1-c1c1-4c1c-8c1c-c1c1c1c1c1c1", "c2c2c2c2-c2c2-4c2c-8c2c-c2c2c2c2c2c2", "c3c3c3c3-c3c3-4c3c-8c3c-c3c3c3c3c3c3"}
	// kids are few, so that sets share them with other material.
	kids = []string{"shared", "k1", "k2", "Shared"}
)

// material is the i-th key. The first is the one that all user flows share; the
// last signs nothing good: it has 1024 bits.
func material(i int) *rsa.PrivateKey {
	if i == 4 {
		return hostile.Key("weak", 1024)
	}
	return hostile.Key(fmt.Sprint("material", i), 2048)
}

// published is a key that an authority publishes in good form.
type published struct {
	kid string
	key *rsa.PrivateKey
}

// trusted is one authority, told to both sides, and what may sign for it.
type trusted struct {
	oracle oracle.Authority
	kit    authority.Authority
	good   []published
	text   string // of the authority, for whoever reads a difference
}

// world is whom both sides trust.
type world struct {
	all    []trusted
	oracle *oracle.Oracle
}

func (w *world) String() string {
	var b strings.Builder
	for _, a := range w.all {
		keys := regexp.MustCompile(`("n":"\w{6})[^"]*`).ReplaceAll(a.oracle.KeySet, []byte("$1"))
		fmt.Fprintf(&b, "  %s issuer %s audiences %v keys %s\n", a.text, a.oracle.Issuer, a.oracle.Audiences, keys)
	}
	return b.String()
}

func newWorld(t testing.TB, r *rand.Rand) *world {
	t.Helper()
	w := &world{}
	for i, tenant := range tenants[:3] {
		if i > 0 && r.IntN(2) == 0 {
			continue
		}
		auds := audiences[i : i+1]
		if r.IntN(3) == 0 {
			auds = append([]string{audiences[r.IntN(3)]}, auds...)
			if auds[0] == auds[1] {
				auds = auds[1:]
			}
		}
		if i == 2 {
			w.all = append(w.all, external(t, r, tenant.name, tenant.id, auds))
			continue
		}
		b2c, err := authority.B2C(tenant.name, tenant.id)
		if err != nil {
			t.Fatal(err)
		}
		for _, flow := range flows[:1+r.IntN(3)] {
			a := b2c.Flow(flow).WithAudiences(auds...)
			issuer := "https://" + tenant.name + ".b2clogin.com/" + tenant.id + "/v2.0/"
			if r.IntN(3) == 0 {
				issuer = "https://" + tenant.name + ".b2clogin.com/tfp/" + tenant.id + "/" + caseOf(r, flow) + "/v2.0/"
			}
			document, good := keySet(r, issuer)
			w.all = append(w.all, trusted{oracle.Authority{Issuer: issuer, Flow: flow, Audiences: auds, KeySet: document}, a, good, flow})
		}
	}
	var told []oracle.Authority
	for _, a := range w.all {
		told = append(told, a.oracle)
	}
	var err error
	if w.oracle, err = oracle.New(told); err != nil {
		t.Fatal(err)
	}
	return w
}

func external(t testing.TB, r *rand.Rand, name, id string, auds []string) trusted {
	t.Helper()
	a, err := authority.ExternalID(name, id)
	if err != nil {
		t.Fatal(err)
	}
	issuer := "https://" + id + ".ciamlogin.com/" + id + "/v2.0"
	document, good := keySetOf(r, func(jwk hostile.Object) hostile.Object {
		const other = "12345678-90ab-4cde-8f01-234567890abd"
		own := []string{issuer, "https://login.microsoftonline.com/{tenantid}/v2.0", "https://login.microsoftonline.com/" + id + "/v2.0", "https://" + other + ".ciamlogin.com/" + other + "/v2.0", ""}
		switch r.IntN(8) {
		case 0:
			return jwk.With("issuer", `["x"]`)
		case 1, 2, 3:
			return jwk
		}
		return jwk.With("issuer", hostile.Quote(own[r.IntN(len(own))]))
	})
	return trusted{oracle.Authority{External: true, Issuer: issuer, Audiences: auds, KeySet: document}, a.WithAudiences(auds...), good, "External ID"}
}

// sources are the authorities as the kit wants them.
func (w *world) sources(t testing.TB) (all []jwks.Source) {
	t.Helper()
	for _, a := range w.all {
		s, err := jwks.NewStatic(a.kit, a.oracle.Issuer, a.oracle.KeySet)
		if err != nil {
			t.Fatalf("the kit refuses the keys of\n%v%v", w, err)
		}
		all = append(all, s)
	}
	return all
}

// oddities are what a published key may have that costs it its use, or does not.
var oddities = []func(r *rand.Rand, k hostile.Object) hostile.Object{
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("alg", `"RS256"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("alg", `"RS512"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("alg", `"rs256"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("alg", `"PS256"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("alg", `1`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("use", `"enc"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("use", `["sig"]`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.Without("use") },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("key_ops", `["verify"]`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("key_ops", `["sign"]`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("key_ops", `[]`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("key_ops", `"verify"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("key_ops", `["encrypt"]`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("nbf", `4102444800`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("kty", `"oct"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("kty", `"EC"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("d", `"AQAB"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("e", `"Aw"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("e", `"AQ"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("e", `"AQAA"`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("e", `"AQAB="`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.With("kid", `""`) },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.Without("kid") },
	func(_ *rand.Rand, k hostile.Object) hostile.Object { return k.Without("n") },
	func(_ *rand.Rand, k hostile.Object) hostile.Object {
		return k.With("x5c", `["MIIB"]`).With("x5t", `"AAAA"`)
	},
	func(r *rand.Rand, k hostile.Object) hostile.Object { // an even modulus
		n := new(big.Int).Sub(material(r.IntN(4)).N, big.NewInt(1))
		return k.With("n", hostile.Quote(base64.RawURLEncoding.EncodeToString(n.Bytes())))
	},
}

// keySet makes a JWK set: a good key, and more of any kind.
func keySet(r *rand.Rand, _ string) (document []byte, good []published) {
	return keySetOf(r, func(jwk hostile.Object) hostile.Object { return jwk })
}

// keySetOf makes one whose keys, but the first, are changed.
func keySetOf(r *rand.Rand, change func(hostile.Object) hostile.Object) (document []byte, good []published) {
	var all []string
	add := func(kid string, key *rsa.PrivateKey, odd bool) {
		jwk := hostile.JWK(&key.PublicKey, kid)
		if odd {
			jwk = oddities[r.IntN(len(oddities))](r, jwk)
		}
		if len(all) > 0 {
			jwk = change(jwk)
		}
		all = append(all, jwk.String())
		good = append(good, published{kid, key})
	}
	// One that nothing clashes with, so that the set has a key.
	add(fmt.Sprint("own", r.IntN(2)), material(r.IntN(4)), false)
	for range r.IntN(5) {
		add(kids[r.IntN(len(kids))], material(r.IntN(5)), r.IntN(2) == 0)
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return []byte(`{"keys":[` + strings.Join(all, ",") + "]}"), good
}

// caseOf spells a flow in one of the ways that B2C may.
func caseOf(r *rand.Rand, flow string) string {
	return []func(string) string{strings.ToLower, strings.ToUpper, strings.TrimSpace}[r.IntN(3)](flow)
}

// rules are what one application asks.
func newRules(r *rand.Rand, w *world) *oracle.Rules {
	rules := &oracle.Rules{Leeway: []time.Duration{time.Minute, time.Second, 5 * time.Minute}[r.IntN(3)], MaxBytes: []int{16 << 10, 1 << 10, 900}[max(0, r.IntN(6)-3)]}
	if r.IntN(3) == 0 {
		rules.Clients = clients[:1+r.IntN(3)]
	}
	if r.IntN(2) == 0 && !w.all[0].oracle.External {
		rules.AllowMissingFlow = clients[:1]
	}
	return rules
}
