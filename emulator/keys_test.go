// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/emulator"
)

func TestKeySetShape(t *testing.T) {
	c := emulator.NewTenant(nil).Client()
	for _, url := range []string{keysURL, partnerKeys} {
		r := get(t, c, url)
		equal(t, "Content-Type", r.header.Get("Content-Type"), "application/json; charset=utf-8")
		equal(t, "Cache-Control", r.header.Get("Cache-Control"), "")
		equal(t, "ETag", r.header.Get("ETag"), "")
		equalList(t, "document", names(t, r.body), []string{"keys"})
		inner := strings.TrimSuffix(strings.TrimPrefix(r.body, `{"keys":[`), "]}")
		equalList(t, "members of the key", names(t, inner), []string{"kid", "nbf", "use", "kty", "e", "n"})
		k := decode[map[string]any](t, inner)
		equal(t, "use", k["use"], any("sig"))
		equal(t, "kty", k["kty"], any("RSA"))
		equal(t, "e", k["e"], any("AQAB"))
		n := k["n"].(string)
		equal(t, "length of n", len(n), 342)
		equal(t, "bits", publicKey(t, k).N.BitLen(), 2048)

		// RFC 7638 §3.1, written out.
		digest := sha256.Sum256(fmt.Appendf(nil, `{"e":"AQAB","kty":"RSA","n":"%s"}`, n))
		equal(t, "kid", k["kid"], any(base64.RawURLEncoding.EncodeToString(digest[:])))
	}
	user := decode[published](t, get(t, c, keysURL).body).Keys[0]
	equal(t, "nbf of the user-flow key", user["nbf"], any(float64(1493763266)))
}

// TestThumbprint checks the arithmetic above on B2C's real user-flow key, whose
// kid is public knowledge.
func TestThumbprint(t *testing.T) {
	const n = "tVKUtcx_n9rt5afY_2WFNvU6PlFMggCatsZ3l4RjKxH0jgdLq6CScb0P3ZGXYbPzXvmmLiWZizpb-h0qup5jznOvOr-Dhw9908584BSgC83YacjWNqEK3urxhyE2jWjwRm2N95WGgb5mzE5XmZIvkvyXnn7X8dvgFPF5QwIngGsDG8LyHuJWlaDhr_EPLMW4wHvH0zZCuRMARIJmmqiMy3VD4ftq4nS5s8vJL0pVSrkuNojtokp84AtkADCDU_BUhrc2sIgfnvZ03koCQRoZmWiHu86SuJZYkDFstVTVSR0hiXudFlfQ2rOhPlpObmku68lXw-7V-P7jwrQRFfQVXw"
	digest := sha256.Sum256([]byte(`{"e":"AQAB","kty":"RSA","n":"` + n + `"}`))
	equal(t, "kid", base64.RawURLEncoding.EncodeToString(digest[:]), "X5eXk4xyojNFum1kl2Ytv8dlNP4-c57dO6QGTVBwaNk")
}

func TestKeysWithoutActivation(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{KeysWithoutActivation: true})
	r := get(t, b2c.Client(), partnerKeys)
	inner := strings.TrimSuffix(strings.TrimPrefix(r.body, `{"keys":[`), "]}")
	equalList(t, "members of a policy's key", names(t, inner), []string{"kid", "use", "kty", "e", "n"})
	_, has := decode[published](t, get(t, b2c.Client(), keysURL).body).Keys[0]["nbf"]
	equal(t, "user-flow key has nbf", has, true)
}

// TestUserFlowsShareOneKeyAcrossTenants is B2C's trap: a signature proves
// nothing about the tenant. Custom policies have keys of their own.
func TestUserFlowsShareOneKeyAcrossTenants(t *testing.T) {
	contoso, fabrikam := emulator.NewTenant(nil), emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	if contoso.ID() == fabrikam.ID() {
		t.Fatal("tenants of different names have one GUID")
	}
	foreign := mint(t, fabrikam, emulator.Spec{})
	if verifiedBy(t, contoso.Client(), keysURL, foreign) == "" {
		t.Error("fabrikam's user-flow token doesn't verify under contoso's keys")
	}
	equalList(t, "keys of two user flows", kids(t, contoso.Client(), keysURL),
		kids(t, contoso.Client(), "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_reset/discovery/v2.0/keys"))

	partner := kids(t, contoso.Client(), partnerKeys)
	foreignPartner := kids(t, fabrikam.Client(), "https://fabrikam.b2clogin.com/fabrikam.onmicrosoft.com/B2C_1A_partner/discovery/v2.0/keys")
	user := kids(t, contoso.Client(), keysURL)
	if partner[0] == user[0] || partner[0] == foreignPartner[0] {
		t.Errorf("got user %s, partner %s, foreign partner %s; want three keys", user, partner, foreignPartner)
	}
	if verifiedBy(t, contoso.Client(), partnerKeys, mint(t, contoso, emulator.Spec{Flow: "b2c_1a_PARTNER"})) == "" {
		t.Error("a custom policy's token doesn't verify under its own keys")
	}
}

func TestPoliciesSharingAContainer(t *testing.T) {
	b2c := emulator.NewTenant(&emulator.Options{Flows: []emulator.Flow{
		{Name: "B2C_1A_one", KeyContainer: "B2C_1A_TokenSigningKeyContainer"},
		{Name: "B2C_1A_two", KeyContainer: "b2c_1a_tokensigningkeycontainer"},
		{Name: "B2C_1A_three"},
	}})
	one, two, three := b2c.CurrentKey("B2C_1A_one"), b2c.CurrentKey("B2C_1A_two"), b2c.CurrentKey("B2C_1A_three")
	equal(t, "second flow's key", two.ID(), one.ID())
	if three.ID() == one.ID() {
		t.Error("a container of its own has another's key")
	}
}

