// SPDX-FileCopyrightText: 2026 The b2ckit authors
// SPDX-License-Identifier: Apache-2.0

package differential_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/b2ckit/b2ckit/interop/hostile"
)

var (
	seed   = flag.Uint64("seed", pageSeed, "seed of the letters that tampering takes")
	update = flag.Bool("update", false, "rewrite docs/hostile.md")
)

const (
	// pageSeed is the seed of docs/hostile.md.
	pageSeed = 12
	// fewest is how many mutations the test is worth running for.
	fewest = 20000
	// baseCount is how many good tokens they are made of.
	baseCount = 2
)

// bases are the good tokens that all others are made of: one of a user flow,
// one of a custom policy.
func bases() (all []func() *hostile.Draft, keySet string) {
	shared, own := hostile.Key("shared", 2048), hostile.Key("partner", 2048)
	claims := func(flow, value string) hostile.Object {
		return hostile.NewObject(
			"ver", `"1.0"`, "iss", hostile.Quote(issuer), "sub", `"cccccccc-cccc-cccc-cccc-cccccccccccc"`, "aud", hostile.Quote(api),
			"exp", fmt.Sprint(hostile.Now+3540), "iat", fmt.Sprint(hostile.Now-60), "nbf", fmt.Sprint(hostile.Now-60), "auth_time", fmt.Sprint(hostile.Now-60),
			"azp", `"bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb"`, "scp", `"tasks.read tasks.write"`, "oid", `"cccccccc-cccc-cccc-cccc-cccccccccccc"`,
			"name", `"Ada"`, "nonce", `"n-7f3a"`, flow, value,
		)
	}
	all = []func() *hostile.Draft{
		func() *hostile.Draft { return hostile.Good(shared, "shared", claims("tfp", `"B2C_1_susi"`)) },
		func() *hostile.Draft { return hostile.Good(own, "partner", claims("acr", `"b2c_1a_partner"`)) },
	}
	keySet = `{"keys":[` + hostile.JWK(&shared.PublicKey, "shared").String() + "," + hostile.JWK(&own.PublicKey, "partner").String() + "]}"
	return all, keySet
}

// TestDifferential: what the kit accepts and all others refuse, and what it
// refuses and another accepts, is of a class that has a name and a rule.
func TestDifferential(t *testing.T) {
	begin := time.Now()
	t.Logf("seed %d", *seed)
	drafts, keySet := bases()
	ours, peers := judges(t, keySet)
	r := &report{ours: ours, peers: peers, refused: map[string]*row{}, accepted: map[string]*row{}}
	for _, draft := range drafts {
		good := draft().Token()
		for _, j := range append(peers, ours) {
			if err := j.accept(good); err != nil {
				t.Fatalf("%s refuses the good token: %v", j.name, err)
			}
		}
		for _, e := range hostile.Edits() {
			d := draft()
			e.Do(d)
			r.add(e.Class, e.Name, d.Token())
		}
		for _, m := range hostile.Tamper(rand.New(rand.NewPCG(*seed, 0)), good) {
			r.add(encodingOf(m.Raw), fmt.Sprint(m.How, " at ", m.At), m.Raw)
		}
		for _, m := range hostile.Recode(good) {
			r.add(encodingOf(m.Raw), fmt.Sprint(m.How, " in part ", m.At), m.Raw)
		}
	}
	if r.mutations < fewest {
		t.Errorf("%d mutations are fewer than %d", r.mutations, fewest)
	}
	r.check(t)
	if *seed == pageSeed {
		checkPage(t, r.tables(*seed, versions(t)), *update && !t.Failed())
	}
	t.Logf("%d mutations, %d verdicts, %v", r.mutations, r.mutations*(1+len(peers)), time.Since(begin).Round(time.Second))
}

// encodingOf says what is wrong with the way a tampered token is written. What
// changes its bytes costs it the signature, and needs no name here.
func encodingOf(raw string) string {
	switch {
	case strings.TrimSpace(raw) != raw:
		return "shape: white space around the token"
	case strings.ContainsAny(raw, "\r\n"):
		return "base64: white space"
	case strings.Contains(raw, "="):
		return "base64: padding"
	case strings.ContainsAny(raw, "+/"):
		return "base64: standard alphabet"
	}
	return "base64: bits that are no data"
}

func unmarshal(t *testing.T, text string, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), v); err != nil {
		t.Fatal(err)
	}
}