func TestRotateWithOverlap(t *testing.T) {
	now := noon
	b2c := emulator.NewTenant(&emulator.Options{Now: func() time.Time { return now }})
	old, before := kids(t, b2c.Client(), keysURL), mint(t, b2c, emulator.Spec{})

	b2c.Rotate(emulator.UserFlowKeys, true)
	both := kids(t, b2c.Client(), keysURL)
	equal(t, "keys in overlap", len(both), 2)
	equal(t, "first key", both[0], old[0])
	after := mint(t, b2c, emulator.Spec{})
	equal(t, "key of an old token", verifiedBy(t, b2c.Client(), keysURL, before), old[0])
	equal(t, "key of a new token", verifiedBy(t, b2c.Client(), keysURL, after), both[1])
	equal(t, "CurrentKey", b2c.CurrentKey("B2C_1_edit").ID(), both[1])
	fresh := decode[published](t, get(t, b2c.Client(), keysURL).body).Keys[1]
	equal(t, "nbf of the new key", fresh["nbf"], any(float64(noon.Unix())))

	b2c.Retire("")
	equalList(t, "keys after Retire", kids(t, b2c.Client(), keysURL), both[1:])
	equal(t, "key of an old token after Retire", verifiedBy(t, b2c.Client(), keysURL, before), "")
	b2c.Retire("")
	equalList(t, "keys after Retire again", kids(t, b2c.Client(), keysURL), both[1:])
}

func TestRotateWithoutOverlap(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	old, user := kids(t, b2c.Client(), partnerKeys), kids(t, b2c.Client(), keysURL)
	b2c.Rotate("B2C_1A_PARTNER", false)
	fresh := kids(t, b2c.Client(), partnerKeys)
	if len(fresh) != 1 || fresh[0] == old[0] {
		t.Errorf("got keys %q after %q, want one new key", fresh, old)
	}
	equalList(t, "user-flow keys", kids(t, b2c.Client(), keysURL), user)
	equal(t, "Keys", b2c.Keys("B2C_1A_partner")[0].ID(), fresh[0])

	b2c.Rotate("B2C_1_susi", false) // a flow's name stands for its container
	if got := kids(t, b2c.Client(), keysURL); len(got) != 1 || got[0] == user[0] {
		t.Errorf("got user-flow keys %q after %q, want one new key", got, user)
	}
}

func TestRotationIsOneTenants(t *testing.T) {
	contoso := emulator.NewTenant(nil)
	apart := emulator.NewTenant(&emulator.Options{Name: "fabrikam"})
	shared := emulator.NewTenant(&emulator.Options{Name: "tailspin", SharedKeysWith: contoso})
	start := contoso.CurrentKey("").ID()

	contoso.Rotate("", false)
	rotated := contoso.CurrentKey("").ID()
	equal(t, "unshared tenant's key", apart.CurrentKey("").ID(), start)
	equal(t, "shared tenant's key", shared.CurrentKey("").ID(), rotated)

	shared.Rotate("", true)
	equal(t, "published by contoso", len(contoso.Keys("")), 2)
	equal(t, "contoso's key", contoso.CurrentKey("").ID(), shared.CurrentKey("").ID())
	equal(t, "a new tenant's key", emulator.NewTenant(nil).CurrentKey("").ID(), start)
	if contoso.CurrentKey("B2C_1A_partner").ID() == shared.CurrentKey("B2C_1A_partner").ID() {
		t.Error("custom policies of two tenants share a key")
	}
}

func TestUnknownContainerAndFlow(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	mustPanic(t, `no key container "B2C_1A_nope"`, func() { b2c.Rotate("B2C_1A_nope", true) })
	mustPanic(t, `no key container "x"`, func() { b2c.Retire("x") })
	mustPanic(t, `no key container "x"`, func() { b2c.Keys("x") })
	mustPanic(t, `no flow "B2C_1_nope"`, func() { b2c.CurrentKey("B2C_1_nope") })
	mustPanic(t, `no flow "B2C_1_nope"`, func() { b2c.Issuer("B2C_1_nope") })
}

// TestKeyNeverPrintsItself guards against a private exponent in a test's log.
func TestKeyNeverPrintsItself(t *testing.T) {
	k := emulator.NewKey()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		equal(t, verb, fmt.Sprintf(verb, k), "emulator key "+k.ID())
	}
}

// TestConcurrency is for the race detector: every method at once, and a token
// minted during rotations with overlap always verifies.
func TestConcurrency(t *testing.T) {
	b2c := emulator.NewTenant(nil)
	c := b2c.Client()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				k := parse(t, mint(t, b2c, emulator.Spec{}))
				kid := decode[map[string]any](t, k.header)["kid"]
				found := false
				for _, key := range b2c.Keys("") {
					found = found || any(key.ID()) == kid && k.signedBy(key.Public())
				}
				equal(t, "token verifies", found, true)
				equal(t, "status", get(t, c, keysURL).status, http.StatusOK)
				b2c.Counts()
			}
		})
	}
	wg.Go(func() {
		for range 3 {
			b2c.Rotate("", true)
			b2c.Intercept(func(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) })
			b2c.Intercept(nil)
		}
	})
	wg.Wait()
	equal(t, "key fetches", b2c.Counts().Keys, 80)
}
